/** The operations that assign addresses to a socket: `bind` and `connect`. */
import type { SocketError } from "@wit2ts/core-libs/socket";
import { ok, type Result } from "@wit2ts/runtime";
import {
  PENDING,
  type Attempt,
  type Driver,
  type NumericAddress,
} from "../driver.js";
import { isSameAddress, type Resolution } from "./destination.js";
import type { SocketEntry } from "./entry.js";
import { failure, systemError, wrongState } from "./errors.js";
import { Operation } from "./operation.js";
import type { PolicyPredicate } from "./policy.js";

/** Binds an unbound UDP socket to a free port, as an operating system does for the first `sendto` or `connect`. */
export function attemptImplicitBind<S extends object, L extends object>(
  driver: Driver<S, L>,
  entry: SocketEntry<S>,
): Attempt<void> {
  if (entry.state !== "unbound") return;
  const host = entry.family === "ipv4" ? "0.0.0.0" : "::";
  const bound = driver.tryBind(
    entry.socket,
    { host, port: 0 },
    entry.reuseAddress,
  );
  if (bound === PENDING) return PENDING;
  entry.state = "bound";
}

/**
 * Throws if the socket was closed meanwhile. Policies and resolvers are code of the embedder and may close the socket
 * that they are called for; the driver must not be called on it afterwards.
 */
export function requireOpen(entry: SocketEntry<object>): void {
  if (entry.state === "closed")
    throw systemError("ECONNABORTED", "the socket was closed meanwhile");
}

/** Looks an address up, then tries each address found until one succeeds, after checking the policy for it. */
abstract class AddressOperation<
  S extends object,
  L extends object,
> extends Operation<S, void> {
  protected readonly driver: Driver<S, L>;
  readonly #resolution: Resolution<S, L>;
  readonly #policy: PolicyPredicate;
  /** The index of the address to try. */
  #index = 0;
  /** Whether the policy has allowed that address. */
  #allowed = false;
  /** Whether the call has started. Until then, earlier calls in the lane may change the state of the socket. */
  #begun = false;

  constructor(
    driver: Driver<S, L>,
    entry: SocketEntry<S>,
    timeout: number,
    resolution: Resolution<S, L>,
    policy: PolicyPredicate,
  ) {
    super(entry, entry.writes, timeout, "lookup");
    this.driver = driver;
    this.#resolution = resolution;
    this.#policy = policy;
  }

  attempt(): Attempt<Result<void, SocketError>> {
    const { entry } = this;
    if (!this.#begun) {
      if (!this.begin()) return wrongState(entry.state);
      this.#begun = true;
    }
    try {
      const candidates = this.#resolution.attempt();
      requireOpen(entry);
      if (candidates === PENDING) {
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
            this.#checkPolicy(candidate);
            this.#allowed = true;
          }
          if (this.attemptAddress(candidate) === PENDING) return PENDING;
          break;
        } catch (cause) {
          requireOpen(entry);
          this.#index++;
          this.#allowed = false;
          if (this.#index >= candidates.length) throw cause;
        }
      }
      this.succeeded();
      return ok();
    } catch (cause) {
      if (entry.state !== "closed") this.failed();
      return failure(cause);
    }
  }

  override expired(): Result<void, SocketError> {
    if (this.#begun) this.failed();
    return super.expired();
  }

  /** Marks the socket as busy. Returns false if its state does not allow the call. */
  protected abstract begin(): boolean;
  /** Tries one address. Sets {@link Operation.readiness} if it has to wait. */
  protected abstract attemptAddress(address: NumericAddress): Attempt<void>;
  /** Updates the socket after a success. If it throws, the call fails. */
  protected abstract succeeded(): void;
  /** Updates the socket after a failure. */
  protected abstract failed(): void;
  /** Creates the error for an address that the policy denies. */
  protected abstract denial(host: string, port: number): Error;

  #checkPolicy({ host, port }: NumericAddress): void {
    const { family, protocol } = this.entry;
    const { name } = this.#resolution;
    const request = { family, protocol, host, port };
    const allowed = this.#policy(
      name === undefined ? request : { ...request, name },
    );
    requireOpen(this.entry);
    if (!allowed) throw this.denial(host, port);
  }
}

/** `bind`. */
export class BindOperation<
  S extends object,
  L extends object,
> extends AddressOperation<S, L> {
  protected begin(): boolean {
    if (this.entry.state !== "unbound") return false;
    this.entry.state = "binding";
    return true;
  }

  protected attemptAddress(address: NumericAddress): Attempt<void> {
    this.readiness = "bind";
    const { socket, reuseAddress } = this.entry;
    return this.driver.tryBind(socket, address, reuseAddress);
  }

  protected succeeded(): void {
    this.entry.state = "bound";
  }

  protected failed(): void {
    this.entry.state = "unbound";
  }

  protected denial(host: string, port: number): Error {
    return systemError(
      "EADDRNOTAVAIL",
      `the policy forbids the local address ${host} port ${String(port)}`,
    );
  }
}

/** `connect` for TCP and UDP. */
export class ConnectOperation<
  S extends object,
  L extends object,
> extends AddressOperation<S, L> {
  #address: NumericAddress | undefined;

  protected begin(): boolean {
    const { entry } = this;
    if (entry.protocol === "udp") return true;
    if (entry.state !== "unbound" && entry.state !== "bound") return false;
    entry.state = "connecting";
    return true;
  }

  protected attemptAddress(address: NumericAddress): Attempt<void> {
    const { entry } = this;
    this.#address = address;
    if (entry.protocol === "udp") {
      this.readiness = "bind";
      if (attemptImplicitBind(this.driver, entry) === PENDING) return PENDING;
    }
    this.readiness = "connect";
    return this.driver.tryConnect(entry.socket, address);
  }

  protected succeeded(): void {
    const { entry } = this;
    if (entry.protocol === "udp") entry.peer = this.#address;
    else {
      // A socket that connects to its own address succeeds by a simultaneous open (RFC 9293 section 3.5). The guest
      // would then talk to itself and take that for a server.
      const local = this.driver.localAddress(entry.socket);
      if (isSameAddress(local, this.driver.peerAddress(entry.socket)))
        throw systemError(
          "ECONNREFUSED",
          "the socket reached nobody but itself",
        );
    }
    entry.state = "connected";
  }

  protected failed(): void {
    const { entry } = this;
    if (entry.protocol === "udp") return;
    entry.state = "failed";
    this.driver.close(entry.socket);
  }

  protected override settle(result: Result<void, SocketError>): void {
    super.settle(result);
    // Release the lane if no other call waits in it: an idle connection should not keep what only `connect` needed.
    const { entry, lane } = this;
    if (lane.first === this && lane.last === this) entry.writeLane = undefined;
  }

  protected denial(host: string, port: number): Error {
    return systemError(
      "ENETUNREACH",
      `the policy forbids connections to ${host} port ${String(port)}`,
    );
  }
}
