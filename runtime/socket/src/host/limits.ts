import type { DriverLimits } from "../driver.js";

/** The limits of the sockets of a backend. `Infinity` means no limit. */
export interface SocketLimits extends DriverLimits {
  /** Maximum number of open sockets. Creating one more fails with `other`. Default: no limit. */
  readonly openSockets: number;
  /** Maximum number of bytes that a socket buffers in each direction. Default: 262,144. */
  readonly bufferedBytes: number;
  /** Maximum number of received datagrams queued in a socket. Default: 1,024. */
  readonly queuedDatagrams: number;
  /**
   * Maximum number of connections of a listener waiting for `accept`, even if the backlog is larger. Default: 4,096.
   */
  readonly acceptQueue: number;
  /**
   * Maximum waiting time of a call in milliseconds, whatever its timeout. After it, the call fails with `timeout`.
   * Default: no limit.
   */
  readonly longestWait: number;
  /**
   * Maximum number of bytes that one `receive` or `receive-from` returns, however large its `max-len`. Default:
   * 1,048,576.
   */
  readonly receiveBytes: number;
}

const defaults: SocketLimits = {
  openSockets: Infinity,
  bufferedBytes: 262_144,
  queuedDatagrams: 1_024,
  acceptQueue: 4_096,
  longestWait: Infinity,
  receiveBytes: 1_048_576,
};

/**
 * Fills in the defaults of limits.
 *
 * @param limits - the limits that differ from the defaults, or `undefined`.
 * @returns all limits, in the units of {@link SocketLimits}.
 * @throws RangeError - if the argument is not an object, or a limit is unknown, not a number, or less than 1. Limits
 * come from the author of the host, not from a guest.
 */
export function resolveLimits(
  limits: Partial<SocketLimits> | undefined,
): SocketLimits {
  const resolved = { ...defaults };
  const given: unknown = limits;
  if (given !== undefined && (typeof given !== "object" || given === null))
    throw new RangeError("the limits must be an object of numbers");
  for (const name of Object.keys(limits ?? {})) {
    if (!Object.hasOwn(defaults, name))
      throw new RangeError(
        `there is no limit ${name}; valid limits are ${Object.keys(defaults).join(", ")}`,
      );
  }
  for (const name of Object.keys(defaults) as (keyof SocketLimits)[]) {
    const value = limits?.[name];
    if (value === undefined) continue;
    // The negated comparison also rejects NaN.
    if (typeof value !== "number" || !(value >= 1))
      throw new RangeError(`the limit ${name} must be a number of at least 1`);
    resolved[name] = Math.floor(value);
  }
  return resolved;
}

/**
 * Validates the delivery timeout: how long a closed connection may take to deliver the bytes that it still holds.
 *
 * @param milliseconds - the timeout. Default: 30,000.
 * @returns the timeout in milliseconds.
 * @throws RangeError - if the timeout is not a number, or less than 0.
 */
export function resolveDeliveryTimeout(
  milliseconds: number | undefined,
): number {
  if (milliseconds === undefined) return 30_000;
  // The negated comparison also rejects NaN. `null` must be rejected by its type: it compares as 0, which would reset
  // connections immediately.
  if (typeof milliseconds !== "number" || !(milliseconds >= 0))
    throw new RangeError("deliveryTimeout must be a number of at least 0");
  return milliseconds;
}
