/**
 * The interface between the host and a driver. The author of a backend writes a driver, which does input and output
 * for one kind of network and nothing else. The host does the rest: handles, states, argument checks, error names,
 * timeouts, limits and policy.
 *
 * A driver is level-triggered. The host tries an operation, which returns its value or {@link PENDING}. On `PENDING`
 * the host waits until the driver signals that another attempt may succeed, and tries again. A wait may end
 * spuriously, and may be cancelled at any time without losing anything, so neither side counts signals.
 *
 * The host guarantees that it
 *
 * - tries only operations that the state of the socket allows,
 * - passes only numeric addresses that belong to the family of the socket and are valid for the operation,
 * - runs at most one operation at a time in each direction of a socket (`tryAccept`, `tryReceive` and
 *   `tryReceiveFrom` read; all others write),
 * - calls nothing on a socket after {@link Driver.close}.
 *
 * A failed operation throws an `Error` whose `code` is the name of a system error (`ECONNREFUSED`) or of an error of
 * `wasi:sockets` (`remote-unreachable`). The host converts the code to an error of the WIT interface and keeps the
 * `Error` as the cause. Every later operation on a broken connection throws the error of that connection, once the
 * bytes that arrived before it have been read.
 */

// eslint-disable-next-line @typescript-eslint/no-unused-vars -- for the documentation
import type { DeadlockError } from "./deadlock.js";

/** The return value of an operation that cannot finish yet. */
export const PENDING: unique symbol = Symbol("pending");

/** The value of an operation, or {@link PENDING}. */
export type Attempt<T> = T | typeof PENDING;

/** An address whose host is numeric, with its scope id if it has one. */
export interface NumericAddress {
  readonly host: string;
  readonly port: number;
}

/** A datagram and its sender. */
export interface Datagram {
  readonly data: Uint8Array;
  readonly sender: NumericAddress;
}

/** The version of the internet protocol. */
export type Family = "ipv4" | "ipv6";

/** The transport protocol. */
export type Protocol = "tcp" | "udp";

/**
 * What a wait is for, which determines the operation that is tried after it: `tryLookup`; `tryBind`; `tryConnect`;
 * `tryListen`; `tryAccept`; `tryReceive` or `tryReceiveFrom`; `trySend` or `trySendTo`.
 */
export type Readiness =
  "lookup" | "bind" | "connect" | "listen" | "accept" | "read" | "write";

/** The limits of a driver's own buffers and queues. `Infinity` means no limit. */
export interface DriverLimits {
  /** Maximum number of bytes that a socket buffers in each direction. */
  readonly bufferedBytes: number;
  /** Maximum number of received datagrams queued in a socket. */
  readonly queuedDatagrams: number;
  /** Maximum number of connections of a listener waiting for `accept`. The requested backlog may lower it. */
  readonly acceptQueue: number;
}

/** What a driver supports. Read by the conformance suite and by users. */
export interface DriverSupports {
  /** IPv6 sockets. */
  readonly ipv6: boolean;
  /** UDP sockets. */
  readonly udp: boolean;
  /**
   * Whether a reset that the peer sends after data is reported after that data. Node loses such a reset if its libuv
   * is older than 1.52.
   */
  readonly resetAfterData: boolean;
}

/**
 * A network, as implemented by a driver.
 *
 * @typeParam S - the driver's own socket, opaque to the host.
 * @typeParam L - a name lookup in progress, opaque to the host.
 */
export interface Driver<S extends object, L extends object> {
  /** The name of the driver for messages, such as `node`. */
  readonly name: string;
  readonly supports: DriverSupports;

  /** Starts to look up a name in one family. */
  lookup(name: string, family: Family): L;
  /**
   * Returns the numeric addresses found, in the order in which to try them. Throws `ENOTFOUND` or `EAI_*` if there
   * are none. The host checks each address before it uses it.
   */
  tryLookup(lookup: L): Attempt<readonly string[]>;

  /** Creates a socket. Opens nothing in the network yet. */
  open(family: Family, protocol: Protocol): S;

  /**
   * Assigns the local address to the socket; {@link localAddress} returns it immediately. Before a later call with
   * another address, the host abandons the previous one, so nothing of it may remain after a failure.
   */
  tryBind(
    socket: S,
    address: NumericAddress,
    reuseAddress: boolean,
  ): Attempt<void>;

  /**
   * Connects a socket.
   *
   * - TCP: the first call starts to connect, and later calls with the same address ask for the outcome. After a
   *   failure the host may try another address, from the same local address.
   * - UDP: the socket is already bound. Sets or changes the peer. From then on datagrams from other senders are
   *   dropped, including those already queued. Datagrams that the operating system still holds are checked when they
   *   are read: if their sender is the peer again by then, they count as delayed datagrams. A failure leaves the
   *   previous peer in place.
   */
  tryConnect(socket: S, address: NumericAddress): Attempt<void>;

  /** Starts to listen. `backlog` is at least 1. A failure leaves the socket bound. */
  tryListen(socket: S, backlog: number): Attempt<void>;

  /** Returns the next connection, in order, as a new socket. */
  tryAccept(socket: S): Attempt<S>;

  /**
   * Takes as many leading bytes of `data` (1 or more) as there is room for, and returns their number: at least one,
   * or `PENDING`. Bytes that are not counted are never sent.
   *
   * With `hold`, the caller promises not to change `data`, and to try again with the same array until the operation
   * is finished or the socket is closed. The driver may then send from the array without a copy, and return `PENDING`
   * until it is done. After {@link close} returns, the driver no longer reads the array. Without `hold`, the driver
   * must copy whatever the operating system has not taken when the call returns. The caller holds the array only if
   * it waits without a time limit, so a {@link BlockingDriver} may wait in here instead of returning `PENDING`.
   */
  trySend(socket: S, data: Uint8Array, hold: boolean): Attempt<number>;

  /**
   * Returns at least one and at most `maxLength` (1 or more) bytes, owned by the caller; an empty array at the end of
   * the stream.
   *
   * With `mayWait`, the caller waits without a time limit, so a {@link BlockingDriver} may wait in here instead of
   * returning `PENDING`. Other drivers ignore it.
   */
  tryReceive(
    socket: S,
    maxLength: number,
    mayWait: boolean,
  ): Attempt<Uint8Array>;

  /**
   * Sends one datagram to `address`, or to the peer if `address` is absent. Throws `EMSGSIZE` if the datagram is too
   * large.
   *
   * After `PENDING` the host tries again with the same arguments, or abandons the datagram, whether it was sent or
   * not; the next datagram then comes in another array. `hold` is the promise described at {@link trySend}: without
   * it, the driver sends from a copy whatever the operating system has not taken when the call returns.
   */
  trySendTo(
    socket: S,
    data: Uint8Array,
    address: NumericAddress | undefined,
    hold: boolean,
  ): Attempt<void>;

  /** Returns the next datagram. Its data is owned by the caller and truncated to `maxLength` (0 or more) bytes. */
  tryReceiveFrom(socket: S, maxLength: number): Attempt<Datagram>;

  /** Returns the local address of a bound, listening or connected socket. */
  localAddress(socket: S): NumericAddress;
  /** Returns the peer of a connected socket. */
  peerAddress(socket: S): NumericAddress;

  /**
   * Releases the socket. The bytes that the driver has taken are first delivered in the background. Nothing is called
   * on the socket afterwards, including {@link AsyncDriver.unwait}. A connection attempt in progress is aborted.
   */
  close(socket: S): void;
}

/** A driver whose waits call back, for asynchronous sockets. */
export interface AsyncDriver<
  S extends object = object,
  L extends object = object,
> extends Driver<S, L> {
  readonly clock: Clock;
  /**
   * Calls `ready` once when another attempt may succeed, but not before this function has returned. There is at most
   * one wait at a time for each pair of target and readiness. The wait ends when `ready` is called, or by
   * {@link unwait} or {@link close}.
   */
  wait(target: S | L, readiness: Readiness, ready: () => void): void;
  /** Cancels a wait: its `ready` is not called any more. Aborts no operation. */
  unwait(target: S | L, readiness: Readiness): void;
  /**
   * Releases what the driver itself holds, after the host has closed every socket. Resolves when the bytes that the
   * driver has taken are delivered or abandoned.
   */
  dispose?(): Promise<void>;
}

/** A driver whose waits block the calling thread, for blocking sockets. */
export interface BlockingDriver<
  S extends object = object,
  L extends object = object,
> extends Driver<S, L> {
  readonly clock: Pick<Clock, "now">;
  /**
   * Blocks until another attempt may succeed, or until `deadline`, a time of the clock, has passed. With `Infinity`
   * there is no deadline. May return early. If the deadline has already passed, lets pending events happen and
   * returns.
   *
   * An exception ends the call with an error, except for a {@link DeadlockError}, which reaches the caller: it means
   * that nothing could ever end the wait.
   */
  block(target: S | L, readiness: Readiness, deadline: number): void;
  /** Releases what the driver itself holds, after the host has closed every socket. */
  dispose?(): void;
}

/** The clock of a driver. */
export interface Clock {
  /** Returns the milliseconds since some moment in the past. Never goes backwards. */
  now(): number;
  /**
   * Calls `callback` once, after `delay` milliseconds (0 to 2,147,483,647). Returns a function that cancels the call.
   * With a delay of 0, pending network events come first.
   */
  schedule(delay: number, callback: () => void): () => void;
}
