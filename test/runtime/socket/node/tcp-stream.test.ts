import { once } from "node:events";
import net from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import {
  TcpStream,
  type StreamSink,
} from "../../../../runtime/socket/src/node/tcp-stream.js";

it("reads nothing of an accepted connection that is paused at once, until it resumes", async () => {
  const server = net.createServer({
    pauseOnConnect: true,
    allowHalfOpen: true,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const peer = net.connect({ port, host: "127.0.0.1" });
  const [accepted] = (await once(server, "connection")) as [net.Socket];
  const received: string[] = [];
  let notify = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (notify = resolve));
  const sink: StreamSink = {
    buffer: () => Buffer.alloc(16),
    take: (length, buffer) => {
      received.push(Buffer.from(buffer).toString("latin1", 0, length));
      notify();
      return true;
    },
    end: () => undefined,
    fail: () => undefined,
    writable: () => undefined,
  };
  const stream = TcpStream.adopt(sink, accepted);
  try {
    stream.pause();
    await new Promise((resolve) => peer.write("bytes", resolve));
    // The kernel has the bytes. A connection that was still reading would take them in the next turn.
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect(received).toEqual([]);
    stream.resume();
    await arrived;
    expect(received).toEqual(["bytes"]);
  } finally {
    stream.close(0);
    peer.destroy();
    // Not awaited: the server still counts the socket whose handle was moved.
    server.close();
  }
});
