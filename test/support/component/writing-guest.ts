// A guest in WebAssembly text that creates streams with the built-ins of Preview 3. It is lifted with a callback,
// returns the readable end, and writes data from its memory to the writable end.
import type { ComponentSource } from "./build.js";

/** The address of the data. */
const dataAt = 16;

/**
 * A component whose interface `i` has a function for each type: `f0`, `f1` and so on. Each returns a stream of the type
 * and the number 7.
 *
 * @param types - the element types of the streams. Elements are read from memory without conversion.
 * @param count - the number of elements of each stream.
 * @param data - the memory contents that the elements of all streams are read from.
 */
export function writingGuest(
  types: readonly string[],
  count: number,
  data: Uint8Array,
): ComponentSource {
  const names = types.map((_, index) => `f${String(index)}`);
  const functions = types.map(
    (type, index) =>
      `f${String(index)}: async func() -> tuple<stream<${type}>, u32>;`,
  );
  const bytes = Array.from(
    data,
    (byte) => `\\${byte.toString(16).padStart(2, "0")}`,
  );
  return {
    wit: `package wit2ts-test:writing;
interface i { ${functions.join(" ")} }
world w { export i; }`,
    world: "w",
    wat: `(module
${names.map(imports).join("\n")}
  (import "$root" "[waitable-set-new]" (func $new-set (result i32)))
  (import "$root" "[waitable-join]" (func $join (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const ${String(dataAt)}) "${bytes.join("")}")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
${names.map((name) => functionText(name, count)).join("\n")}
)`,
  };
}

const place = "wit2ts-test:writing/i";

function imports(name: string): string {
  return `  (import "[export]${place}" "[stream-new-0]${name}" (func $new-${name} (result i64)))
  (import "[export]${place}" "[async-lower][stream-write-0]${name}" (func $write-${name} (param i32 i32 i32) (result i32)))
  (import "[export]${place}" "[stream-drop-writable-0]${name}" (func $drop-${name} (param i32)))
  (import "[export]${place}" "[task-return]${name}" (func $return-${name} (param i32 i32)))`;
}

/**
 * `stream.new` returns the readable end in the lower 32 bits, and the writable end in the upper ones. `stream.write`
 * returns -1 while there is no reader. The function and its callback return 2 to wait, with the waitable set in the
 * upper bits, and 0 to exit.
 */
function functionText(name: string, count: number): string {
  return `  (func (export "[async-lift]${place}#${name}") (result i32)
    (local $ends i64) (local $writable i32) (local $set i32)
    (local.set $ends (call $new-${name}))
    (local.set $writable (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
    (call $return-${name} (i32.wrap_i64 (local.get $ends)) (i32.const 7))
    (if (i32.ne (call $write-${name} (local.get $writable) (i32.const ${String(dataAt)}) (i32.const ${String(count)})) (i32.const -1))
      (then (call $drop-${name} (local.get $writable)) (return (i32.const 0))))
    (local.set $set (call $new-set))
    (call $join (local.get $writable) (local.get $set))
    (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))
  (func (export "[callback][async-lift]${place}#${name}") (param $event i32) (param $writable i32) (param $status i32) (result i32)
    (call $join (local.get $writable) (i32.const 0))
    (call $drop-${name} (local.get $writable))
    (i32.const 0))`;
}
