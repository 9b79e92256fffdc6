import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
  type ResourceLimits,
} from "node:worker_threads";
import { ByteReader } from "../codec/byte-reader.js";
import { ByteWriter } from "../codec/byte-writer.js";
import type { Contracts } from "../contracts.js";
import type { InterfaceDescriptor } from "../descriptor.js";
import { supervisorScript, workerScript } from "./bootstrap.js";
import { functionCodecs, type FunctionCodec } from "./function-codecs.js";
import { specifierOf } from "./module.js";
import { now } from "./now.js";
import { supervisorProgram, workerProgram } from "./programs.js";
import {
  answered,
  controlWords,
  failed,
  fatal,
  idle,
  initialCapacity,
  lengthWord,
  revive,
  stateWord,
  supervisedWord,
  type CallMessage,
  type EndMessage,
  type NewBuffer,
  type SupervisorStart,
  type Thrown,
} from "./protocol.js";

/** Options of {@link createSyncBridge}. */
export interface SyncBridgeOptions {
  /**
   * The module that exports the implementation. It is imported in a worker thread. One of:
   *
   * - `new URL("./mine.js", import.meta.url)`,
   * - an absolute path,
   * - the name of a package, resolved from the working directory. Use `import.meta.resolve("name")` to resolve it
   *   from your module.
   */
  readonly module: string | URL;
  /**
   * The name of the export: an implementation, or a function that receives `options` and returns an implementation or
   * a promise of one. Default: `default`.
   */
  readonly export?: string;
  /** The argument of the exported function, copied as by `structuredClone`. */
  readonly options?: unknown;
  /** Memory limits of the worker thread, as in `node:worker_threads`. */
  readonly resourceLimits?: ResourceLimits;
  /**
   * The longest time in milliseconds that {@link SyncBridge.dispose} and the exit of the process wait for the
   * implementation to finish its pending work. Default: 2,000.
   */
  readonly disposeTimeout?: number;
}

/** An implementation in a worker thread, callable through a synchronous contract. */
export interface SyncBridge<T> extends Disposable {
  /** The synchronous contract. Every call blocks the calling thread until the implementation has answered. */
  readonly contract: T;
  /**
   * Disposes of the implementation, through its `[Symbol.asyncDispose]` or else its `[Symbol.dispose]`, if present,
   * and ends the worker thread. Waits no longer than {@link SyncBridgeOptions.disposeTimeout}. Further calls throw.
   */
  dispose(): void;
}

/** Thrown by calls when the worker thread has ended. `cause` holds the reason, if there is one. */
export class BridgeClosedError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "BridgeClosedError";
  }
}

/** The synchronous contract of an interface, or `unknown` if its type does not include one. */
export type SyncContractOf<C extends Contracts> = C extends {
  readonly sync: infer S;
}
  ? S
  : unknown;

/**
 * Runs an asynchronous implementation of an interface in a worker thread and exposes it through the synchronous
 * contract. Blocks until the implementation is loaded. What the module or its exported function throws meanwhile is
 * thrown.
 *
 * Arguments and results are copied through shared memory, encoded according to the descriptor. A call throws what the
 * implementation throws, with the name, message, stack, code and cause of the exception. If the worker thread dies,
 * by an uncaught exception, `process.exit` or lack of memory, the call in progress and all later calls throw
 * {@link BridgeClosedError}. The worker thread does not keep the process alive.
 *
 * @param descriptor - the generated descriptor of the interface.
 * @param options - the module that implements it, and how long disposal may take.
 * @returns the bridge. The caller owns it and disposes of it.
 * @throws TypeError - if values of the interface are not plain data (resources, streams, futures), `module` is a
 * relative path, or the module does not export an implementation.
 * @throws RangeError - if `disposeTimeout` is not a number, or is less than 0.
 * @throws {@link BridgeClosedError} - if the worker thread cannot be started, or dies before the implementation is
 * loaded.
 */
export function createSyncBridge<C extends Contracts>(
  descriptor: InterfaceDescriptor<C>,
  options: SyncBridgeOptions,
): SyncBridge<SyncContractOf<C>> {
  const functions = functionCodecs(descriptor);
  const connection = new Connection(descriptor, options);
  const contract = Object.fromEntries(
    functions.map((one, index) => [
      one.key,
      (...args: unknown[]) => connection.call(one, index, args),
    ]),
  ) as SyncContractOf<C>;
  const dispose = (): void => {
    connection.close();
  };
  return { contract, dispose, [Symbol.dispose]: dispose };
}

/**
 * The longest single `Atomics.wait`, in milliseconds. Each thread that changes the state also notifies the waiting
 * thread; this limits the delay if a wake-up is lost.
 */
const slice = 500;

/**
 * The longest time that the supervisor may take to start, in milliseconds; long enough for a very busy machine. If it
 * throws while it starts, it reports the exception itself.
 */
const longestStart = 10_000;

/** The bridges to close when the process exits. */
const openConnections = new Set<Connection>();

function closeAll(): void {
  for (const connection of openConnections) {
    try {
      connection.close();
    } catch {
      // A failure in one worker must not prevent the others from closing, and at exit there is no caller to report it
      // to.
    }
  }
}

/** Returns the Node options for the worker: those of this process, except the ones that specify the program to run. */
function workerArguments(execArgv: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < execArgv.length; at++) {
    const argument = execArgv[at] ?? "";
    if (/^(-e|-p|-pe|--eval|--print)$/.test(argument)) at++;
    else if (!/^--(eval|print|input-type)\b/.test(argument))
      kept.push(argument);
    else if (argument === "--input-type") at++;
  }
  return kept;
}

class Connection {
  readonly #name: string;
  readonly #control: Int32Array;
  readonly #port: MessagePort;
  readonly #supervisorPort: MessagePort;
  readonly #supervisor: Worker;
  readonly #disposeTimeout: number;
  readonly #writer: ByteWriter;
  #answer: Uint8Array;
  /** The request buffer, if it is a new one that the worker has not been sent yet. */
  #newRequest: SharedArrayBuffer | undefined;
  #closed: BridgeClosedError | undefined;
  #busy = false;

  constructor(descriptor: InterfaceDescriptor, options: SyncBridgeOptions) {
    const { disposeTimeout = 2000 } = options;
    // The comparison is also false for NaN, which would mean no time limit.
    if (typeof disposeTimeout !== "number" || !(disposeTimeout >= 0))
      throw new RangeError("disposeTimeout must be a number of at least 0");
    this.#name = descriptor.name;
    this.#disposeTimeout = disposeTimeout;
    const control = new SharedArrayBuffer(controlWords * 4);
    const answer = new SharedArrayBuffer(initialCapacity);
    const request = new SharedArrayBuffer(initialCapacity);
    this.#control = new Int32Array(control);
    this.#answer = new Uint8Array(answer);
    this.#writer = new ByteWriter(new Uint8Array(request), (minimum) => {
      this.#newRequest = new SharedArrayBuffer(minimum);
      return new Uint8Array(this.#newRequest);
    });
    const calls = new MessageChannel();
    const deaths = new MessageChannel();
    this.#port = calls.port1;
    this.#supervisorPort = deaths.port1;
    const start: SupervisorStart = {
      descriptor,
      module: specifierOf(options.module),
      exportName: options.export ?? "default",
      options: options.options,
      control,
      answer,
      request,
      port: calls.port2,
      supervisorPort: deaths.port2,
      script: workerScript(workerProgram),
      resourceLimits: options.resourceLimits as
        Readonly<Record<string, number>> | undefined,
      execArgv: workerArguments(process.execArgv),
    };
    this.#supervisor = new Worker(supervisorScript(supervisorProgram), {
      eval: true,
      workerData: start,
      transferList: [calls.port2, deaths.port2],
      execArgv: [],
    });
    this.#supervisor.unref();
    openConnections.add(this);
    if (openConnections.size === 1) process.on("exit", closeAll);
    try {
      this.#awaitSupervisor();
      this.#wait(Infinity);
    } catch (exception) {
      this.#release(
        new BridgeClosedError(`the worker for ${this.#name} did not start`),
      );
      throw exception;
    }
  }

  /** Calls a function of the implementation and blocks until it has answered. */
  call(
    { name, parameters, result }: FunctionCodec,
    index: number,
    args: readonly unknown[],
  ): unknown {
    this.#requireOpen();
    // During a call, the caller's code can run only in getters of the arguments. A call from a getter would overwrite
    // the request that is being encoded.
    if (this.#busy) throw new Error(`\`${name}\` was called within a call`);
    this.#busy = true;
    try {
      this.#writer.clear();
      for (const [at, codec] of parameters.entries()) {
        try {
          codec.write(this.#writer, args[at]);
        } catch (cause) {
          throw new TypeError(
            `argument ${at + 1} of \`${name}\`: ${cause instanceof Error ? cause.message : String(cause)}`,
            { cause },
          );
        }
      }
      // A getter may have disposed of the bridge.
      this.#requireOpen();
      const message: CallMessage = {
        kind: "call",
        index,
        length: this.#writer.length,
        ...(this.#newRequest && { buffer: this.#newRequest }),
      };
      this.#newRequest = undefined;
      this.#post(message);
      this.#wait(Infinity);
      const length = Atomics.load(this.#control, lengthWord);
      return result?.read(new ByteReader(this.#answer.subarray(0, length)));
    } finally {
      this.#busy = false;
    }
  }

  #requireOpen(): void {
    if (this.#closed !== undefined) throw this.#closed;
  }

  /** Disposes of the implementation and ends the worker. */
  close(): void {
    if (this.#closed !== undefined) return;
    const message: EndMessage = { kind: "end" };
    try {
      this.#post(message);
      this.#wait(this.#disposeTimeout);
    } finally {
      this.#release(
        new BridgeClosedError(
          `the synchronous bridge of ${this.#name} has been disposed of`,
        ),
      );
    }
  }

  #post(message: CallMessage | EndMessage): void {
    // Do not overwrite `fatal`: the worker may have died since the last call.
    if (
      Atomics.compareExchange(this.#control, stateWord, answered, idle) !==
      fatal
    ) {
      Atomics.compareExchange(this.#control, stateWord, failed, idle);
      this.#port.postMessage(message);
    }
  }

  /** Waits with a time limit, because no other thread detects that the supervisor cannot start. */
  #awaitSupervisor(): void {
    const deadline = now() + longestStart;
    while (Atomics.load(this.#control, supervisedWord) === 0) {
      const left = deadline - now();
      if (left <= 0) {
        throw new BridgeClosedError(
          `no worker for ${this.#name} could be started within ${longestStart / 1000} seconds`,
        );
      }
      Atomics.wait(this.#control, supervisedWord, 0, left);
    }
  }

  /**
   * Blocks until the worker has answered, and throws the exception if it failed. Returns after `timeout` milliseconds
   * even without an answer.
   */
  #wait(timeout: number): void {
    const deadline = now() + timeout;
    for (;;) {
      const state = Atomics.load(this.#control, stateWord);
      if (state === idle) {
        const left = deadline - now();
        if (left <= 0) return;
        Atomics.wait(this.#control, stateWord, idle, Math.min(left, slice));
        continue;
      }
      const thrown = this.#takeMessages();
      if (state === fatal) {
        // The worker may have sent an exception just before it died; `fatal` then replaced `failed`.
        const closed = this.#died();
        throw thrown === undefined ? closed : revive(thrown.exception);
      }
      if (state === failed) {
        throw thrown === undefined
          ? new Error("the worker failed without giving a reason")
          : revive(thrown.exception);
      }
      return;
    }
  }

  /** Receives the messages of the worker: larger answer buffers, and at most one exception. */
  #takeMessages(): Thrown | undefined {
    let thrown: Thrown | undefined;
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as
        { message: Thrown | NewBuffer } | undefined;
      if (received === undefined) return thrown;
      const { message } = received;
      if (message.kind === "buffer")
        this.#answer = new Uint8Array(message.buffer);
      else thrown = message;
    }
  }

  #died(): BridgeClosedError {
    const received = receiveMessageOnPort(this.#supervisorPort) as
      { message: Thrown } | undefined;
    const cause = received && revive(received.message.exception);
    const closed = new BridgeClosedError(
      `the worker for ${this.#name} has died${cause === undefined ? "" : `: ${cause.message}`}`,
      cause,
    );
    this.#release(closed);
    return closed;
  }

  #release(closed: BridgeClosedError): void {
    if (this.#closed !== undefined) return;
    this.#closed = closed;
    openConnections.delete(this);
    if (openConnections.size === 0) process.off("exit", closeAll);
    this.#port.close();
    this.#supervisorPort.close();
    void this.#supervisor.terminate();
  }
}
