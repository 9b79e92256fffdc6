/** The asynchronous backend over `node:net` and `node:dgram`. */
import { reclaim } from "@wit2ts/runtime";
import { createAsyncSocket, type AsyncSocketBackend } from "../host/async.js";
import type { SocketOptions } from "../host/host.js";
import {
  requireOptions,
  socketOptionNames,
  type OptionNames,
} from "../host/options.js";
import { createNodeDriver, type NodeDriverOptions } from "./driver.js";
import { reuse } from "./received-bytes.js";

export {
  createNodeDriver,
  nodeSupports,
  type NodeDriverOptions,
} from "./driver.js";
export type { LookupAddress, LookupFunction } from "./lookup.js";

/** What the Node backend can be told. */
export interface NodeSocketOptions extends SocketOptions {
  /** How names are looked up: `dns.lookup` unless said. Every address it gives is checked before it is used. */
  readonly lookup?: NodeDriverOptions["lookup"];
  /**
   * How long a closed connection may take, in the background and in {@link AsyncSocketBackend.dispose}, to deliver what
   * `send` has taken charge of, in milliseconds: 30,000 unless said. A peer that does not read makes this necessary; its
   * connection is reset then. `Infinity` is as long as the peer takes.
   */
  readonly deliveryTimeout?: NodeDriverOptions["deliveryTimeout"];
  /**
   * Whether what `receive` returns is read into again once it is given back ({@link reclaim}). Who binds a component directly does that, as
   * soon as the bytes are in its own memory. What nobody gives back belongs to the caller as ever.
   */
  readonly borrow?: boolean | undefined;
}

const optionNames: OptionNames<NodeSocketOptions> = {
  ...socketOptionNames,
  lookup: true,
  deliveryTimeout: true,
  borrow: true,
};

/**
 * Makes an asynchronous socket backend over `node:net` and `node:dgram`.
 *
 * A call that waits keeps the process alive, and so do bytes that `send` has taken charge of until the system has them.
 * An open socket alone does not, listening or connected: other than with `node:net`, nothing of what happens to it could
 * reach the program. {@link AsyncSocketBackend.dispose} closes all.
 *
 * @param options - policy and limits, how names are looked up, and how long `close` may take to deliver (milliseconds).
 * @returns the backend; its owner disposes of it.
 * @throws SyntaxError, RangeError, TypeError for options that make no sense, or that there are not.
 */
export function createNodeSocket(
  options: NodeSocketOptions = {},
): AsyncSocketBackend {
  requireOptions(options, optionNames);
  const { lookup, limits, deliveryTimeout, borrow } = options;
  const driver = createNodeDriver({
    ...(lookup === undefined ? {} : { lookup }),
    ...(limits === undefined ? {} : { limits }),
    ...(deliveryTimeout === undefined ? {} : { deliveryTimeout }),
  });
  const socket = createAsyncSocket(driver, options);
  if (borrow !== true) return socket;
  // Not enumerable, so that a copy of the backend with functions of its own, which might keep the bytes, does not have it.
  return Object.defineProperty(socket, reclaim, { value: reclaimBytes });
}

/** Takes back what any of the functions has returned. */
function reclaimBytes(returned: { readonly val?: unknown }): void {
  if (returned.val instanceof Uint8Array) reuse(returned.val);
}
