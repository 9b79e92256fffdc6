import type { Clock } from "../driver.js";

/** What advances the time of a network: the network itself (`automatic`), or the test through `advance` (`manual`). */
export type TimeMode = "automatic" | "manual";

const timeModes: readonly TimeMode[] = ["automatic", "manual"];

interface Event {
  readonly time: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

// The functions are captured when this module is loaded: tests may replace the globals by fake timers (such as
// `vi.useFakeTimers()`), which must not stop the virtual time of a network.
const immediately = globalThis.setImmediate as typeof setImmediate | undefined;
const later = globalThis.setTimeout;

/** Calls `callback` in a later turn of the event loop, after everything that can continue without time passing. */
function endTurn(callback: () => void): void {
  if (immediately === undefined) later(callback, 0);
  else immediately(callback);
}

/**
 * The clock of a memory network. It stands still while there is anything to do, and then jumps to the next scheduled
 * event: an hour of timeouts takes only as long as the events in it. Events of the same moment happen in the order in
 * which they were scheduled, so a run depends only on the calls and the seed.
 *
 * In automatic mode, one event happens per turn of the event loop, after all promises have run. If code waits for
 * something outside the network, such as a file, virtual time advances meanwhile: use manual mode for such code.
 */
export class VirtualClock implements Clock {
  #events: Event[] = [];
  readonly #mode: TimeMode;
  #now = 0;
  #order = 0;
  #live = 0;
  #turning = false;
  #advancing = 0;

  /** @throws RangeError - if the mode is unknown, because the time would then never advance. */
  constructor(mode: TimeMode) {
    if (!timeModes.includes(mode))
      throw new RangeError(
        `time must be one of ${timeModes.join(", ")}, not ${mode}`,
      );
    this.#mode = mode;
  }

  /** Returns the milliseconds since the network was created. */
  now(): number {
    return this.#now;
  }

  /** The number of scheduled events. */
  get scheduled(): number {
    return this.#live;
  }

  /**
   * Schedules `callback` after `delay` milliseconds. A delay of 0 or less schedules it for the current time; after
   * `Infinity` it never comes. Returns a function that cancels it.
   *
   * @throws RangeError - if the delay is not a number, because the event could not be ordered.
   */
  schedule(delay: number, callback: () => void): () => void {
    if (typeof delay !== "number" || Number.isNaN(delay))
      throw new RangeError(
        `a delay must be a number of milliseconds, not ${String(delay)}`,
      );
    // Time must never become infinite: no later event could be ordered.
    if (delay === Infinity) return () => undefined;
    const event: Event = {
      time: this.#now + Math.max(0, delay),
      order: this.#order++,
      callback,
      cancelled: false,
    };
    this.#push(event);
    this.#live++;
    this.#keepTurning();
    return () => {
      if (event.cancelled) return;
      event.cancelled = true;
      this.#live--;
      this.#dropCancelled();
    };
  }

  /**
   * Runs the next event immediately and moves the time to it. Does nothing if the event is later than `deadline`.
   *
   * @returns whether an event ran.
   */
  step(deadline?: number): boolean {
    const event = this.#next();
    if (event === undefined || event.time > (deadline ?? Infinity))
      return false;
    this.#pop();
    this.#now = event.time;
    // Mark the event as cancelled, so that a cancellation by its own callback does not decrement the count again.
    event.cancelled = true;
    this.#live--;
    event.callback();
    return true;
  }

  /** Moves the time forward to `time`. Only valid if no event is scheduled before it. */
  leap(time: number): void {
    if (time > this.#now) this.#now = time;
  }

  /**
   * Lets `milliseconds` pass, with all events in them. Between two events, code that awaits the network can run.
   *
   * @throws RangeError - if the time is negative or not finite. Use {@link settle} to run everything that is
   * scheduled.
   */
  async advance(milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0)
      throw new RangeError(
        `advance takes a finite number of milliseconds of at least 0, not ${String(milliseconds)}`,
      );
    const end = this.#now + milliseconds;
    // Meanwhile, the automatic mode must not advance the time past the end.
    this.#advancing++;
    try {
      do {
        await new Promise<void>(endTurn);
      } while (this.step(end));
      this.leap(end);
      await new Promise<void>(endTurn);
    } finally {
      this.#advancing--;
      this.#keepTurning();
    }
  }

  /**
   * Lets time pass until nothing is scheduled any more.
   *
   * @param limit - the maximum number of events. Default: 1,000,000.
   * @throws Error - after `limit` events, because two ends that keep answering each other never settle.
   */
  async settle(limit = 1_000_000): Promise<void> {
    for (let events = 0; events <= limit; events++) {
      await new Promise<void>(endTurn);
      if (!this.step()) return;
    }
    throw new Error(
      `the network has not settled after ${String(limit)} events`,
    );
  }

  #keepTurning(): void {
    if (this.#mode === "manual" || this.#turning || this.#live === 0) return;
    if (this.#advancing > 0) return;
    this.#turning = true;
    endTurn(() => {
      this.#turning = false;
      try {
        if (this.#advancing === 0) this.step();
      } finally {
        this.#keepTurning();
      }
    });
  }

  #next(): Event | undefined {
    while (this.#events[0]?.cancelled) this.#pop();
    return this.#events[0];
  }

  // The events form a binary heap with the earliest event at the root.

  /**
   * Removes the cancelled events once most events are cancelled. Otherwise they would remain until their time, and as
   * long as nothing takes time, such as a call with a timeout that finishes at once, that time does not come.
   */
  #dropCancelled(): void {
    if (this.#events.length < 2 * this.#live + 64) return;
    // A sorted array is a heap.
    this.#events = this.#events
      .filter(({ cancelled }) => !cancelled)
      .sort((left, right) => (isBefore(left, right) ? -1 : 1));
  }

  #push(event: Event): void {
    const events = this.#events;
    let index = events.push(event) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = events[above];
      if (parent === undefined || !isBefore(event, parent)) break;
      events[index] = parent;
      index = above;
    }
    events[index] = event;
  }

  #pop(): void {
    const events = this.#events;
    const last = events.pop();
    if (last === undefined || events.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let child = events[below];
      if (child === undefined) break;
      const sibling = events[below + 1];
      if (sibling !== undefined && isBefore(sibling, child)) {
        child = sibling;
        below++;
      }
      if (!isBefore(child, last)) break;
      events[index] = child;
      index = below;
    }
    events[index] = last;
  }
}

function isBefore(left: Event, right: Event): boolean {
  return (
    left.time < right.time ||
    (left.time === right.time && left.order < right.order)
  );
}
