import { once } from "node:events";
import net from "node:net";
import v8 from "node:v8";
import vm from "node:vm";
import { expect, it } from "vitest";
import { unwrap } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc") as () => void;

/** The memory of all array buffers that are still in use. */
async function arrayBuffers(): Promise<number> {
  for (let times = 0; times < 4; times++) {
    collect();
    // What was freed is counted off by a task of its own.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().arrayBuffers;
}

it("connections that idle after much was received keep no buffer of their own", async () => {
  const connections = 64;
  const length = 300_000;
  const server = net.createServer((peer) => {
    peer.on("error", () => undefined);
    peer.write(Buffer.alloc(length));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  await using socket = createNodeSocket();
  const waiting: Promise<unknown>[] = [];
  const receiveAll = async (): Promise<void> => {
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
    for (let left = length; left > 0;) {
      const data = unwrap(await socket.receive(handle, 1_048_576n));
      left -= data.length;
    }
    waiting.push(socket.receive(handle, 1n));
  };
  await receiveAll();
  const before = await arrayBuffers();
  for (let count = 0; count < connections; count++) await receiveAll();
  const each = ((await arrayBuffers()) - before) / connections;
  // A last read that filled its buffer by chance keeps 65,536 bytes, so it is the average that counts.
  expect(each).toBeLessThan(32_768);
  expect(waiting).toHaveLength(connections + 1);
  server.close();
});
