import type { Random } from "./random.js";

/**
 * The conditions on the way from one machine to another. Probabilities are between 0 and 1; the network's seeded
 * random generator decides.
 */
export interface Conditions {
  /** Milliseconds until anything that is sent arrives. Default: 0, which means within the call that sends it. */
  readonly latency?: number;
  /** The maximum random addition to the latency, in milliseconds. */
  readonly jitter?: number;
  /**
   * Probability that a datagram or a segment of a TCP stream is lost. TCP sends the segment again, so for TCP a loss
   * is a delay.
   */
  readonly loss?: number;
  /** Probability that a datagram arrives twice. */
  readonly duplication?: number;
  /** Probability that a datagram is held back for {@link reorderingDelay}, so that others overtake it. */
  readonly reordering?: number;
  /** The additional delay of a reordered datagram, in milliseconds. Default: 10. */
  readonly reorderingDelay?: number;
  /**
   * Bytes per second that get through in each direction of a TCP connection, for a slow line or a slow reader. Does not
   * apply to datagrams. Default: no limit.
   */
  readonly bandwidth?: number;
  /**
   * What happens to everything that is sent:
   *
   * - `open`: it arrives. The default.
   * - `silent`: nothing arrives and no error is reported, as when the cable is cut or the other end is switched off
   *   (a half-open connection).
   * - `unreachable`: the sender is told that there is no route.
   * - `refused`: new connections and datagrams are refused; existing connections continue.
   */
  readonly way?: "open" | "silent" | "unreachable" | "refused";
}

/** Conditions with every field set. */
export type Path = Required<Conditions>;

/** The conditions on a way for which none are imposed. */
export const openPath: Path = {
  latency: 0,
  jitter: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderingDelay: 10,
  bandwidth: Infinity,
  way: "open",
};

const ways: readonly unknown[] = ["open", "silent", "unreachable", "refused"];

/**
 * Validates conditions.
 *
 * @throws RangeError - if a condition is unknown or its value is invalid. The message says what it must be.
 */
export function checkConditions(conditions: Conditions): void {
  for (const [name, value] of Object.entries(conditions) as [
    string,
    string | number | undefined,
  ][]) {
    if (!Object.hasOwn(openPath, name))
      throw new RangeError(
        `there is no condition ${name}; valid conditions are ${Object.keys(openPath).join(", ")}`,
      );
    if (value === undefined) continue;
    const wanted = requirementOf(name as keyof Conditions, value);
    if (wanted !== undefined)
      throw new RangeError(`${name} ${wanted}, not ${String(value)}`);
  }
}

/** Returns what the value of a condition must be, or `undefined` if it is valid. */
function requirementOf(
  name: keyof Conditions,
  value: unknown,
): string | undefined {
  if (name === "way")
    return ways.includes(value)
      ? undefined
      : `must be one of ${ways.join(", ")}`;
  const number = typeof value === "number" ? value : NaN;
  switch (name) {
    case "loss":
    case "duplication":
    case "reordering":
      return number >= 0 && number <= 1
        ? undefined
        : "must be a probability from 0 to 1";
    case "latency":
    case "jitter":
    case "reorderingDelay":
      return number >= 0 && number < Infinity
        ? undefined
        : "must be a finite number of milliseconds of at least 0";
    case "bandwidth":
      return number > 0
        ? undefined
        : "must be a number of bytes per second greater than 0";
  }
}

/**
 * The delay before TCP retransmits a lost segment for the first time, in milliseconds. RFC 6298 §2.1 starts with one
 * second; the minimum on Linux is 200 ms.
 */
const retransmissionDelay = 200;

/** Returns the milliseconds until one segment of a TCP stream arrives, including its retransmissions. */
export function segmentDelay(path: Path, random: Random): number {
  let delay =
    path.latency + (path.jitter > 0 ? random.next() * path.jitter : 0);
  // The number of attempts is bounded, so that the delay is finite. For the loss of everything there is `silent`.
  for (let attempt = 0; attempt < 8 && random.happens(path.loss); attempt++) {
    delay += retransmissionDelay * 2 ** attempt;
  }
  return delay;
}

/** Returns the milliseconds after which each copy of a datagram arrives. Empty if the datagram is lost. */
export function datagramDelays(path: Path, random: Random): number[] {
  if (random.happens(path.loss)) return [];
  const delays: number[] = [];
  const copies = random.happens(path.duplication) ? 2 : 1;
  for (let copy = 0; copy < copies; copy++) {
    const late = random.happens(path.reordering) ? path.reorderingDelay : 0;
    delays.push(
      path.latency + late + (path.jitter > 0 ? random.next() * path.jitter : 0),
    );
  }
  return delays;
}
