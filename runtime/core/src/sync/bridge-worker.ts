/**
 * The worker thread, which runs the asynchronous implementation of a synchronous bridge. The build bundles this module
 * into a string in `programs.js`.
 */
import { workerData } from "node:worker_threads";
import { ByteReader } from "../codec/byte-reader.js";
import { ByteWriter } from "../codec/byte-writer.js";
import { functionCodecs } from "./function-codecs.js";
import { preloadedModules } from "./preloaded-modules.js";
import {
  answered,
  failed,
  lengthWord,
  portable,
  stateWord,
  type CallMessage,
  type EndMessage,
  type NewBuffer,
  type Thrown,
  type WorkerStart,
} from "./protocol.js";

const { descriptor, module, exportName, options, port, ...shared } =
  workerData as WorkerStart;
const control = new Int32Array(shared.control);
const functions = functionCodecs(descriptor);
let request = new Uint8Array(shared.request);

const writer = new ByteWriter(new Uint8Array(shared.answer), (minimum) => {
  const buffer = new SharedArrayBuffer(minimum);
  const message: NewBuffer = { kind: "buffer", buffer };
  port.postMessage(message);
  return new Uint8Array(buffer);
});

function wake(state: number): void {
  Atomics.store(control, stateWord, state);
  Atomics.notify(control, stateWord);
}

function fail(exception: unknown): void {
  const message: Thrown = { kind: "thrown", exception: portable(exception) };
  port.postMessage(message);
  wake(failed);
}

type Implementation = Readonly<
  Record<string | symbol, ((...args: unknown[]) => unknown) | undefined>
>;

/** Returns the exported implementation, or the one that the exported factory function creates. */
async function load(): Promise<Implementation> {
  for (const first of preloadedModules(
    process.execArgv,
    process.env["NODE_OPTIONS"],
  ))
    await import(first);
  const exports = (await import(module)) as Readonly<Record<string, unknown>>;
  const exported = exports[exportName];
  const made: unknown =
    typeof exported === "function"
      ? await (exported as (given: unknown) => unknown)(options)
      : exported;
  if (typeof made !== "object" || made === null) {
    throw new TypeError(
      `the export \`${exportName}\` of ${module} is neither an implementation of ${descriptor.name} nor a function that returns one`,
    );
  }
  const implementation = made as Implementation;
  for (const { key } of functions) {
    if (typeof implementation[key] !== "function") {
      throw new TypeError(
        `the implementation of ${descriptor.name} in ${module} lacks \`${key}\``,
      );
    }
  }
  return implementation;
}

async function call(
  implementation: Implementation,
  { index, length, buffer }: CallMessage,
): Promise<void> {
  if (buffer !== undefined) request = new Uint8Array(buffer);
  const called = functions[index];
  if (called === undefined) throw new RangeError("no such function");
  const reader = new ByteReader(request.subarray(0, length));
  const args = called.parameters.map((codec) => codec.read(reader));
  const value = await implementation[called.key]?.(...args);
  writer.clear();
  called.result?.write(writer, value);
  Atomics.store(control, lengthWord, writer.length);
}

async function end(implementation: Implementation): Promise<void> {
  // `[Symbol.dispose]` only if there is no `[Symbol.asyncDispose]`, as in `await using`.
  const dispose =
    Symbol.asyncDispose in implementation
      ? Symbol.asyncDispose
      : Symbol.dispose;
  await implementation[dispose]?.();
}

async function start(): Promise<void> {
  const implementation = await load();
  port.on("message", (message: CallMessage | EndMessage) => {
    const done =
      message.kind === "call"
        ? call(implementation, message)
        : end(implementation);
    done.then(() => {
      wake(answered);
    }, fail);
  });
  wake(answered);
}

// No top-level `await`: the build turns this module into a script.
start().catch(fail);
