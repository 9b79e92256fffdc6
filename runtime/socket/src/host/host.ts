/**
 * The socket host: everything that the WIT interface specifies except input and output. It keeps the handles and
 * states, checks every argument, applies the policy and the limits, and creates the operations that a runner completes.
 *
 * Arguments come from guests that are not type-checked, so this module does not trust the types that it declares.
 */
import {
  SocketError,
  type AddressFamily,
  type SocketAddress,
  type SocketProtocol,
} from "@wit2ts/core-libs/socket";
import { ok, type Result } from "@wit2ts/runtime";
import type { Driver } from "../driver.js";
import { BindOperation, ConnectOperation } from "./address-operations.js";
import { isBytes, isFamily, isProtocol, isU32 } from "./arguments.js";
import {
  ReceiveFromOperation,
  sendDatagram,
  SendToOperation,
} from "./datagram-operations.js";
import { resolve } from "./destination.js";
import type { SocketEntry, SocketState } from "./entry.js";
import { failure, refusal, wrongState } from "./errors.js";
import { HandleTable } from "./handle-table.js";
import { readLength } from "./lengths.js";
import { resolveLimits, type SocketLimits } from "./limits.js";
import { isPending, type Operation, type Outcome } from "./operation.js";
import {
  compilePolicy,
  type PolicyPredicates,
  type SocketPolicy,
} from "./policy.js";
import { receive } from "./receive-operation.js";
import {
  localAddressOf,
  openHandle,
  peerAddressOf,
  setReadTimeout,
  setReuseAddress,
  setWriteTimeout,
  type OpenHandle,
} from "./settings.js";
import {
  AcceptOperation,
  denyListening,
  ListenOperation,
  send,
} from "./stream-operations.js";

export type { OpenHandle } from "./settings.js";

/** The policy and limits that apply to all sockets of a backend. The host sets them; a guest cannot change them. */
export interface SocketOptions {
  /** What the guest may reach. Default: everything. */
  readonly policy?: SocketPolicy;
  /** Limits on what the guest may use. Default: the defaults of {@link SocketLimits}. */
  readonly limits?: Partial<SocketLimits>;
}

const invalid = (reason: string) => refusal(SocketError.InvalidInput, reason);
const wrongHandle = () => invalid("no open socket has this handle");
const datagramStates: readonly SocketState[] = [
  "unbound",
  "binding",
  "bound",
  "connected",
];

/**
 * The host of one backend.
 *
 * @typeParam S - the driver's sockets.
 * @typeParam L - the driver's lookups.
 */
export class SocketHost<S extends object, L extends object> {
  readonly driver: Driver<S, L>;
  /** Called before a socket is closed. Calls may still be waiting in its lanes. */
  onClose: ((entry: SocketEntry<S>) => void) | undefined = undefined;
  readonly #sockets = new HandleTable<SocketEntry<S>>();
  readonly #limits: SocketLimits;
  readonly #policy: PolicyPredicates;
  #disposed = false;

  constructor(driver: Driver<S, L>, options: SocketOptions | undefined) {
    this.driver = driver;
    this.#limits = resolveLimits(options?.limits);
    this.#policy = compilePolicy(options?.policy);
  }

  createSocket(
    family: AddressFamily,
    protocol: SocketProtocol,
  ): Result<number, SocketError> {
    if (!isFamily(family)) return invalid("there is no such address family");
    if (!isProtocol(protocol)) return invalid("there is no such protocol");
    const refused = this.#refuseSocket();
    if (refused !== undefined) return refused;
    const { supports, name } = this.driver;
    if (
      (family === "ipv6" && !supports.ipv6) ||
      (protocol === "udp" && !supports.udp)
    ) {
      return refusal(
        SocketError.Other,
        `${name} has no ${protocol} over ${family}`,
      );
    }
    try {
      const socket = this.driver.open(family, protocol);
      return ok(this.#sockets.add(family, protocol, socket, "unbound").handle);
    } catch (cause) {
      return failure(cause);
    }
  }

  bind(handle: number, address: SocketAddress): Outcome<void> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    if (entry.state !== "unbound") return wrongState(entry.state);
    const resolution = resolve(this.driver, entry, address, "local");
    if (typeof resolution === "string") return invalid(resolution);
    const timeout = this.#wait(entry.writeTimeout);
    return this.#start(
      new BindOperation(
        this.driver,
        entry,
        timeout,
        resolution,
        this.#policy.bind,
      ),
    );
  }

  connect(handle: number, address: SocketAddress): Outcome<void> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    const { state } = entry;
    const allowed =
      entry.protocol === "udp"
        ? datagramStates.includes(state)
        : state === "unbound" || state === "bound";
    if (!allowed) return wrongState(state);
    const resolution = resolve(this.driver, entry, address, "destination");
    if (typeof resolution === "string") return invalid(resolution);
    const timeout = this.#wait(entry.writeTimeout);
    return this.#start(
      new ConnectOperation(
        this.driver,
        entry,
        timeout,
        resolution,
        this.#policy.connect,
      ),
    );
  }

  listen(handle: number, backlog: number): Outcome<void> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    if (!isU32(backlog)) return invalid("the backlog must be a u32");
    if (entry.protocol !== "tcp") return invalid("only TCP sockets listen");
    if (entry.state !== "bound") return wrongState(entry.state);
    const denied = denyListening(this.driver, entry, this.#policy.listen);
    if (denied !== undefined) return denied;
    const limit = Math.min(this.#limits.acceptQueue, 0x7fff_ffff);
    return this.#start(
      new ListenOperation(
        this.driver,
        entry,
        this.#wait(entry.writeTimeout),
        Math.min(Math.max(backlog, 1), limit),
      ),
    );
  }

  accept(handle: number): Outcome<number> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    if (entry.state !== "listening") return wrongState(entry.state);
    return this.#start(
      new AcceptOperation(
        this.driver,
        entry,
        this.#wait(entry.readTimeout),
        (socket) =>
          this.#sockets.add(entry.family, "tcp", socket, "connected").handle,
        () => this.#refuseSocket(),
      ),
    );
  }

  send(handle: number, data: Uint8Array): Outcome<bigint> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    if (!isBytes(data)) return invalid("the data must be a Uint8Array");
    if (entry.state !== "connected") return wrongState(entry.state);
    const timeout = this.#wait(entry.writeTimeout);
    if (entry.protocol === "udp")
      return sendDatagram(this.driver, entry, timeout, data);
    return data.length === 0 ? ok(0n) : send(this.driver, entry, timeout, data);
  }

  receive(handle: number, maxLength: bigint): Outcome<Uint8Array> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    const length = readLength(maxLength);
    if (length === undefined) return invalid("max-len must be a u64");
    if (entry.state !== "connected") return wrongState(entry.state);
    if (length === 0) return ok(new Uint8Array(0));
    return receive(
      this.driver,
      entry,
      this.#wait(entry.readTimeout),
      Math.min(length, this.#limits.receiveBytes),
    );
  }

  sendTo(
    handle: number,
    data: Uint8Array,
    address: SocketAddress,
  ): Outcome<bigint> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    if (!isBytes(data)) return invalid("the data must be a Uint8Array");
    if (entry.protocol !== "udp")
      return invalid("only UDP sockets send to an address");
    if (!datagramStates.includes(entry.state)) return wrongState(entry.state);
    const resolution = resolve(this.driver, entry, address, "destination");
    if (typeof resolution === "string") return invalid(resolution);
    const timeout = this.#wait(entry.writeTimeout);
    return this.#start(
      new SendToOperation(
        this.driver,
        entry,
        timeout,
        data,
        resolution,
        this.#policy.sendTo,
      ),
    );
  }

  receiveFrom(
    handle: number,
    maxLength: bigint,
  ): Outcome<[Uint8Array, SocketAddress]> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    const length = readLength(maxLength);
    if (length === undefined) return invalid("max-len must be a u64");
    if (entry.protocol !== "udp")
      return invalid("only UDP sockets receive from anyone");
    if (entry.state !== "bound" && entry.state !== "connected")
      return wrongState(entry.state);
    const timeout = this.#wait(entry.readTimeout);
    const most = Math.min(length, this.#limits.receiveBytes);
    return this.#start(
      new ReceiveFromOperation(this.driver, entry, timeout, most),
    );
  }

  close(handle: number): Result<void, SocketError> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    this.#sockets.remove(entry);
    this.onClose?.(entry);
    const wasFailed = entry.state === "failed";
    entry.state = "closed";
    if (wasFailed) return ok();
    try {
      this.driver.close(entry.socket);
    } catch (cause) {
      return failure(cause);
    }
    return ok();
  }

  setReadTimeout(
    handle: number,
    milliseconds: bigint | undefined,
  ): Result<void, SocketError> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    return setReadTimeout(entry, milliseconds);
  }

  setWriteTimeout(
    handle: number,
    milliseconds: bigint | undefined,
  ): Result<void, SocketError> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    return setWriteTimeout(entry, milliseconds);
  }

  setReuseAddress(handle: number, reuse: boolean): Result<void, SocketError> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    return setReuseAddress(entry, reuse);
  }

  getLocalAddress(handle: number): Result<SocketAddress, SocketError> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    return localAddressOf(this.driver, entry);
  }

  getPeerAddress(handle: number): Result<SocketAddress, SocketError> {
    const entry = this.#sockets.get(handle);
    if (entry === undefined) return wrongHandle();
    return peerAddressOf(this.driver, entry);
  }

  /** Returns the sockets that are open, for example to find leaks. */
  openHandles(): readonly OpenHandle[] {
    return this.#sockets
      .entries()
      .map((entry) => openHandle(this.driver, entry));
  }

  /** Closes every socket. No socket can be created afterwards. Returns the failures of the individual closes. */
  dispose(): readonly unknown[] {
    this.#disposed = true;
    return this.#sockets
      .entries()
      .map(({ handle }) => this.close(handle))
      .filter(({ tag }) => tag === "err");
  }

  #refuseSocket(): Result<never, SocketError> | undefined {
    if (this.#disposed)
      return refusal(SocketError.Other, "the backend was disposed");
    if (this.#sockets.size >= this.#limits.openSockets)
      return refusal(SocketError.Other, "the limit of open sockets is reached");
    return undefined;
  }

  #wait(timeout = Infinity): number {
    return Math.min(timeout, this.#limits.longestWait);
  }

  #start<T>(operation: Operation<S, T>): Outcome<T> {
    // The calls in a lane run in order: a new call waits for the calls before it.
    if (operation.lane.first !== undefined) return operation;
    const attempt = operation.attempt();
    return isPending(attempt) ? operation : attempt;
  }
}
