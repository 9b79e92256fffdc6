/**
 * The functions of `scheduler:core-libs/socket` for a component that jco has transpiled, over the asynchronous Node backend,
 * on an engine that can suspend WebAssembly (JSPI; Node 24.20 and later):
 *
 * ```sh
 * jco transpile guest.wasm -o out --map 'scheduler:core-libs/socket=@wit2ts/socket/jco/node' \
 *   --async-mode jspi --import-bindings hybrid \
 *   --async-imports 'scheduler:core-libs/socket@0.1.0#receive' … --async-exports …
 * ```
 *
 * The hybrid bindings are optional: with them the component calls the functions here directly, which is several times faster.
 *
 * All components that import this module share one backend, without policy or limits; it starts with the first call. A host that wants
 * a backend for each component, with a policy and limits, uses {@link createJcoSocket}.
 */
import { Socket } from "@wit2ts/core-libs/socket";
import {
  toJcoImports,
  type AdapterOptions,
  type JcoImports,
} from "@wit2ts/runtime/jco";
import { createNodeSocket, type NodeSocketOptions } from "../node/index.js";
import { LazyBackend, type JcoFunction } from "./lazy.js";

const calling = { async: true };

/** Options of {@link createJcoSocket}. */
export interface JcoSocketOptions
  extends Omit<NodeSocketOptions, "borrow">, AdapterOptions {}

/** The import of one component, and the backend behind it. */
export interface JcoSocket extends AsyncDisposable {
  /** What jco's `instantiate` takes under `scheduler:core-libs/socket`. */
  readonly imports: JcoImports;
  /** Closes every socket, and waits until what was sent is delivered. */
  dispose(): Promise<void>;
}

/**
 * Makes the import of one component, with a backend of its own.
 *
 * @param options - policy and limits, and how names are looked up.
 * @returns the import, and what disposes of its backend.
 * @throws SyntaxError, RangeError for options that make no sense.
 */
export function createJcoSocket(options: JcoSocketOptions = {}): JcoSocket {
  const { instance, ...socketOptions } = options;
  const socket = createNodeSocket({ ...socketOptions, borrow: true });
  const dispose = (): Promise<void> => socket.dispose();
  return {
    imports: toJcoImports(Socket, socket, {
      ...(instance && { instance }),
      ...calling,
    }),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

const shared = new LazyBackend(Socket, calling, () =>
  createNodeSocket({ borrow: true }),
);

export const createSocket: JcoFunction = shared.function("createSocket");
export const connect: JcoFunction = shared.function("connect");
export const bind: JcoFunction = shared.function("bind");
export const listen: JcoFunction = shared.function("listen");
export const accept: JcoFunction = shared.function("accept");
export const send: JcoFunction = shared.function("send");
export const receive: JcoFunction = shared.function("receive");
export const sendTo: JcoFunction = shared.function("sendTo");
export const receiveFrom: JcoFunction = shared.function("receiveFrom");
export const close: JcoFunction = shared.function("close");
export const setReadTimeout: JcoFunction = shared.function("setReadTimeout");
export const setWriteTimeout: JcoFunction = shared.function("setWriteTimeout");
export const setReuseAddress: JcoFunction = shared.function("setReuseAddress");
export const getLocalAddress: JcoFunction = shared.function("getLocalAddress");
export const getPeerAddress: JcoFunction = shared.function("getPeerAddress");

/** Closes every socket of the shared backend, and waits until what was sent is delivered. A later call starts another. */
export async function dispose(): Promise<void> {
  await shared.take()?.dispose();
}
