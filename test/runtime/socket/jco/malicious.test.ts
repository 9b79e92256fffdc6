/** A guest that means harm gets errors within the limits, and the host's memory stays where it is. */
import { Socket } from "@wit2ts/core-libs/socket";
import { unwrap } from "@wit2ts/runtime";
import { toJcoImports } from "@wit2ts/runtime/jco";
import { untrusted } from "@wit2ts/socket";
import {
  createNodeSyncSocket,
  type BlockingSocketBackend,
} from "@wit2ts/socket/node-sync";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadComponent } from "../../../support/component/build.js";
import { allocator } from "../../../support/component/forwarding-guest.js";

const socketWit = await readFile(
  new URL("../../../../wit/socket.wit", import.meta.url),
  "utf8",
);

/** Each export returns how many of its calls succeeded, or what the last one gave. */
const world = `
world malicious {
  import socket;
  export create: func(count: u32) -> u32;
  export forge: func(count: u32) -> u32;
  export receive-most: func(handle: u32) -> u32;
  export connect-to-long: func(handle: u32, length: u32) -> u32;
  export send-much: func(handle: u32, length: u32) -> u32;
  export last-error: func() -> u32;
}
`;

// The results of the imports are written at 16: whether it failed, then at 20 the value or the error.
const wat = `(module
  (import "${Socket.name}" "create-socket" (func $create (param i32 i32 i32)))
  (import "${Socket.name}" "close" (func $close (param i32 i32)))
  (import "${Socket.name}" "receive" (func $receive (param i32 i64 i32)))
  (import "${Socket.name}" "connect" (func $connect (param i32 i32 i32 i32 i32)))
  (import "${Socket.name}" "send" (func $send (param i32 i32 i32 i32)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 65536))
  (global $error (mut i32) (i32.const -1))
${allocator}
  (func $failed (result i32) (i32.load8_u (i32.const 16)))
  (func $note_error (param $at i32)
    (global.set $error (i32.load8_u (local.get $at))))
  (func (export "create") (param $count i32) (result i32) (local $made i32)
    (loop $again
      (if (local.get $count) (then
        (call $create (i32.const 0) (i32.and (local.get $count) (i32.const 1)) (i32.const 16))
        (if (call $failed)
          (then (call $note_error (i32.const 20)))
          (else (local.set $made (i32.add (local.get $made) (i32.const 1)))))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $again))))
    (local.get $made))
  (func (export "forge") (param $count i32) (result i32) (local $done i32)
    (loop $again
      (if (local.get $count) (then
        (call $close (i32.mul (local.get $count) (i32.const 0x9e3779b1)) (i32.const 16))
        (if (call $failed)
          (then (call $note_error (i32.const 17)))
          (else (local.set $done (i32.add (local.get $done) (i32.const 1)))))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $again))))
    (local.get $done))
  (func (export "receive-most") (param $handle i32) (result i32)
    (call $receive (local.get $handle) (i64.const 0x8000000000000000) (i32.const 16))
    (if (call $failed) (then (call $note_error (i32.const 20)) (return (i32.const 0))))
    (call $free_all)
    (i32.load (i32.const 24)))
  (func $reserve (param $length i32) (result i32) (local $start i32)
    (local.set $start (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
    (memory.fill (local.get $start) (i32.const 97) (local.get $length))
    (local.get $start))
  (func (export "connect-to-long") (param $handle i32) (param $length i32) (result i32)
    (call $connect (local.get $handle) (call $reserve (local.get $length)) (local.get $length) (i32.const 80) (i32.const 16))
    (call $free_all)
    (if (call $failed) (then (call $note_error (i32.const 17))))
    (i32.eqz (call $failed)))
  (func (export "send-much") (param $handle i32) (param $length i32) (result i32)
    (call $send (local.get $handle) (call $reserve (local.get $length)) (local.get $length) (i32.const 16))
    (call $free_all)
    (if (call $failed) (then (call $note_error (i32.const 24)) (return (i32.const 0))))
    (i32.wrap_i64 (i64.load (i32.const 24))))
  (func (export "last-error") (result i32) (global.get $error))
)`;

/** Errors of the WIT by their number. */
const invalidInput = 8;
const other = 9;

interface Malicious {
  create(count: number): number;
  forge(count: number): number;
  receiveMost(handle: number): number;
  connectToLong(handle: number, length: number): number;
  sendMuch(handle: number, length: number): number;
  lastError(): number;
}

describe("a malicious guest", () => {
  let backend: BlockingSocketBackend;
  let guest: Malicious;

  beforeEach(async () => {
    backend = createNodeSyncSocket({
      limits: { ...untrusted.limits, openSockets: 100, receiveBytes: 65_536 },
      policy: { connect: ["127.0.0.1"] },
      borrow: true,
    });
    const instantiate = await loadComponent(
      { wit: `${socketWit}\n${world}`, world: "malicious", wat },
      { mode: "sync", versioned: [Socket.name] },
    );
    guest = (await instantiate(undefined, {
      [Socket.name]: toJcoImports(Socket, backend),
    })) as unknown as Malicious;
  });

  afterEach(() => {
    backend.dispose();
  });

  it("that makes 100,000 sockets gets as many as it may have", () => {
    const before = process.memoryUsage().rss;
    expect(guest.create(100_000)).toBe(100);
    expect(guest.lastError()).toBe(other);
    expect(backend.openHandles().length).toBe(100);
    expect(guest.create(100_000)).toBe(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 << 20);
  });

  it("that forges handles closes nothing", () => {
    const handle = unwrap(backend.createSocket("ipv4", "tcp"));
    expect(guest.forge(100_000)).toBe(0);
    expect(guest.lastError()).toBe(invalidInput);
    expect(backend.close(handle)).toEqual({ tag: "ok" });
  });

  it("that names a host of 64 MiB is refused", () => {
    const handle = unwrap(backend.createSocket("ipv4", "tcp"));
    expect(guest.connectToLong(handle, 64 << 20)).toBe(0);
    expect(guest.lastError()).toBe(invalidInput);
  });

  it("that asks for 2^63 bytes gets what the host allows, and holds no more by sending much", () => {
    const listener = unwrap(backend.createSocket("ipv4", "tcp"));
    unwrap(backend.bind(listener, { host: "127.0.0.1", port: 0 }));
    unwrap(backend.listen(listener, 1));
    const client = unwrap(backend.createSocket("ipv4", "tcp"));
    unwrap(backend.connect(client, unwrap(backend.getLocalAddress(listener))));
    const peer = unwrap(backend.accept(listener));
    unwrap(backend.setWriteTimeout(client, 300n));
    const before = process.memoryUsage().rss;
    const sent = guest.sendMuch(client, 64 << 20);
    // What is not taken is not held: the ring, and what the system buffers.
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(32 << 20);
    let received = 0;
    while (received < sent) {
      const count = guest.receiveMost(peer);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(65_536);
      received += count;
    }
    expect(received).toBe(sent);
    // The guest's own memory of 64 MiB is part of it.
    expect(process.memoryUsage().rss - before).toBeLessThan(256 << 20);
  });
});
