import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { err, ok, unwrap } from "@wit2ts/runtime";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";

/** Connects to the port in `workerData`, resets the connection, and ends. */
const resetting = `
const { connect } = require("node:net");
const { workerData } = require("node:worker_threads");
const connection = connect(workerData, "127.0.0.1", () => connection.resetAndDestroy());
`;

test("a connection that was reset before it is accepted has a local address and no peer", async () => {
  using socket = createNodeSyncSocket();
  const listener = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
  unwrap(socket.listen(listener, 4));
  const address = unwrap(socket.getLocalAddress(listener));
  const peer = new Worker(resetting, { eval: true, workerData: address.port });
  await once(peer, "exit");

  const accepted = unwrap(socket.accept(listener));
  expect(socket.getLocalAddress(accepted)).toStrictEqual(ok(address));
  expect(socket.getPeerAddress(accepted)).toStrictEqual(err("invalid-input"));
  expect(socket.receive(accepted, 1n)).toStrictEqual(err("connection-reset"));
});
