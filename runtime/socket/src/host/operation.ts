import {
  SocketError,
  type SocketError as SocketErrorName,
} from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import type { Attempt, PENDING, Readiness } from "../driver.js";
import type { Lane, SocketEntry } from "./entry.js";
import { refusal } from "./errors.js";

/** What a function of the host gives: its result at once, or the operation that has to wait for it. */
export type Outcome<T> = Result<T, SocketErrorName> | PendingOperation<T>;

/**
 * Whether an attempt has to wait. The engine compares a symbol with what may be anything by a call of its own, but knows
 * at once what is a symbol; and no value of an operation is one.
 */
export function isPending(attempt: unknown): attempt is typeof PENDING {
  return typeof attempt === "symbol";
}

/** A call that is not finished, as the lane that it waits in sees it. */
export interface Waiting {
  /** The call behind it in its lane. */
  next: Waiting | undefined;
  /** Calls off the timer of a call with a timeout. */
  cancelTimer: (() => void) | undefined;
  /** What the driver has to wait for: a socket or a look-up of its own. */
  readonly target: object;
  readonly readiness: Readiness;
  /** Tries again; true if the call is finished. */
  advance(): boolean;
  /** Ends the call because its time has run out. */
  expire(): void;
  /** Ends the call with an error. */
  fail(error: Result<never, SocketErrorName>): void;
}

/** A call that is not finished, as its runner sees it. */
export interface PendingOperation<T> extends Waiting {
  readonly tag: "pending";
  readonly lane: Lane;
  /** How long the call may take, in milliseconds from its beginning; `Infinity` is for ever. */
  readonly timeout: number;
  /** Tries; the result, or `PENDING`. */
  attempt(): Attempt<Result<T, SocketErrorName>>;
  /** What the call returns when its time has run out. */
  expired(): Result<T, SocketErrorName>;
  /** Is called with the result by {@link Waiting.advance}, {@link Waiting.expire} and {@link Waiting.fail}. */
  resolve: ((result: Result<T, SocketErrorName>) => void) | undefined;
}

/** One call in all its stages. It may be attempted as often as need be, and says each time what it waits for. */
export abstract class Operation<
  S extends object,
  T,
> implements PendingOperation<T> {
  readonly tag = "pending";
  readonly entry: SocketEntry<S>;
  readonly lane: Lane;
  timeout: number;
  next: Waiting | undefined = undefined;
  cancelTimer: (() => void) | undefined = undefined;
  target: object;
  readiness: Readiness;
  resolve: ((result: Result<T, SocketErrorName>) => void) | undefined =
    undefined;

  constructor(
    entry: SocketEntry<S>,
    lane: Lane,
    timeout: number,
    readiness: Readiness,
  ) {
    this.entry = entry;
    this.lane = lane;
    this.timeout = timeout;
    this.target = entry.socket;
    this.readiness = readiness;
  }

  abstract attempt(): Attempt<Result<T, SocketErrorName>>;

  expired(): Result<T, SocketErrorName> {
    return this.timeout === 0
      ? refusal(
          SocketError.WouldBlock,
          "the call would have to wait, and its timeout is 0",
        )
      : refusal(SocketError.Timeout, "the timeout of the socket has run out");
  }

  advance(): boolean {
    const attempt = this.attempt();
    if (isPending(attempt)) return false;
    this.settle(attempt);
    return true;
  }

  expire(): void {
    this.settle(this.expired());
  }

  fail(error: Result<never, SocketErrorName>): void {
    this.settle(error);
  }

  /** Gives the runner the result. */
  protected settle(result: Result<T, SocketErrorName>): void {
    const { resolve } = this;
    this.resolve = undefined;
    resolve?.(result);
  }
}
