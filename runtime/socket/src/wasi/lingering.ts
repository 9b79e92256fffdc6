/**
 * Connections that are closed but have not delivered all their output yet.
 *
 * In WASI, nothing runs in the background of a component that could complete the delivery, and dropping a socket loses the
 * output. So `close` waits briefly, which is enough for most connections. The others are checked by every later call that
 * waits, and by a timer where there is one.
 */
import type { WasiTcpSocket } from "./tcp-socket.js";
import type { Waiting } from "./waiting.js";

/** How long `close` waits for a connection to deliver its output, in milliseconds. */
const CLOSE_TIME = 1_000;
/** How long disposing of the backend waits for all of them, in milliseconds. */
const DISPOSE_TIME = 1_500;
/** Maximum pause between two checks of a connection, in milliseconds. */
const LONGEST_PAUSE = 10;

/** The pause between two checks by the timer, in milliseconds. */
const TIMER_PAUSE = 20;

/** Calls `callback` once, after the given number of milliseconds. */
export type Timer = (callback: () => void, milliseconds: number) => void;

export class Lingering {
  readonly #waiting: Waiting;
  readonly #deliveryTimeout: number;
  readonly #timer: Timer | undefined;
  readonly #deadlines = new Map<WasiTcpSocket, number>();
  #isTimed = false;

  /**
   * @param deliveryTimeout - after this many milliseconds, a connection that has not delivered its output is dropped.
   * @param timer - absent inside components, where nothing happens between calls.
   */
  constructor(waiting: Waiting, deliveryTimeout: number, timer?: Timer) {
    this.#waiting = waiting;
    this.#deliveryTimeout = deliveryTimeout;
    this.#timer = timer;
  }

  /** When to check next; `Infinity` if there is nothing to check. */
  get nextLook(): number {
    return this.#deadlines.size === 0
      ? Infinity
      : this.#waiting.now() + LONGEST_PAUSE;
  }

  /** Closes a connection: now if its output is delivered soon, otherwise later. */
  close(socket: WasiTcpSocket): void {
    if (socket.isDelivered()) {
      socket.close();
      return;
    }
    // Many connections may stall at once, for example when a backend is disposed of. Waiting for one of them is enough.
    const isFirst = this.#deadlines.size === 0;
    const now = this.#waiting.now();
    this.#deadlines.set(socket, now + this.#deliveryTimeout);
    if (isFirst)
      this.#waitUntil(now + Math.min(CLOSE_TIME, this.#deliveryTimeout), () =>
        this.#deadlines.has(socket),
      );
    this.#lookLater();
  }

  /** Closes the connections that have delivered their output, and those whose time is over. */
  look(): void {
    if (this.#deadlines.size === 0) return;
    const now = this.#waiting.now();
    for (const [socket, deadline] of this.#deadlines) {
      if (now < deadline && !socket.isDelivered()) continue;
      this.#deadlines.delete(socket);
      try {
        socket.close();
      } catch {
        // The `close` of this socket has already returned, so there is no call that could report the error.
      }
    }
  }

  /** Waits a little longer for all connections, and then drops the rest. */
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
