import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { unwrap } from "@wit2ts/runtime";
import { createBlockingSocket } from "../../../../runtime/socket/dist/host/blocking.js";
import { resolveLimits } from "../../../../runtime/socket/dist/host/limits.js";
import { NodeSyncDriver } from "../../../../runtime/socket/dist/node-sync/driver.js";

/** Sends 70,000 bytes to each client, and never closes a connection. Posts its port. */
const flooding = `
const { createServer } = require("node:net");
const { parentPort } = require("node:worker_threads");
const server = createServer({ allowHalfOpen: true }, (connection) => {
  connection.on("error", () => {});
  connection.resume();
  connection.write(Buffer.alloc(70_000));
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

test("connections that are closed with unread input do not hold their rings until the peer closes them", async () => {
  const peer = new Worker(flooding, { eval: true });
  const [port] = (await once(peer, "message")) as [number];
  const driver = new NodeSyncDriver({ limits: resolveLimits(undefined) });
  using socket = createBlockingSocket(driver);
  for (let count = 0; count < 50; count++) {
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, { host: "127.0.0.1", port }));
    unwrap(socket.receive(handle, 1n));
    unwrap(socket.close(handle));
  }
  // Two rings of 256 KiB are in use at a time, or four, until the worker has read the command.
  expect(driver.sharedBytes).toBeLessThan(8 * 2 * 262_144);
  await peer.terminate();
});
