import type { Readiness } from "../driver.js";

interface Waiter {
  readonly ready: () => void;
  /** Whether `ready` is called synchronously by {@link Waiters.wake}, rather than in a microtask. */
  readonly immediate: boolean;
  woken: boolean;
}

/** The waits for changes of one socket or lookup: at most one for each kind of readiness. */
export class Waiters {
  readonly #waiting = new Map<Readiness, Waiter>();

  /** Calls `ready` once, in a microtask, so that no operation is tried while another one is in progress. */
  wait(readiness: Readiness, ready: () => void): void {
    this.#waiting.set(readiness, { ready, immediate: false, woken: false });
  }

  /**
   * Calls `take` once, synchronously with the change, so it must only record that and not use a socket. Returns the
   * callback of the wait that this one replaces, if there is one.
   */
  watch(readiness: Readiness, take: () => void): (() => void) | undefined {
    const replaced = this.#waiting.get(readiness)?.ready;
    this.#waiting.set(readiness, {
      ready: take,
      immediate: true,
      woken: false,
    });
    return replaced;
  }

  /** Cancels a wait, including one whose microtask is already queued. */
  delete(readiness: Readiness): void {
    this.#waiting.delete(readiness);
  }

  /** Ends the waits of {@link watch}, whose calls are still in progress, and cancels the others. */
  close(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { immediate, ready } of waiting) if (immediate) ready();
  }

  /** Ends the wait for `readiness`, or every wait if it is omitted. */
  wake(readiness?: Readiness): void {
    if (readiness === undefined) {
      for (const one of [...this.#waiting.keys()]) this.wake(one);
      return;
    }
    const waiter = this.#waiting.get(readiness);
    if (waiter === undefined || waiter.woken) return;
    waiter.woken = true;
    const tell = (): void => {
      if (this.#waiting.get(readiness) !== waiter) return;
      this.#waiting.delete(readiness);
      waiter.ready();
    };
    if (waiter.immediate) tell();
    else queueMicrotask(tell);
  }
}
