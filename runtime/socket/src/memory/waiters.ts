import type { Readiness } from "../driver.js";

interface Waiter {
  readonly ready: () => void;
  /** Whether `ready` is called in the midst of whatever changed, rather than in a turn of its own. */
  readonly immediate: boolean;
  told: boolean;
}

/** Those who wait for something to change in one socket or look-up: at most one for each kind of readiness. */
export class Waiters {
  readonly #waiting = new Map<Readiness, Waiter>();

  /** Calls `ready` once, in a turn of its own, so that nobody tries again in the midst of what another is doing. */
  wait(readiness: Readiness, ready: () => void): void {
    this.#waiting.set(readiness, { ready, immediate: false, told: false });
  }

  /** Calls `take` once, in the midst of whatever changed: it must only take note. */
  watch(readiness: Readiness, take: () => void): void {
    this.#waiting.set(readiness, { ready: take, immediate: true, told: false });
  }

  /** Gives a wait up, also one whose turn is about to come. */
  delete(readiness: Readiness): void {
    this.#waiting.delete(readiness);
  }

  /** Gives every wait up. */
  clear(): void {
    this.#waiting.clear();
  }

  /** Ends the wait for `readiness`; without it, every wait. */
  wake(readiness?: Readiness): void {
    if (readiness === undefined) {
      for (const one of [...this.#waiting.keys()]) this.wake(one);
      return;
    }
    const waiter = this.#waiting.get(readiness);
    if (waiter === undefined || waiter.told) return;
    waiter.told = true;
    const tell = (): void => {
      if (this.#waiting.get(readiness) !== waiter) return;
      this.#waiting.delete(readiness);
      waiter.ready();
    };
    if (waiter.immediate) tell();
    else queueMicrotask(tell);
  }
}
