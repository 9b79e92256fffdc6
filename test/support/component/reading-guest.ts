// A guest in WebAssembly text that reads a stream with the built-ins of Preview 3. Each read blocks, and fills a buffer
// in its memory.
import type { ComponentSource } from "./build.js";

const place = "wit2ts-test:reading/i";

/**
 * A component whose interface `i` has a function `f`, which reads a stream to its end and returns the number of bytes,
 * their sum, and the number of reads that returned bytes.
 *
 * @param room - the maximum number of bytes of one read.
 */
export function readingGuest(room: number): ComponentSource {
  return {
    wit: `package wit2ts-test:reading;
interface i { f: async func(s: stream<u8>) -> tuple<u32, u32, u32>; }
world w { export i; }`,
    world: "w",
    // The lower four bits of a read's result are 1 if the other end was dropped; the upper bits are the count.
    wat: `(module
  (import "[export]${place}" "[stream-read-0]f" (func $read (param i32 i32 i32) (result i32)))
  (import "[export]${place}" "[stream-drop-readable-0]f" (func $drop (param i32)))
  (memory (export "memory") 2)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "${place}#f") (param $stream i32) (result i32)
    (local $got i32) (local $count i32) (local $total i32) (local $sum i32) (local $reads i32)
    (block $end (loop $next
      (local.set $got (call $read (local.get $stream) (i32.const 65536) (i32.const ${String(room)})))
      (local.set $count (i32.shr_u (local.get $got) (i32.const 4)))
      (local.set $total (i32.add (local.get $total) (local.get $count)))
      (if (local.get $count) (then (local.set $reads (i32.add (local.get $reads) (i32.const 1)))))
      (block $added (loop $byte
        (br_if $added (i32.eqz (local.get $count)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u (i32.add (i32.const 65536) (local.get $count)))))
        (br $byte)))
      (br_if $end (i32.and (local.get $got) (i32.const 15)))
      (br $next)))
    (call $drop (local.get $stream))
    (i32.store (i32.const 16) (local.get $total))
    (i32.store (i32.const 20) (local.get $sum))
    (i32.store (i32.const 24) (local.get $reads))
    (i32.const 16))
)`,
  };
}
