/**
 * The functions of `scheduler:core-libs/socket` for a component that jco has transpiled, over the blocking Node
 * backend:
 *
 * ```sh
 * jco transpile guest.wasm -o out --import-bindings hybrid \
 *   --map 'scheduler:core-libs/socket=@wit2ts/socket/jco/node-sync'
 * ```
 *
 * The hybrid bindings are optional. With them the component calls these functions directly, which is faster.
 *
 * All components that import this module share one backend, which starts with the first call, together with its worker
 * thread, and has no policy or limits. To create a backend for each component, with a policy and limits, use
 * {@link createJcoSocket}.
 */
import { Socket } from "@wit2ts/core-libs/socket";
import {
  toJcoImports,
  type AdapterOptions,
  type JcoImports,
} from "@wit2ts/runtime/jco";
import {
  createNodeSyncSocket,
  type NodeSyncSocketOptions,
} from "../node-sync/index.js";
import { LazyBackend, type JcoFunction } from "./lazy.js";

/** `borrow` is safe, because a call blocks the thread: the component's memory cannot change or move meanwhile. */
const calling = { async: false, borrow: true };

/** Options of {@link createJcoSocket}. */
export interface JcoSocketOptions
  extends Omit<NodeSyncSocketOptions, "borrow">, AdapterOptions {}

/** The import of one component, and the backend behind it. */
export interface JcoSocket extends Disposable {
  /** The value for jco's `instantiate` under the key `scheduler:core-libs/socket`. */
  readonly imports: JcoImports;
  /** Closes every socket and ends the worker thread. */
  dispose(): void;
}

/**
 * Creates the socket import for one component, with its own backend.
 *
 * @param options - policy, limits, name lookup, and the component instance.
 * @returns the import, and a function that disposes of its backend.
 * @throws SyntaxError - if the policy has an unknown or invalid rule, or a pattern that cannot be parsed.
 * @throws RangeError - if an option or limit is unknown, or a limit is not a number or less than 1.
 */
export function createJcoSocket(options: JcoSocketOptions = {}): JcoSocket {
  // `borrow` is safe, because received bytes are copied into the component's memory before its next call.
  const { instance, ...socketOptions } = options;
  const socket = createNodeSyncSocket({ ...socketOptions, borrow: true });
  const dispose = (): void => {
    socket.dispose();
  };
  return {
    imports: toJcoImports(Socket, socket, {
      ...(instance && { instance }),
      ...calling,
    }),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

const shared = new LazyBackend(Socket, calling, () =>
  createNodeSyncSocket({ borrow: true }),
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

/**
 * Closes every socket of the shared backend and ends its worker thread. A later call of any function starts a new
 * backend.
 */
export function dispose(): void {
  shared.take()?.dispose();
}
