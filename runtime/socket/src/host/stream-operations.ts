/** The operations on connections and listeners. */
import type { SocketError } from "@wit2ts/core-libs/socket";
import { ok, type Result } from "@wit2ts/runtime";
import { PENDING, type Attempt, type Driver } from "../driver.js";
import type { SocketEntry } from "./entry.js";
import { failure, systemError, wrongState } from "./errors.js";
import { sentBytes } from "./lengths.js";
import { isPending, Operation, type Outcome } from "./operation.js";
import type { PolicyPredicate } from "./policy.js";

/** `send` on a connection. Returns its result, or the operation if it has to wait. */
export function send<S extends object, L extends object>(
  driver: Driver<S, L>,
  entry: SocketEntry<S>,
  timeout: number,
  data: Uint8Array,
): Outcome<bigint> {
  let sent = 0;
  if (entry.writeLane?.first === undefined) {
    try {
      const taken = driver.trySend(entry.socket, data, timeout === Infinity);
      if (taken === data.length) return sentBytes(taken);
      if (!isPending(taken)) sent = taken;
    } catch (cause) {
      return failure(cause);
    }
  }
  const operation = new SendOperation(driver, entry, timeout, data, sent);
  if (sent === 0) return operation;
  const attempt = operation.attempt();
  return isPending(attempt) ? operation : attempt;
}

/** `send` on a connection that has to wait. */
class SendOperation<S extends object, L extends object> extends Operation<
  S,
  bigint
> {
  readonly #driver: Driver<S, L>;
  readonly #length: number;
  #rest: Uint8Array;
  #sent: number;

  constructor(
    driver: Driver<S, L>,
    entry: SocketEntry<S>,
    timeout: number,
    data: Uint8Array,
    sent: number,
  ) {
    super(entry, entry.writes, timeout, "write");
    this.#driver = driver;
    this.#rest = sent === 0 ? data : data.subarray(sent);
    this.#sent = sent;
    this.#length = data.length;
  }

  attempt(): Attempt<Result<bigint, SocketError>> {
    // Only a call without a timeout can promise not to change the bytes: after a timeout, they belong to the caller
    // again.
    const hold = this.timeout === Infinity;
    try {
      for (;;) {
        const taken = this.#driver.trySend(this.entry.socket, this.#rest, hold);
        if (isPending(taken)) return PENDING;
        this.#sent += taken;
        if (this.#sent >= this.#length) return sentBytes(this.#sent);
        this.#rest = this.#rest.subarray(taken);
      }
    } catch (cause) {
      // The bytes taken so far are a success; a later call reports the error.
      return this.#sent > 0 ? sentBytes(this.#sent) : failure(cause);
    }
  }

  override expired(): Result<bigint, SocketError> {
    return this.#sent > 0 ? sentBytes(this.#sent) : super.expired();
  }
}

/** `accept`. */
export class AcceptOperation<
  S extends object,
  L extends object,
> extends Operation<S, number> {
  readonly #driver: Driver<S, L>;
  readonly #adopt: (socket: S) => number;
  readonly #refuse: () => Result<number, SocketError> | undefined;

  /**
   * @param adopt - registers the new socket and returns its handle.
   * @param refuse - returns a failure if the host may not create another socket.
   */
  constructor(
    driver: Driver<S, L>,
    entry: SocketEntry<S>,
    timeout: number,
    adopt: (socket: S) => number,
    refuse: () => Result<number, SocketError> | undefined,
  ) {
    super(entry, entry.reads, timeout, "accept");
    this.#driver = driver;
    this.#adopt = adopt;
    this.#refuse = refuse;
  }

  attempt(): Attempt<Result<number, SocketError>> {
    const refused = this.#refuse();
    if (refused !== undefined) return refused;
    try {
      const socket = this.#driver.tryAccept(this.entry.socket);
      return isPending(socket) ? PENDING : ok(this.#adopt(socket));
    } catch (cause) {
      return failure(cause);
    }
  }
}

/** Returns a failure if the policy does not allow a bound socket to listen on its local address. */
export function denyListening<S extends object, L extends object>(
  driver: Driver<S, L>,
  { family, protocol, socket }: SocketEntry<S>,
  policy: PolicyPredicate,
): Result<never, SocketError> | undefined {
  try {
    const { host, port } = driver.localAddress(socket);
    if (policy({ family, protocol, host, port })) return undefined;
    throw systemError(
      "EADDRNOTAVAIL",
      `the policy forbids to listen at ${host} port ${String(port)}`,
    );
  } catch (cause) {
    return failure(cause);
  }
}

/** `listen`. */
export class ListenOperation<
  S extends object,
  L extends object,
> extends Operation<S, void> {
  readonly #driver: Driver<S, L>;
  readonly #backlog: number;

  constructor(
    driver: Driver<S, L>,
    entry: SocketEntry<S>,
    timeout: number,
    backlog: number,
  ) {
    super(entry, entry.writes, timeout, "listen");
    this.#driver = driver;
    this.#backlog = backlog;
  }

  attempt(): Attempt<Result<void, SocketError>> {
    // An earlier call in the lane may have changed the state.
    if (this.entry.state !== "bound") return wrongState(this.entry.state);
    try {
      const listening = this.#driver.tryListen(
        this.entry.socket,
        this.#backlog,
      );
      if (isPending(listening)) return PENDING;
    } catch (cause) {
      return failure(cause);
    }
    this.entry.state = "listening";
    return ok();
  }
}
