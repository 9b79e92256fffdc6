/**
 * Blocking TCP and UDP sockets on Node. The sockets live in a worker; the caller's thread sleeps until a call is finished.
 *
 * A `receive` with bytes waiting and a `send` for which the system has room cost no message.
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
   * Looks names up, in one family, on the caller's thread; throws an error whose `code` is `ENOTFOUND` or `EAI_*` where
   * there is no address. Unless given, the system's resolver does it, in the worker.
   */
  readonly lookup?:
    ((name: string, family: Family) => readonly string[]) | undefined;
  /**
   * Whether `receive` and `receive-from` may return a view of shared memory instead of a copy. The view is valid until the
   * next call of the backend that is no `send`, and `TextDecoder` may refuse it. Meant for components, into whose own memory the bytes
   * are copied at once.
   */
  readonly borrow?: boolean | undefined;
}

const optionNames: OptionNames<NodeSyncSocketOptions> = {
  ...socketOptionNames,
  lookup: true,
  borrow: true,
};

/**
 * Makes a blocking backend with a worker of its own.
 *
 * The worker never keeps the process running. Bytes that `send` has taken are delivered even if the process ends right
 * after, for which its end waits up to 1.5 seconds. Should the worker die, every call returns `other` from then on.
 *
 * @param options - policy and limits of the guest, and how names are looked up.
 * @returns the backend; dispose of it to end the worker.
 * @throws SyntaxError, RangeError, TypeError for options that make no sense, or that there are not.
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
