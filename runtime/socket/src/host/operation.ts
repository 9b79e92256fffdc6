import {
  SocketError,
  type SocketError as SocketErrorName,
} from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import type { Attempt, PENDING, Readiness } from "../driver.js";
import type { Lane, SocketEntry } from "./entry.js";
import { refusal } from "./errors.js";

/** What a function of the host returns: its result, or the operation if the call has to wait. */
export type Outcome<T> = Result<T, SocketErrorName> | PendingOperation<T>;

/**
 * Whether an attempt has to wait. V8 compares a symbol with a value of unknown type through a call to a builtin, but
 * compiles this `typeof` check inline. No operation returns a symbol as its value.
 */
export function isPending(attempt: unknown): attempt is typeof PENDING {
  return typeof attempt === "symbol";
}

/** An unfinished call, as seen by the lane in which it waits. */
export interface Waiting {
  /** The next call in the lane. */
  next: Waiting | undefined;
  /** Cancels the timer of a call with a timeout. */
  cancelTimer: (() => void) | undefined;
  /** What the driver has to wait for: one of its sockets or lookups. */
  readonly target: object;
  readonly readiness: Readiness;
  /** Tries again. Returns whether the call is finished. */
  advance(): boolean;
  /** Ends the call because its timeout has expired. */
  expire(): void;
  /** Ends the call with an error. */
  fail(error: Result<never, SocketErrorName>): void;
}

/** An unfinished call, as seen by its runner. */
export interface PendingOperation<T> extends Waiting {
  readonly tag: "pending";
  readonly lane: Lane;
  readonly entry: SocketEntry<object>;
  /** How long the call may take from its start, in milliseconds; `Infinity` for no limit. */
  readonly timeout: number;
  /** Tries the operation. Returns the result or `PENDING`. */
  attempt(): Attempt<Result<T, SocketErrorName>>;
  /** Updates the state of the socket after the timeout of the call, and returns the result of the call. */
  expired(): Result<T, SocketErrorName>;
  /** Called with the result by {@link Waiting.advance}, {@link Waiting.expire} and {@link Waiting.fail}. */
  resolve: ((result: Result<T, SocketErrorName>) => void) | undefined;
}

/** One call in all its stages. It may be attempted repeatedly, and each attempt sets what it waits for. */
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

  /** Passes the result to the runner. */
  protected settle(result: Result<T, SocketErrorName>): void {
    const { resolve } = this;
    this.resolve = undefined;
    resolve?.(result);
  }
}
