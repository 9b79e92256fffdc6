import type { Clock } from "../driver.js";

/** Who moves the time of a network: `automatic`, the network itself, or `manual`, the test, with `advance`. */
export type TimeMode = "automatic" | "manual";

const timeModes: readonly TimeMode[] = ["automatic", "manual"];

interface Event {
  readonly time: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

// As they are when this module is loaded: tests stop those that programs see (`vi.useFakeTimers()`, jest's), and a network with a time of its
// own has to go on.
const immediately = globalThis.setImmediate as typeof setImmediate | undefined;
const later = globalThis.setTimeout;

/** Ends the current turn of the event loop: everything that can go on without time passing has gone on after it. */
function endTurn(callback: () => void): void {
  if (immediately === undefined) later(callback, 0);
  else immediately(callback);
}

/**
 * The time of a memory network. It stands still while there is anything to do, and then leaps to whatever is scheduled
 * next: an hour of timeouts takes as long as the events in it. Events of one moment happen in the order in which they
 * were scheduled, so a run depends on nothing but the calls made and the seed.
 *
 * In automatic time, one event happens per turn of the event loop, once no promise is left to run. Code that waits for
 * anything outside the network, such as a file, sees time rush by meanwhile: use manual time for it.
 */
export class VirtualClock implements Clock {
  readonly #events: Event[] = [];
  readonly #mode: TimeMode;
  #now = 0;
  #order = 0;
  #live = 0;
  #turning = false;
  #advancing = 0;

  /** @throws RangeError for a mode that there is not: the time would never move. */
  constructor(mode: TimeMode) {
    if (!timeModes.includes(mode))
      throw new RangeError(
        `time is one of ${timeModes.join(", ")}, not ${mode}`,
      );
    this.#mode = mode;
  }

  /** Milliseconds since the network was made. */
  now(): number {
    return this.#now;
  }

  /** How many events are to come. */
  get scheduled(): number {
    return this.#live;
  }

  /**
   * Makes something happen in `delay` milliseconds; at once, once it is the time's turn, where that is none or less.
   *
   * @throws RangeError for a delay that is no number, since nothing could be before or after it.
   */
  schedule(delay: number, callback: () => void): () => void {
    if (typeof delay !== "number" || Number.isNaN(delay))
      throw new RangeError(`a delay is in milliseconds, not ${String(delay)}`);
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
    };
  }

  /**
   * Makes the next event happen, at once, and moves the time to it. Events after `deadline` stay where they are.
   *
   * @returns whether there was one.
   */
  step(deadline?: number): boolean {
    const event = this.#next();
    if (event === undefined || event.time > (deadline ?? Infinity))
      return false;
    this.#pop();
    this.#now = event.time;
    // Called off from here on: a cancellation from within the callback must not count twice.
    event.cancelled = true;
    this.#live--;
    event.callback();
    return true;
  }

  /** Moves the time forward to `time`, where nothing happens before it. */
  leap(time: number): void {
    if (time > this.#now) this.#now = time;
  }

  /**
   * Lets `milliseconds` pass, with all that happens in them. Between two events, code that awaits the network gets
   * its turn.
   *
   * @throws RangeError for a time that is none, or has no end: {@link settle} lets all that is scheduled happen.
   */
  async advance(milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0)
      throw new RangeError(
        `time passes in milliseconds, 0 or more, not ${String(milliseconds)}`,
      );
    const end = this.#now + milliseconds;
    // Automatic time must not leap past the end meanwhile.
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
   * @throws Error after `limit` events, since two ends that keep answering each other never come to rest.
   */
  async settle(limit = 1_000_000): Promise<void> {
    for (let events = 0; events <= limit; events++) {
      await new Promise<void>(endTurn);
      if (!this.step()) return;
    }
    throw new Error(
      `the network has not come to rest after ${String(limit)} events`,
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

  // A binary heap, the earliest event on top.

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
