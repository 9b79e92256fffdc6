/**
 * Connections that are closed but have not delivered everything yet.
 *
 * WASI has no background in which a component could go on with them: what is dropped is gone. So `close` waits a little, which
 * is all that most connections need; the others are looked after with every later call that waits, and by a timer where there are any.
 */
import type { WasiTcpSocket } from "./tcp-socket.js";
import type { Waiting } from "./waiting.js";

/** How long `close` waits for a connection to deliver, in milliseconds. */
const CLOSE_TIME = 1_000;
/** How long the end of a backend waits for all of them. */
const DISPOSE_TIME = 1_500;
/** The longest pause between two looks at a connection, in milliseconds. */
const LONGEST_PAUSE = 10;

/** The pause between two looks by a timer. */
const TIMER_PAUSE = 20;

/** Calls back once, in so many milliseconds. */
export type Timer = (callback: () => void, milliseconds: number) => void;

export class Lingering {
  readonly #waiting: Waiting;
  readonly #deliveryTimeout: number;
  readonly #timer: Timer | undefined;
  readonly #deadlines = new Map<WasiTcpSocket, number>();
  #isTimed = false;

  /**
   * @param deliveryTimeout - after so many milliseconds a connection that has not delivered is given up.
   * @param timer - absent within components, where nothing happens between calls.
   */
  constructor(waiting: Waiting, deliveryTimeout: number, timer?: Timer) {
    this.#waiting = waiting;
    this.#deliveryTimeout = deliveryTimeout;
    this.#timer = timer;
  }

  /** When to look again; `Infinity` if there is nothing to look after. */
  get nextLook(): number {
    return this.#deadlines.size === 0
      ? Infinity
      : this.#waiting.now() + LONGEST_PAUSE;
  }

  /** Closes a connection, now if it delivers soon, else later. */
  close(socket: WasiTcpSocket): void {
    if (socket.isDelivered()) {
      socket.close();
      return;
    }
    // Many connections may stall at once, when a backend is disposed of, say: one of them is enough to wait for.
    const isFirst = this.#deadlines.size === 0;
    const now = this.#waiting.now();
    this.#deadlines.set(socket, now + this.#deliveryTimeout);
    if (isFirst)
      this.#waitUntil(now + Math.min(CLOSE_TIME, this.#deliveryTimeout), () =>
        this.#deadlines.has(socket),
      );
    this.#lookLater();
  }

  /** Closes those that have delivered, and those whose time is over. */
  look(): void {
    if (this.#deadlines.size === 0) return;
    const now = this.#waiting.now();
    for (const [socket, deadline] of this.#deadlines) {
      if (now < deadline && !socket.isDelivered()) continue;
      this.#deadlines.delete(socket);
      try {
        socket.close();
      } catch {
        // Its own `close` has returned: there is nobody left to be told.
      }
    }
  }

  /** Waits a little longer for all of them, and gives up those that are left. */
  [Symbol.dispose](): void {
    this.#waitUntil(
      this.#waiting.now() + DISPOSE_TIME,
      () => this.#deadlines.size > 0,
    );
    for (const socket of this.#deadlines.keys())
      this.#deadlines.set(socket, -Infinity);
    this.look();
  }

  #lookLater(): void {
    if (this.#isTimed || this.#deadlines.size === 0) return;
    this.#timer?.(() => {
      this.#isTimed = false;
      this.look();
      this.#lookLater();
    }, TIMER_PAUSE);
    this.#isTimed = this.#timer !== undefined;
  }

  #waitUntil(deadline: number, isGoingOn: () => boolean): void {
    let pause = 1;
    while (isGoingOn()) {
      const now = this.#waiting.now();
      if (now >= deadline) return;
      this.#waiting.sleep(Math.min(now + pause, deadline));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      this.look();
    }
  }
}
