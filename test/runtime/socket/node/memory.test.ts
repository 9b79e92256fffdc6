import { once } from "node:events";
import net from "node:net";
import v8 from "node:v8";
import vm from "node:vm";
import { expect, it } from "vitest";
import { unwrap } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc") as () => void;

/** The size of all array buffers that are still in use. */
async function arrayBuffers(): Promise<number> {
  for (let times = 0; times < 4; times++) {
    collect();
    // V8 subtracts freed array buffers from the count in a separate task.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().arrayBuffers;
}

it("idle connections keep no buffer of their own after a bulk receive", async () => {
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
  // A connection whose last read happened to fill its buffer keeps one of 65,536 bytes, so check the average.
  expect(each).toBeLessThan(32_768);
  expect(waiting).toHaveLength(connections + 1);
  server.close();
});
