/** The work of the socket benchmarks inside a component, which WebAssembly suspension (JSPI) lets wait. */
import { unwrap } from "@wit2ts/runtime";
import { Socket } from "@wit2ts/core-libs/socket";
import { toJcoImports } from "@wit2ts/runtime/jco";
import { createNodeSocket } from "@wit2ts/socket/node";
import { readFile } from "node:fs/promises";
import { loadComponent } from "../../test/support/component/build.js";
import { checkDigest } from "./ours.js";
import { amounts, head, rate, type Work } from "./work.js";

const interfaceName = Socket.name;

const world = `
world bench {
  import socket;
  export exchange: func(handle: u32, count: u32) -> u32;
  export send-chunks: func(handle: u32, count: u32) -> u32;
  export receive-all: func(handle: u32) -> u64;
}
`;

/** Where the guest keeps what it sends, and where what it receives begins. */
const chunkAt = 65_536;
const heapAt = chunkAt + amounts.chunkLength;

// The results of the imports are written at 16: whether it failed, and from 20 or 24 on the value. Each export returns
// how much it did before anything failed.
const wat = `(module
  (import "${interfaceName}" "send" (func $send (param i32 i32 i32 i32)))
  (import "${interfaceName}" "receive" (func $receive (param i32 i64 i32)))
  (memory (export "memory") 40)
  (global $heap (mut i32) (i32.const ${String(heapAt)}))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $start i32)
    (local.set $start (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $start) (local.get 3)))
    (local.get $start))
  (func $failed (result i32) (i32.load8_u (i32.const 16)))
  (func $take (param $handle i32) (param $most i32) (result i32)
    (call $receive (local.get $handle) (i64.extend_i32_u (local.get $most)) (i32.const 16))
    (global.set $heap (i32.const ${String(heapAt)}))
    (if (call $failed) (then (return (i32.const 0))))
    (i32.load (i32.const 24)))
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
  exchange(handle: number, count: number): Promise<number>;
  sendChunks(handle: number, count: number): Promise<number>;
  receiveAll(handle: number): Promise<bigint>;
}

/** What the guest does. */
export type GuestWork = Pick<Work, "pingPong" | "send" | "receive">;

/** Builds the guest, or takes the one built before, and returns the work it does over our asynchronous backend. */
export async function guestWork(): Promise<GuestWork> {
  const wit = await readFile(
    new URL("../../wit/socket.wit", import.meta.url),
    "utf8",
  );
  const instantiate = await loadComponent(
    { wit: `${wit}\n${world}`, world: "bench", wat },
    {
      mode: "jspi",
      versioned: [interfaceName],
      asyncImports: [`${interfaceName}#send`, `${interfaceName}#receive`],
      asyncExports: ["exchange", "send-chunks", "receive-all"],
    },
  );
  const socket = createNodeSocket();
  const guest = (await instantiate(undefined, {
    [interfaceName]: toJcoImports(Socket, socket),
  })) as unknown as Guest;

  /** The host connects and says what is wanted; the guest does the rest. */
  const connect = async (port: number, first: Buffer): Promise<number> => {
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
    unwrap(await socket.send(handle, first));
    return handle;
  };
  return {
    async pingPong(port) {
      const handle = await connect(port, head("E", 0));
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
      const handle = await connect(port, head("S", sendBytes));
      const answer = Buffer.alloc(16);
      const result = await rate(sendBytes / 1e6, async () => {
        const chunks = sendBytes / chunkLength;
        expectAll(await guest.sendChunks(handle, chunks), chunks);
        for (let got = 0; got < answer.length;) {
          const piece = unwrap(await socket.receive(handle, 16n));
          answer.set(piece, got);
          got += piece.length;
        }
      });
      checkDigest(answer);
      return result;
    },

    async receive(port) {
      const { receiveBytes } = amounts;
      const handle = await connect(port, head("G", receiveBytes));
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
