/** Waiting by `wasi:io/poll`, bounded by `wasi:clocks/monotonic-clock`. */
import type { WasiBindings } from "./bindings.js";
import type { Pollable } from "./generated/wasi/io/poll.js";
import { release } from "./resources.js";

const NANOSECONDS = 1e6;
/** Maximum duration of one wait, in milliseconds: a day. A longer wait, which WASI may be unable to count, is split. */
const LONGEST_WAIT = 86_400_000;

/** The clock of the WASI host, and waits that block. */
export class Waiting {
  readonly #poll: WasiBindings["poll"];
  readonly #clock: WasiBindings["monotonicClock"];
  /**
   * The last alarm, and when it rings. Most waits are ended by the network, and the next one has a later deadline. It uses
   * the alarm that is already set, and may end early, which saves two host calls for each wait.
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
    // The host returns the indexes of the pollables that are ready, in any order.
    return this.#poll.poll([pollable, alarm]).includes(0);
  }

  /** Blocks until `deadline`. May return early. */
  sleep(deadline: number): void {
    this.#alarmBy(deadline).block();
  }

  [Symbol.dispose](): void {
    const alarm = this.#alarm;
    this.#alarm = undefined;
    release(alarm?.pollable);
  }

  /** Returns an alarm that rings in the future, at `deadline` or before. */
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
