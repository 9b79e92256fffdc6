/**
 * The functions of `scheduler:core-libs/socket` for a component that jco has transpiled, over the blocking Node backend:
 *
 * ```sh
 * jco transpile guest.wasm -o out --map 'scheduler:core-libs/socket=@wit2ts/socket/jco/node-sync'
 * ```
 *
 * All components that import this module share one backend, without policy or limits; it and its worker start with the first
 * call. A host that wants a backend for each component, with a policy and limits, uses {@link createJcoSocket}.
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
import { lazily, type JcoFunction } from "./lazy.js";

/** Options of {@link createJcoSocket}. */
export interface JcoSocketOptions
  extends Omit<NodeSyncSocketOptions, "borrow">, AdapterOptions {}

/** The import of one component, and the backend behind it. */
export interface JcoSocket extends Disposable {
  /** What jco's `instantiate` takes under `scheduler:core-libs/socket`. */
  readonly imports: JcoImports;
  /** Closes every socket and ends the worker. */
  dispose(): void;
}

/**
 * Makes the import of one component, with a backend of its own.
 *
 * @param options - policy and limits, and how names are looked up.
 * @throws SyntaxError, RangeError for options that make no sense.
 */
export function createJcoSocket(options: JcoSocketOptions = {}): JcoSocket {
  // What the component receives is copied into its memory before it can make another call.
  const socket = createNodeSyncSocket({ ...options, borrow: true });
  const dispose = (): void => {
    socket.dispose();
  };
  return {
    imports: toJcoImports(Socket, socket, options),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

const shared = lazily(() => createJcoSocket().imports);

export const createSocket: JcoFunction = shared("createSocket");
export const connect: JcoFunction = shared("connect");
export const bind: JcoFunction = shared("bind");
export const listen: JcoFunction = shared("listen");
export const accept: JcoFunction = shared("accept");
export const send: JcoFunction = shared("send");
export const receive: JcoFunction = shared("receive");
export const sendTo: JcoFunction = shared("sendTo");
export const receiveFrom: JcoFunction = shared("receiveFrom");
export const close: JcoFunction = shared("close");
export const setReadTimeout: JcoFunction = shared("setReadTimeout");
export const setWriteTimeout: JcoFunction = shared("setWriteTimeout");
export const setReuseAddress: JcoFunction = shared("setReuseAddress");
export const getLocalAddress: JcoFunction = shared("getLocalAddress");
export const getPeerAddress: JcoFunction = shared("getPeerAddress");
