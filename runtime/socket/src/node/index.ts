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

/** Options of {@link createNodeSocket}. */
export interface NodeSocketOptions extends SocketOptions {
  /** The function that looks up names. Default: `dns.lookup`. Every address it returns is checked before it is used. */
  readonly lookup?: NodeDriverOptions["lookup"];
  /**
   * How long a closed connection may take, in the background and during {@link AsyncSocketBackend.dispose}, to
   * deliver the bytes that `send` has taken, in milliseconds. After that the connection is reset, for example if the
   * peer does not read. `Infinity` means no limit. Default: 30,000.
   */
  readonly deliveryTimeout?: NodeDriverOptions["deliveryTimeout"];
  /**
   * Whether the memory that `receive` returns is reused once the caller returns it through {@link reclaim}. An adapter
   * that binds a component directly returns it as soon as the bytes are in the component's own memory. Memory that is
   * not returned belongs to the caller. Default: `false`.
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
 * Creates an asynchronous socket backend over `node:net` and `node:dgram`.
 *
 * A pending call keeps the process alive. So do bytes that `send` has taken, until the kernel has them. An open
 * socket alone, listening or connected, does not: unlike with `node:net`, no event on it could reach the program.
 * {@link AsyncSocketBackend.dispose} closes everything.
 *
 * @param options - policy, limits, name lookup, and how long `close` may take to deliver (in milliseconds).
 * @returns the backend. The caller owns it and disposes of it.
 * @throws SyntaxError - if the policy has an unknown or invalid rule, or a pattern that cannot be parsed.
 * @throws RangeError - if an option or limit is unknown, a limit is not a number or less than 1, or `deliveryTimeout`
 * is not a number or less than 0.
 * @throws TypeError - if the options are not an object.
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
  // Not enumerable, so that a copy of the backend (`{ ...socket }`) does not have it: functions that replace the
  // originals in the copy may keep the bytes.
  return Object.defineProperty(socket, reclaim, { value: reclaimBytes });
}

/** Reclaims the bytes in the result of any of the functions, if it has some. */
function reclaimBytes(returned: { readonly val?: unknown }): void {
  if (returned.val instanceof Uint8Array) reuse(returned.val);
}
