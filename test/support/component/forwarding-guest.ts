// A guest in WebAssembly text that imports and exports an interface of plain data, and forwards every call.
//
// Forwarding does not depend on the values: both sides of the canonical ABI use the same core values, and the data that
// they point to already is in the guest's memory. Every value is thus lifted and lowered once in each direction.
import type { FunctionDescriptor, InterfaceDescriptor } from "@wit2ts/runtime";
import { coreSignature } from "../../../runtime/core/src/jco/abi/flatten.js";
import { clause } from "./wat.js";

/** The address of results that are returned in memory. The heap begins after it. */
const resultArea = 1024;
const heapStart = 65_536;

/** The core module of the forwarding guest, for componentEmbed and componentNew. */
export function forwardingGuest(descriptor: InterfaceDescriptor): string {
  const functions = Object.values(descriptor.functions);
  return `(module
${functions.map((one, index) => importText(descriptor, one, index)).join("\n")}
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const ${heapStart}))
${allocator}
${functions.map((one, index) => exportText(descriptor, one, index)).join("\n")}
)`;
}

/** A bump allocator: `cabi_realloc`, and `free_all` for the end of a call, which frees everything. */
export const allocator = `  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $start i32) (local $missing i32)
    (local.set $start
      (i32.and
        (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (global.set $heap (i32.add (local.get $start) (local.get $size)))
    (local.set $missing
      (i32.sub
        (i32.shr_u (i32.add (global.get $heap) (i32.const 65535)) (i32.const 16))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then (if (i32.lt_s (memory.grow (local.get $missing)) (i32.const 0)) (then unreachable))))
    (if (local.get $old_size)
      (then (memory.copy (local.get $start) (local.get $old) (local.get $old_size))))
    (local.get $start))
  (func $free_all (global.set $heap (i32.const ${heapStart})))`;

function importText(
  descriptor: InterfaceDescriptor,
  one: FunctionDescriptor,
  index: number,
): string {
  const {
    parameters,
    result,
    spillsResult: spilled,
  } = coreSignature(descriptor, one);
  const types = spilled ? [...parameters, "i32"] : parameters;
  return `  (import "${descriptor.name}" "${one.name}" (func $import${index}${clause("param", types)}${clause("result", result === undefined ? [] : [result])}))`;
}

function exportText(
  descriptor: InterfaceDescriptor,
  one: FunctionDescriptor,
  index: number,
): string {
  const {
    parameters,
    result,
    spillsResult: spilled,
  } = coreSignature(descriptor, one);
  const results = spilled ? ["i32"] : result === undefined ? [] : [result];
  const name = `${descriptor.name}#${one.name}`;
  const passed = parameters.map((_, at) => `(local.get ${at})`);
  const call = spilled
    ? `(call $import${index} ${passed.join(" ")} (i32.const ${resultArea})) (i32.const ${resultArea})`
    : `(call $import${index} ${passed.join(" ")})`;
  return `  (func (export "${name}")${clause("param", parameters)}${clause("result", results)} ${call})
  (func (export "cabi_post_${name}")${clause("param", results)} (call $free_all))`;
}
