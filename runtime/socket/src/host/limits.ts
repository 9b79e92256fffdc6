import type { DriverLimits } from "../driver.js";

/** What a host lets its sockets use at most. `Infinity` is no limit. */
export interface SocketLimits extends DriverLimits {
  /** Most sockets open at a time. One more is `other`. Without limit unless said. */
  readonly openSockets: number;
  /** Most bytes a socket buffers in each direction: 262,144 unless said. */
  readonly bufferedBytes: number;
  /** Most datagrams queued in a socket that nobody fetches: 1,024 unless said. */
  readonly queuedDatagrams: number;
  /** Most connections of a listener that nobody has accepted, even where the backlog asks for more: 4,096 unless said. */
  readonly acceptQueue: number;
  /** Longest wait of a call in milliseconds, whatever its timeout: `timeout` then. Without limit unless said. */
  readonly longestWait: number;
  /** Most bytes one `receive` or `receive-from` returns, however large its `max-len`: 1,048,576 unless said. */
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
 * Fills in what the host author left out.
 *
 * @param limits - those that differ from the defaults; `undefined` for none.
 * @returns all limits; bytes, or counts.
 * @throws RangeError for a limit that is no number or less than 1, or that there is not; these come from the host's author,
 * not from a guest.
 */
export function resolveLimits(
  limits: Partial<SocketLimits> | undefined,
): SocketLimits {
  const resolved = { ...defaults };
  const given: unknown = limits;
  if (given !== undefined && (typeof given !== "object" || given === null))
    throw new RangeError("the limits must be an object with numbers");
  for (const name of Object.keys(limits ?? {})) {
    if (!Object.hasOwn(defaults, name))
      throw new RangeError(
        `there is no limit ${name}; there are ${Object.keys(defaults).join(", ")}`,
      );
  }
  for (const name of Object.keys(defaults) as (keyof SocketLimits)[]) {
    const value = limits?.[name];
    if (value === undefined) continue;
    // Also true for NaN, and for what is no number at all.
    if (typeof value !== "number" || !(value >= 1))
      throw new RangeError(`the limit ${name} must be a number of at least 1`);
    resolved[name] = Math.floor(value);
  }
  return resolved;
}

/**
 * Reads how long the delivery of what a closed connection still holds may take, in milliseconds: 30,000 unless said.
 *
 * @throws RangeError for what is no number, or less than 0.
 */
export function resolveDeliveryTimeout(
  milliseconds: number | undefined,
): number {
  if (milliseconds === undefined) return 30_000;
  // Also false for NaN; and `null`, which compares as 0, would reset connections at once.
  if (typeof milliseconds !== "number" || !(milliseconds >= 0))
    throw new RangeError("deliveryTimeout must be a number of at least 0");
  return milliseconds;
}
