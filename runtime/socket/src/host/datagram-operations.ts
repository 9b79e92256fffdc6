/** The operations that send and receive datagrams on UDP sockets. */
import type { SocketAddress, SocketError } from "@wit2ts/core-libs/socket";
import { ok, type Result } from "@wit2ts/runtime";
import { PENDING, type Attempt, type Driver } from "../driver.js";
import { attemptImplicitBind, requireOpen } from "./address-operations.js";
import { isSameAddress, type Resolution } from "./destination.js";
import type { SocketEntry } from "./entry.js";
import { failure, systemError } from "./errors.js";
import { sentBytes } from "./lengths.js";
import { isPending, Operation, type Outcome } from "./operation.js";
import type { PolicyPredicate } from "./policy.js";

/** `receive-from`. */
export class ReceiveFromOperation<
  S extends object,
  L extends object,
> extends Operation<S, [Uint8Array, SocketAddress]> {
  readonly #driver: Driver<S, L>;
  readonly #maxLength: number;

  constructor(
    driver: Driver<S, L>,
    entry: SocketEntry<S>,
    timeout: number,
    maxLength: number,
  ) {
    super(entry, entry.reads, timeout, "read");
    this.#driver = driver;
    this.#maxLength = maxLength;
  }

  attempt(): Attempt<Result<[Uint8Array, SocketAddress], SocketError>> {
    try {
      const datagram = this.#driver.tryReceiveFrom(
        this.entry.socket,
        this.#maxLength,
      );
      if (isPending(datagram)) return PENDING;
      const { data, sender } = datagram;
      return ok<[Uint8Array, SocketAddress]>([
        data,
        { host: sender.host, port: sender.port },
      ]);
    } catch (cause) {
      return failure(cause);
    }
  }
}

/**
 * Returns the array to pass to the driver, which identifies an unfinished datagram by its array. A call that can time
 * out passes a view of its own: if its caller then sends from the same array again, that is a new datagram.
 */
function datagramOf(data: Uint8Array, timeout: number): Uint8Array {
  return timeout === Infinity ? data : data.subarray();
}

/** `send` on a UDP socket: sends one datagram to its peer. Returns the operation if it has to wait. */
export function sendDatagram<S extends object, L extends object>(
  driver: Driver<S, L>,
  entry: SocketEntry<S>,
  timeout: number,
  data: Uint8Array,
): Outcome<bigint> {
  const datagram = datagramOf(data, timeout);
  if (entry.writeLane?.first === undefined) {
    const hold = timeout === Infinity;
    const attempt = attemptSend(driver, entry.socket, datagram, hold);
    if (!isPending(attempt)) return attempt;
  }
  return new SendDatagramOperation(driver, entry, timeout, datagram);
}

function attemptSend<S extends object, L extends object>(
  driver: Driver<S, L>,
  socket: S,
  data: Uint8Array,
  hold: boolean,
): Attempt<Result<bigint, SocketError>> {
  try {
    const sent = driver.trySendTo(socket, data, undefined, hold);
    return isPending(sent) ? PENDING : sentBytes(data.length);
  } catch (cause) {
    return failure(cause);
  }
}

/** `send` on a UDP socket that has to wait. */
class SendDatagramOperation<
  S extends object,
  L extends object,
> extends Operation<S, bigint> {
  readonly #driver: Driver<S, L>;
  readonly #data: Uint8Array;

  constructor(
    driver: Driver<S, L>,
    entry: SocketEntry<S>,
    timeout: number,
    data: Uint8Array,
  ) {
    super(entry, entry.writes, timeout, "write");
    this.#driver = driver;
    this.#data = data;
  }

  attempt(): Attempt<Result<bigint, SocketError>> {
    const hold = this.timeout === Infinity;
    return attemptSend(this.#driver, this.entry.socket, this.#data, hold);
  }
}

/**
 * `send-to`: looks the address up, then tries each address found until one succeeds: checks the policy, binds an
 * unbound socket, and sends the datagram.
 */
export class SendToOperation<
  S extends object,
  L extends object,
> extends Operation<S, bigint> {
  readonly #driver: Driver<S, L>;
  readonly #data: Uint8Array;
  readonly #resolution: Resolution<S, L>;
  readonly #policy: PolicyPredicate;
  /** The index of the address to try. */
  #index = 0;
  /** Whether the policy has allowed that address. */
  #allowed = false;

  constructor(
    driver: Driver<S, L>,
    entry: SocketEntry<S>,
    timeout: number,
    data: Uint8Array,
    resolution: Resolution<S, L>,
    policy: PolicyPredicate,
  ) {
    super(entry, entry.writes, timeout, "write");
    this.#driver = driver;
    this.#data = datagramOf(data, timeout);
    this.#resolution = resolution;
    this.#policy = policy;
  }

  attempt(): Attempt<Result<bigint, SocketError>> {
    const { entry } = this;
    try {
      const candidates = this.#resolution.attempt();
      requireOpen(entry);
      if (isPending(candidates)) {
        this.target = this.#resolution.lookup ?? entry.socket;
        this.readiness = "lookup";
        return PENDING;
      }
      this.target = entry.socket;
      for (;;) {
        const candidate = candidates[this.#index];
        if (candidate === undefined)
          throw systemError("ENOTFOUND", "no address");
        try {
          if (!this.#allowed) {
            this.#checkPolicy(candidate.host, candidate.port);
            this.#allowed = true;
          }
          if (attemptImplicitBind(this.#driver, entry) === PENDING) {
            this.readiness = "bind";
            return PENDING;
          }
          let address: typeof candidate | undefined = candidate;
          if (entry.peer !== undefined) {
            if (!isSameAddress(candidate, entry.peer))
              throw systemError("EISCONN", "the socket is connected elsewhere");
            address = undefined;
          }
          this.readiness = "write";
          const hold = this.timeout === Infinity;
          const sent = this.#driver.trySendTo(
            entry.socket,
            this.#data,
            address,
            hold,
          );
          return isPending(sent) ? PENDING : sentBytes(this.#data.length);
        } catch (cause) {
          requireOpen(entry);
          this.#index++;
          this.#allowed = false;
          if (this.#index >= candidates.length) throw cause;
        }
      }
    } catch (cause) {
      return failure(cause);
    }
  }

  #checkPolicy(host: string, port: number): void {
    const { family, protocol } = this.entry;
    const { name } = this.#resolution;
    const request = { family, protocol, host, port };
    const allowed = this.#policy(
      name === undefined ? request : { ...request, name },
    );
    requireOpen(this.entry);
    if (!allowed) {
      throw systemError(
        "ENETUNREACH",
        `the policy forbids datagrams to ${host} port ${String(port)}`,
      );
    }
  }
}
