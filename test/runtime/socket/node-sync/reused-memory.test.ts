import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { unwrap } from "@wit2ts/runtime";
import {
  createNodeSyncSocket,
  type BlockingSocketBackend,
} from "@wit2ts/socket/node-sync";

let socket: BlockingSocketBackend;
let peer: Worker;

/** Starts the peer, and returns its port. */
function startPeer(delay: number): number {
  const port = new Int32Array(new SharedArrayBuffer(4));
  peer = new Worker(new URL("programs/late-peer.mjs", import.meta.url), {
    workerData: { port, delay },
  });
  Atomics.wait(port, 0, 0, 10_000);
  return port[0] ?? 0;
}

function connect(port: number): number {
  const handle = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.setReadTimeout(handle, 10_000n));
  unwrap(socket.connect(handle, { host: "127.0.0.1", port }));
  return handle;
}

/** Sends bytes that the peer sends back, and receives them. */
function exchange(handle: number, length: number): void {
  unwrap(socket.send(handle, new Uint8Array(length).fill(97)));
  for (let got = 0; got < length;)
    got += unwrap(socket.receive(handle, BigInt(length))).length;
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

beforeEach(() => {
  socket = createNodeSyncSocket();
});

afterEach(async () => {
  socket.dispose();
  await peer.terminate();
});

/** Node keeps the buffer for its next read, which may be a part of the ring, until it has closed the socket. */
describe("the memory of a closed connection whose peer goes on sending", () => {
  /** Closes a connection, makes another, and returns what that receives. */
  function received(handle: number, port: number): string {
    unwrap(socket.close(handle));
    // The worker has read the command, and the peer has not sent anything yet.
    sleep(50);
    const later = connect(port);
    sleep(800);
    return Buffer.from(unwrap(socket.receive(later, 4_096n))).toString();
  }

  test("is not used for another connection, where the kernel was waited for", () => {
    const port = startPeer(10);
    const handle = connect(port);
    unwrap(socket.setReadTimeout(handle, undefined));
    for (let count = 0; count < 20; count++) exchange(handle, 64);
    expect(received(handle, port)).toBe("b".repeat(1_000));
  });

  test("is not used for another connection, where a read has filled the ring to its end", () => {
    const port = startPeer(0);
    const handle = connect(port);
    // The ring has 262,144 bytes.
    for (let count = 0; count < 262; count++) exchange(handle, 1_000);
    exchange(handle, 144);
    expect(received(handle, port)).toBe("b".repeat(1_000));
  });
});
