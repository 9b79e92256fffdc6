/** The work of the socket benchmarks inside a component, which is suspended (JSPI) while a call waits. */
import { Socket } from "@wit2ts/core-libs/socket";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findJco } from "../../generator/src/transpile/jco.js";
import { transpile } from "../../generator/src/transpile/transpile.js";
import { transpileComponent } from "../../test/support/component/build.js";
import { checkDigest } from "./ours.js";
import { amounts, rate, type Work } from "./work.js";

const interfaceName = Socket.name;

const world = `
world bench {
  import socket;
  /// Connects, and says what is wanted.
  export open: func(port: u16, mode: char, length: u64) -> u32;
  export exchange: func(handle: u32, count: u32) -> u32;
  export send-chunks: func(handle: u32, count: u32) -> u32;
  export receive-all: func(handle: u32) -> u64;
  /// Receives 16 bytes.
  export answer: func(handle: u32) -> list<u8>;
}
`;

/** The address of the chunk that the guest sends, and the start of its heap, where received data is placed. */
const chunkAt = 65_536;
const heapAt = chunkAt + amounts.chunkLength;

// The imports write their results at address 16: the discriminant, and the value from 20 or 24 on. If a call fails,
// `exchange`, `send-chunks` and `receive-all` return how much they did before; `open` and `answer` trap.
const wat = `(module
  (import "${interfaceName}" "create-socket" (func $create (param i32 i32 i32)))
  (import "${interfaceName}" "connect" (func $connect (param i32 i32 i32 i32 i32)))
  (import "${interfaceName}" "send" (func $send (param i32 i32 i32 i32)))
  (import "${interfaceName}" "receive" (func $receive (param i32 i64 i32)))
  (memory (export "memory") 40)
  (global $heap (mut i32) (i32.const ${String(heapAt)}))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $start i32)
    (local.set $start (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $start) (local.get 3)))
    (local.get $start))
  (data (i32.const 64) "127.0.0.1")
  (func $failed (result i32) (i32.load8_u (i32.const 16)))
  (func $take (param $handle i32) (param $most i32) (result i32)
    (call $receive (local.get $handle) (i64.extend_i32_u (local.get $most)) (i32.const 16))
    (global.set $heap (i32.const ${String(heapAt)}))
    (if (call $failed) (then (return (i32.const 0))))
    (i32.load (i32.const 24)))
  (func (export "open") (param $port i32) (param $mode i32) (param $length i64) (result i32) (local $handle i32)
    (call $create (i32.const 0) (i32.const 0) (i32.const 16))
    (if (call $failed) (then unreachable))
    (local.set $handle (i32.load (i32.const 20)))
    (call $connect (local.get $handle) (i32.const 64) (i32.const 9) (local.get $port) (i32.const 16))
    (if (call $failed) (then unreachable))
    (i32.store8 (i32.const ${String(chunkAt)}) (local.get $mode))
    (i64.store (i32.const ${String(chunkAt + 1)}) (local.get $length))
    (call $send (local.get $handle) (i32.const ${String(chunkAt)}) (i32.const 9) (i32.const 16))
    (if (call $failed) (then unreachable))
    (local.get $handle))
  (func (export "answer") (param $handle i32) (result i32) (local $got i32) (local $all i32)
    (loop $next
      (local.set $got (call $take (local.get $handle) (i32.sub (i32.const 16) (local.get $all))))
      (if (i32.eqz (local.get $got)) (then unreachable))
      (memory.copy (i32.add (i32.const 128) (local.get $all)) (i32.load (i32.const 20)) (local.get $got))
      (local.set $all (i32.add (local.get $all) (local.get $got)))
      (br_if $next (i32.lt_u (local.get $all) (i32.const 16))))
    (i32.store (i32.const 96) (i32.const 128))
    (i32.store (i32.const 100) (i32.const 16))
    (i32.const 96))
  (func (export "exchange") (param $handle i32) (param $count i32) (result i32)
    (local $done i32) (local $left i32) (local $got i32)
    (loop $next
      (if (i32.lt_u (local.get $done) (local.get $count)) (then
        (i32.store8 (i32.const ${String(chunkAt)}) (local.get $done))
        (call $send (local.get $handle) (i32.const ${String(chunkAt)}) (i32.const ${String(amounts.messageLength)}) (i32.const 16))
        (if (call $failed) (then (return (local.get $done))))
        (local.set $left (i32.const ${String(amounts.messageLength)}))
        (loop $more
          (local.set $got (call $take (local.get $handle) (local.get $left)))
          (if (i32.eqz (local.get $got)) (then (return (local.get $done))))
          (local.set $left (i32.sub (local.get $left) (local.get $got)))
          (br_if $more (local.get $left)))
        (local.set $done (i32.add (local.get $done) (i32.const 1)))
        (br $next))))
    (local.get $done))
  (func (export "send-chunks") (param $handle i32) (param $count i32) (result i32) (local $done i32)
    (loop $next
      (if (i32.lt_u (local.get $done) (local.get $count)) (then
        (memory.fill (i32.const ${String(chunkAt)}) (i32.and (local.get $done) (i32.const 255)) (i32.const ${String(amounts.chunkLength)}))
        (i32.store (i32.const ${String(chunkAt)}) (local.get $done))
        (i32.store (i32.const ${String(heapAt - 4)}) (i32.xor (local.get $done) (i32.const -1)))
        (call $send (local.get $handle) (i32.const ${String(chunkAt)}) (i32.const ${String(amounts.chunkLength)}) (i32.const 16))
        (if (call $failed) (then (return (local.get $done))))
        (local.set $done (i32.add (local.get $done) (i32.const 1)))
        (br $next))))
    (local.get $done))
  (func (export "receive-all") (param $handle i32) (result i64) (local $got i32) (local $sum i64)
    (loop $next
      (local.set $got (call $take (local.get $handle) (i32.const 1048576)))
      (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (local.get $got))))
      (br_if $next (local.get $got)))
    (local.get $sum)))`;

interface Guest {
  open(port: number, mode: string, length: bigint): Promise<number>;
  exchange(handle: number, count: number): Promise<number>;
  sendChunks(handle: number, count: number): Promise<number>;
  receiveAll(handle: number): Promise<bigint>;
  answer(handle: number): Promise<Uint8Array>;
}

/** The work that the guest can do. */
export type GuestWork = Pick<Work, "pingPong" | "send" | "receive">;

/** Where the transpiled guest is written. */
const out = fileURLToPath(
  new URL("../../.cache/bench-guest/", import.meta.url),
);

/** Builds the guest with `transpile`, the function behind `wit2ts transpile`. */
export async function buildGuest(): Promise<void> {
  const wit = await readFile(
    new URL("../../wit/socket.wit", import.meta.url),
    "utf8",
  );
  const module = await transpileComponent(
    { wit: `${wit}\n${world}`, world: "bench", wat },
    { mode: "sync" },
  );
  const path = join(dirname(module), "component.wasm");
  const { files } = await transpile({
    component: await readFile(path),
    path,
    out,
    mode: "jspi",
    language: "javascript",
    jco: findJco(dirname(path)),
  });
  for (const file of files) {
    const target = join(out, file.path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, "text" in file ? file.text : file.bytes);
  }
}

/** The work of the guest that {@link buildGuest} has built, over the asynchronous backend. */
export async function guestWork(): Promise<GuestWork> {
  const { instantiate } = (await import(
    pathToFileURL(join(out, "index.js")).href
  )) as {
    instantiate(): Promise<Guest>;
  };
  const guest = await instantiate();
  return {
    async pingPong(port) {
      const handle = await guest.open(port, "E", 0n);
      await guest.exchange(handle, 2_000);
      return rate(amounts.pingPong, async () => {
        expectAll(
          await guest.exchange(handle, amounts.pingPong),
          amounts.pingPong,
        );
      });
    },

    async send(port) {
      const { sendBytes, chunkLength } = amounts;
      const handle = await guest.open(port, "S", BigInt(sendBytes));
      let answer: Uint8Array = new Uint8Array();
      const result = await rate(sendBytes / 1e6, async () => {
        const chunks = sendBytes / chunkLength;
        expectAll(await guest.sendChunks(handle, chunks), chunks);
        answer = await guest.answer(handle);
      });
      checkDigest(Buffer.from(answer));
      return result;
    },

    async receive(port) {
      const { receiveBytes } = amounts;
      const handle = await guest.open(port, "G", BigInt(receiveBytes));
      return rate(receiveBytes / 1e6, async () => {
        expectAll(Number(await guest.receiveAll(handle)), receiveBytes);
      });
    },
  };
}

function expectAll(done: number, wanted: number): void {
  if (done !== wanted)
    throw new Error(
      `the guest did ${String(done)} of ${String(wanted)} and failed`,
    );
}
