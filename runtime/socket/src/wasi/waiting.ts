/** Waiting by `wasi:io/poll`, bounded by `wasi:clocks/monotonic-clock`. */
import type { WasiBindings } from "./bindings.js";
import type { Pollable } from "./generated/wasi/io/poll.js";
import { release } from "./resources.js";

const NANOSECONDS = 1e6;
/** The longest that is waited at once, in milliseconds: a day. What is longer than WASI can count is waited for in parts. */
const LONGEST_WAIT = 86_400_000;

/** The clock of the host, and the one way to block. */
export class Waiting {
  readonly #poll: WasiBindings["poll"];
  readonly #clock: WasiBindings["monotonicClock"];
  /**
   * The alarm set last, and when it rings. Most waits are woken by the network, and the next one has a later deadline:
   * it may as well be ended early by the alarm that is set already, which saves two calls of the host for each wait.
   */
  #alarm: { readonly at: number; readonly pollable: Pollable } | undefined;

  constructor(bindings: WasiBindings) {
    this.#poll = bindings.poll;
    this.#clock = bindings.monotonicClock;
  }

  /** Milliseconds since some moment in the past. */
  now(): number {
    return Number(this.#clock.now()) / NANOSECONDS;
  }

  /**
   * Blocks until something is ready, but no longer than until `deadline`, a time of {@link now}. May return early.
   *
   * @returns whether it is ready.
   */
  wait(pollable: Pollable, deadline: number): boolean {
    if (deadline === Infinity) {
      pollable.block();
      return true;
    }
    const alarm = this.#alarmBy(deadline);
    // The indexes of what is ready, in any order.
    return this.#poll.poll([pollable, alarm]).includes(0);
  }

  /** Blocks until `deadline`, or a little shorter. */
  sleep(deadline: number): void {
    this.#alarmBy(deadline).block();
  }

  [Symbol.dispose](): void {
    const alarm = this.#alarm;
    this.#alarm = undefined;
    release(alarm?.pollable);
  }

  /** An alarm that rings in the future, at `deadline` or before. */
  #alarmBy(deadline: number): Pollable {
    const now = this.now();
    const set = this.#alarm;
    if (set !== undefined && set.at > now && set.at <= deadline)
      return set.pollable;
    this[Symbol.dispose]();
    const at = Math.min(deadline, now + LONGEST_WAIT);
    const pollable = this.#clock.subscribeInstant(
      BigInt(Math.max(0, Math.ceil(at * NANOSECONDS))),
    );
    this.#alarm = { at, pollable };
    return pollable;
  }
}
