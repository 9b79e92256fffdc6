// The functions of a guest in WebAssembly text that forwards one `async func` as the toolchains of Preview 3 do. It is
// lifted with a callback and lowered asynchronously, so that it waits without occupying a stack, and other calls can
// run meanwhile.
//
// See "Async" in the canonical ABI: https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md
import { FlatMemory } from "./flat-memory.js";
import type { HandleWalk } from "./handle-walk.js";
import type { Layout } from "./layout.js";
import { clause } from "./wat.js";

const mostLiftedParameters = 16;
const mostLoweredParameters = 4;
const mostReturned = 16;

/**
 * Numbers of the canonical ABI: callback codes (`exit`, `wait`), an event code (`subtaskEvent`) and a subtask's state
 * (`returned`).
 */
const code = { exit: 0, wait: 2, subtaskEvent: 1, returned: 2 };

/** A function to forward. */
export interface AsyncFunction {
  /** The prefix of the generated functions' names. No other function of the module may begin with it. */
  readonly id: string;
  /** The name in the component model's notation. */
  readonly name: string;
  /** The modules that it is imported from and exported to. `$root` for a world-level function. */
  readonly from: string;
  readonly to: string;
  readonly parameters: Layout;
  readonly result: Layout | undefined;
  /** Walks over the parameters before the call, the result after it, and the parameters again at the end. */
  readonly take: HandleWalk;
  readonly give: HandleWalk;
  readonly release: HandleWalk;
  /** Adds an import to the module, and returns its name there. */
  readonly import: (module: string, name: string, type: string) => string;
}

/**
 * The WebAssembly functions that forward a function.
 *
 * Each call allocates a block of memory for its waitable set, its parameters and its result. The address of the block is the
 * context of the call's task. Nothing is freed, because `free_all` would also free the blocks of concurrent calls.
 */
export function asyncForward(one: AsyncFunction): string[] {
  const { id, name, from, to, parameters, result } = one;
  const memory = new FlatMemory(`${id}_flat`);
  const parametersAt = 8;
  const resultAt = alignTo(parametersAt + parameters.size, 8);
  const blockSize = alignTo(resultAt + (result?.size ?? 0), 8);
  const at = (offset: number): string =>
    `(i32.add (local.get $block) (i32.const ${offset}))`;

  const lifted =
    parameters.flat.length > mostLiftedParameters
      ? (["i32"] as const)
      : parameters.flat;
  const isSpilled = lifted !== parameters.flat;
  const passes = parameters.flat.length <= mostLoweredParameters;
  const lowered = passes ? parameters.flat : (["i32"] as const);
  const call = one.import(
    from,
    `[async-lower]${name}`,
    clause("param", result === undefined ? lowered : [...lowered, "i32"]) +
      clause("result", ["i32"]),
  );
  const taskReturn = one.import(
    `[export]${to}`,
    `[task-return]${name}`,
    clause("param", returned(result)),
  );
  const root = (intrinsic: string, type: string): string =>
    one.import("$root", intrinsic, type);

  const locals = lifted.map((_, index) => `(local.get ${index})`).join(" ");
  const keep = isSpilled
    ? `(memory.copy ${at(parametersAt)} (local.get 0) (i32.const ${parameters.size}))`
    : `(call ${memory.store(parameters)} ${at(parametersAt)} ${locals})`;
  const taken = one.take.memory(parameters, at(parametersAt));
  const passed = passes
    ? `(call ${memory.load(parameters)} ${at(parametersAt)})`
    : at(parametersAt);
  const results = result === undefined ? "" : at(resultAt);
  const given = result === undefined ? "" : one.give.memory(result, results);
  const answer =
    result === undefined
      ? ""
      : result.flat.length > mostReturned
        ? results
        : `(call ${memory.load(result)} ${results})`;

  const exported = to === "$root" ? name : `${to}#${name}`;
  const finish = `(func $${id}_finish (param $block i32) (result i32)
    ${given}${one.release.memory(parameters, at(parametersAt))}
    (call ${taskReturn} ${answer})
    (i32.const ${code.exit}))`;
  const start = `(func (export "[async-lift]${exported}")${clause("param", lifted)} (result i32)
    (local $block i32) (local $status i32) (local $set i32)
    (local.set $block (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const ${blockSize})))
    ${keep}${taken}
    (local.set $status (call ${call} ${passed} ${results}))
    (if (i32.eq (i32.and (local.get $status) (i32.const 15)) (i32.const ${code.returned}))
      (then (return (call $${id}_finish (local.get $block)))))
    (local.set $set (call ${root("[waitable-set-new]", " (result i32)")}))
    (i32.store (local.get $block) (local.get $set))
    (call ${root("[context-set-0]", " (param i32)")} (local.get $block))
    (call ${root("[waitable-join]", " (param i32 i32)")} (i32.shr_u (local.get $status) (i32.const 4)) (local.get $set))
    (i32.or (i32.const ${code.wait}) (i32.shl (local.get $set) (i32.const 4))))`;
  const callback = `(func (export "[callback][async-lift]${exported}") (param $event i32) (param $subtask i32) (param $status i32) (result i32)
    (local $block i32) (local $set i32)
    (local.set $block (call ${root("[context-get-0]", " (result i32)")}))
    (local.set $set (i32.load (local.get $block)))
    (if (i32.or (i32.ne (local.get $event) (i32.const ${code.subtaskEvent})) (i32.ne (local.get $status) (i32.const ${code.returned})))
      (then (return (i32.or (i32.const ${code.wait}) (i32.shl (local.get $set) (i32.const 4))))))
    (call ${root("[waitable-join]", " (param i32 i32)")} (local.get $subtask) (i32.const 0))
    (call ${root("[subtask-drop]", " (param i32)")} (local.get $subtask))
    (call ${root("[waitable-set-drop]", " (param i32)")} (local.get $set))
    (call $${id}_finish (local.get $block)))`;
  return [
    ...[one.take, one.give, one.release].flatMap(({ functions }) => functions),
    ...memory.functions,
    finish,
    start,
    callback,
  ];
}

/** The types with which a result is returned: its core values, or an address if they are too many. */
function returned(result: Layout | undefined): readonly string[] {
  if (result === undefined) return [];
  return result.flat.length > mostReturned ? ["i32"] : result.flat;
}

function alignTo(at: number, align: number): number {
  return Math.ceil(at / align) * align;
}
