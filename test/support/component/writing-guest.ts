// A guest in WebAssembly text that makes streams itself, as one of Preview 3 does: it is lifted with a callback, returns the end to read from,
// and writes what lies in its memory to the other one.
import type { ComponentSource } from "./build.js";

/** Where the data lies. */
const dataAt = 16;

/**
 * A component whose interface `i` has a function for each type, `f0` and so on. It returns a stream of the type and the number 7.
 *
 * @param types - of the elements; their values are taken from memory as they are.
 * @param count - how many elements each stream has.
 * @param data - the memory that all of them are taken from.
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

/** The readable end is in the lower half of what `stream.new` returns; -1 says that nobody has read yet; 2 is to wait, 0 the end. */
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
