/**
 * Blocking TCP and UDP sockets on Node. The sockets live in a worker thread; the calling thread sleeps until a call
 * is finished.
 *
 * A `receive` with bytes available and a `send` for which the kernel has room cost no message between the threads. A TCP
 * connection without timeouts whose calls have to wait repeatedly is read and written on the main thread, by blocking
 * system calls. Nothing can interrupt them, so backends on other threads, which may be terminated, do not do this.
 */
import type { Family } from "../driver.js";
import {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "../host/blocking.js";
import type { SocketOptions } from "../host/host.js";
import { resolveLimits } from "../host/limits.js";
import {
  requireOptions,
  socketOptionNames,
  type OptionNames,
} from "../host/options.js";
import { NodeSyncDriver } from "./driver.js";

export type { BlockingSocketBackend } from "../host/blocking.js";
export type { OpenHandle, SocketOptions } from "../host/host.js";

/** Options of {@link createNodeSyncSocket}. */
export interface NodeSyncSocketOptions extends SocketOptions {
  /**
   * Looks up a name in one family, on the calling thread. Throws an error whose `code` is `ENOTFOUND` or `EAI_*` if
   * there is no address. Default: the system's resolver, in the worker thread.
   */
  readonly lookup?:
    ((name: string, family: Family) => readonly string[]) | undefined;
  /**
   * Whether `receive` and `receive-from` may return a view of shared memory instead of a copy. The view is valid
   * until the next call of the backend other than `send`. `TextDecoder` may reject it. Intended for components, into
   * whose own memory the bytes are copied immediately. Default: `false`.
   */
  readonly borrow?: boolean | undefined;
}

const optionNames: OptionNames<NodeSyncSocketOptions> = {
  ...socketOptionNames,
  lookup: true,
  borrow: true,
};

/**
 * Creates a blocking backend with its own worker thread.
 *
 * The worker thread never keeps the process alive. Bytes that `send` has taken are delivered even if the process
 * exits immediately after: its exit waits up to 1.5 seconds for them. Connections that have not delivered them by then
 * are reset. If the worker thread dies, every later call fails with `other`.
 *
 * @param options - policy, limits, and name lookup.
 * @returns the backend. Dispose of it to end the worker thread.
 * @throws SyntaxError - if the policy has an unknown or invalid rule, or a pattern that cannot be parsed.
 * @throws RangeError - if an option or limit is unknown, or a limit is not a number or less than 1.
 * @throws TypeError - if the options are not an object.
 */
export function createNodeSyncSocket(
  options: NodeSyncSocketOptions = {},
): BlockingSocketBackend {
  requireOptions(options, optionNames);
  const limits = resolveLimits(options.limits);
  const { lookup, borrow } = options;
  const driver = new NodeSyncDriver({ limits, lookup, borrow });
  try {
    return createBlockingSocket(driver, options);
  } catch (error) {
    driver.dispose();
    throw error;
  }
}
