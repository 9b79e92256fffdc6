/** `receive`: the next bytes of a connection, or the next datagram from the peer of a UDP socket. */
import type { SocketError } from "@wit2ts/core-libs/socket";
import { ok, type Result } from "@wit2ts/runtime";
import { PENDING, type Attempt, type Driver } from "../driver.js";
import type { SocketEntry } from "./entry.js";
import { failure } from "./errors.js";
import { isPending, Operation, type Outcome } from "./operation.js";

/** `receive`. Returns its result, or the operation if it has to wait. */
export function receive<S extends object, L extends object>(
  driver: Driver<S, L>,
  entry: SocketEntry<S>,
  timeout: number,
  maxLength: number,
): Outcome<Uint8Array> {
  // The calls in a lane run in order: a new call waits for the calls before it.
  if (entry.readLane?.first === undefined) {
    const attempt = attemptReceive(driver, entry, timeout, maxLength);
    if (!isPending(attempt)) return attempt;
  }
  const operation = entry.spareReceive ?? new ReceiveOperation(driver, entry);
  entry.spareReceive = undefined;
  operation.begin(timeout, maxLength);
  return operation;
}

function attemptReceive<S extends object, L extends object>(
  driver: Driver<S, L>,
  entry: SocketEntry<S>,
  timeout: number,
  maxLength: number,
): Attempt<Result<Uint8Array, SocketError>> {
  try {
    if (entry.protocol === "tcp") {
      const data = driver.tryReceive(
        entry.socket,
        maxLength,
        timeout === Infinity,
      );
      return isPending(data) ? PENDING : ok(data);
    }
    const datagram = driver.tryReceiveFrom(entry.socket, maxLength);
    return isPending(datagram) ? PENDING : ok(datagram.data);
  } catch (cause) {
    return failure(cause);
  }
}

/**
 * A `receive` that has to wait. With the asynchronous runner, most of them do, one after the other, so the object is
 * reused for the next one.
 */
export class ReceiveOperation<S extends object> extends Operation<
  S,
  Uint8Array
> {
  readonly #driver: Driver<S, object>;
  #maxLength = 0;

  constructor(driver: Driver<S, object>, entry: SocketEntry<S>) {
    super(entry, entry.reads, Infinity, "read");
    this.#driver = driver;
  }

  /** Prepares the object for another call. */
  begin(timeout: number, maxLength: number): void {
    this.timeout = timeout;
    this.#maxLength = maxLength;
    this.next = undefined;
    this.cancelTimer = undefined;
  }

  attempt(): Attempt<Result<Uint8Array, SocketError>> {
    return attemptReceive(
      this.#driver,
      this.entry,
      this.timeout,
      this.#maxLength,
    );
  }

  protected override settle(result: Result<Uint8Array, SocketError>): void {
    super.settle(result);
    this.entry.spareReceive = this;
  }
}
