/**
 * A malicious guest gets errors at the limits, and the host's memory does not grow, in every mode of calling imports.
 */
import { Socket } from "@wit2ts/core-libs/socket";
import { unwrap, type Result } from "@wit2ts/runtime";
import { toJcoImports } from "@wit2ts/runtime/jco";
import { untrusted } from "@wit2ts/socket";
import { createNodeSocket } from "@wit2ts/socket/node";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadComponent } from "../../../support/component/build.js";
import { allocator } from "../../../support/component/forwarding-guest.js";
import { ways } from "../../../support/component/through-component.js";

const socketWit = await readFile(
  new URL("../../../../wit/socket.wit", import.meta.url),
  "utf8",
);

/** Each export returns the number of its calls that succeeded, or the result of the last one. */
const world = `
world malicious {
  import socket;
  export create: func(count: u32) -> u32;
  export create-and-close: func(count: u32) -> u32;
  export forge: func(count: u32) -> u32;
  export receive-most: func(handle: u32) -> u32;
  export connect-to-long: func(handle: u32, length: u32) -> u32;
  export send-much: func(handle: u32, length: u32) -> u32;
  export send-beyond: func(handle: u32) -> u32;
  export last-error: func() -> u32;
}
`;
const exported = [
  "create",
  "create-and-close",
  "forge",
  "receive-most",
  "connect-to-long",
  "send-much",
  "send-beyond",
];
const imported = ["create-socket", "close", "receive", "connect", "send"];

// The imports write their results at 16: the discriminant, then the value or the error, at 17, 20 or 24 by its
// alignment.
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
  (func $make (param $count i32) (param $close i32) (result i32) (local $made i32)
    (loop $again
      (if (local.get $count) (then
        (call $create (i32.const 0) (i32.and (local.get $count) (i32.const 1)) (i32.const 16))
        (if (call $failed)
          (then (call $note_error (i32.const 20)))
          (else
            (local.set $made (i32.add (local.get $made) (i32.const 1)))
            (if (local.get $close)
              (then (call $close (i32.load (i32.const 20)) (i32.const 16))))))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $again))))
    (local.get $made))
  (func (export "create") (param $count i32) (result i32)
    (call $make (local.get $count) (i32.const 0)))
  (func (export "create-and-close") (param $count i32) (result i32)
    (call $make (local.get $count) (i32.const 1)))
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
  (func (export "send-beyond") (param $handle i32) (result i32)
    (call $send (local.get $handle) (i32.const 1024) (i32.const -1) (i32.const 16))
    (call $failed))
  (func (export "last-error") (result i32) (global.get $error))
)`;

/** The discriminants of errors in the WIT. */
const invalidInput = 8;
const other = 9;

/** A promise if the guest is suspended during calls. */
type Later<T> = T | Promise<T>;
interface Malicious {
  create(count: number): Later<number>;
  createAndClose(count: number): Later<number>;
  forge(count: number): Later<number>;
  receiveMost(handle: number): Later<number>;
  connectToLong(handle: number, length: number): Later<number>;
  sendMuch(handle: number, length: number): Later<number>;
  sendBeyond(handle: number): Later<number>;
  lastError(): number;
}

const options = {
  limits: { ...untrusted.limits, openSockets: 100, receiveBytes: 65_536 },
  policy: { connect: ["127.0.0.1"] },
};

describe.each(ways)("a malicious guest, $name", ({ mode, direct }) => {
  let backend: ReturnType<typeof createNodeSocket>;
  let guest: Malicious;
  // jco's bookkeeping makes a call twenty times as expensive.
  const many = direct ? 100_000 : 5_000;
  const get = async <T, E>(result: Promise<Result<T, E>>): Promise<T> =>
    unwrap(await result);

  beforeEach(async () => {
    const made =
      mode === "sync"
        ? createNodeSyncSocket({ ...options, borrow: true })
        : createNodeSocket(options);
    // The two types are equivalent if every result is awaited.
    backend = made as unknown as typeof backend;
    const name = (one: string): string => `${Socket.name}#${one}`;
    const instantiate = await loadComponent(
      { wit: `${socketWit}\n${world}`, world: "malicious", wat },
      {
        mode,
        versioned: [Socket.name],
        asyncImports: imported.map(name),
        asyncExports: exported,
        ...(direct && { jco: { importBindings: "hybrid" } }),
      },
    );
    guest = (await instantiate(undefined, {
      [Socket.name]: toJcoImports(
        Socket,
        made,
        direct ? { async: mode === "jspi", borrow: true } : {},
      ),
    })) as unknown as Malicious;
  });

  afterEach(async () => {
    await backend.dispose();
  });

  it("that creates thousands of sockets gets only as many as the limit allows", async () => {
    const before = process.memoryUsage().rss;
    expect(await guest.create(many)).toBe(100);
    expect(guest.lastError()).toBe(other);
    expect(backend.openHandles().length).toBe(100);
    expect(await guest.create(many)).toBe(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 << 20);
  });

  it("that repeatedly creates and closes sockets leaks nothing", async () => {
    expect(await guest.createAndClose(500)).toBe(500);
    const before = process.memoryUsage().rss;
    expect(await guest.createAndClose(many / 20)).toBe(many / 20);
    expect(backend.openHandles()).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 << 20);
  });

  it("that forges handles closes nothing", async () => {
    const handle = await get(backend.createSocket("ipv4", "tcp"));
    expect(await guest.forge(many)).toBe(0);
    expect(guest.lastError()).toBe(invalidInput);
    expect(await backend.close(handle)).toEqual({ tag: "ok" });
  });

  it("that connects to a host name of 64 MiB gets invalid-input", async () => {
    const handle = await get(backend.createSocket("ipv4", "tcp"));
    expect(await guest.connectToLong(handle, 64 << 20)).toBe(0);
    expect(guest.lastError()).toBe(invalidInput);
  });

  it("that sends from beyond its memory cannot read the host's memory", async () => {
    const handle = await get(backend.createSocket("ipv4", "tcp"));
    const sent = (async () => await guest.sendBeyond(handle))();
    // jco's own bindings lift the bytes that exist; the send then fails because the socket is not connected.
    if (direct) await expect(sent).rejects.toThrow("out of bounds");
    else expect(await sent).toBe(1);
  });

  it("that receives 2^63 bytes or sends 64 MiB cannot exceed the host's limits", async () => {
    const listener = await get(backend.createSocket("ipv4", "tcp"));
    await get(backend.bind(listener, { host: "127.0.0.1", port: 0 }));
    await get(backend.listen(listener, 1));
    const client = await get(backend.createSocket("ipv4", "tcp"));
    const address = await get(backend.getLocalAddress(listener));
    const [, peer] = await Promise.all([
      get(backend.connect(client, address)),
      // The blocking backend runs calls in order, so the client is already connected.
      get(backend.accept(listener)),
    ]);
    await get(backend.setWriteTimeout(client, 300n));
    const before = process.memoryUsage().rss;
    const sent = await guest.sendMuch(client, 64 << 20);
    // Only the ring and the kernel's buffers hold bytes; the rest is not accepted.
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(32 << 20);
    let received = 0;
    while (received < sent) {
      const count = await guest.receiveMost(peer);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(65_536);
      received += count;
    }
    expect(received).toBe(sent);
    // This includes the guest's own memory of 64 MiB.
    expect(process.memoryUsage().rss - before).toBeLessThan(256 << 20);
  });
});
