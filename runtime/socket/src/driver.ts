/**
 * What a backend's author writes: a driver does input and output for one kind of network and nothing else. Handles,
 * states, argument checks, names of errors, timeouts, limits and policy are the host's.
 *
 * A driver is level-triggered: an operation is tried, and returns its value or {@link PENDING}; on `PENDING` the
 * host waits until the driver says that trying again may help, and tries again. A wait may end for no reason, and may be
 * given up at any time without losing anything, so neither side keeps count.
 *
 * What the host promises: it tries only what the state of the socket allows, passes numeric addresses of the socket's
 * own family that make sense where they stand, keeps to one operation at a time for each direction of a socket
 * (`tryAccept`, `tryReceive` and `tryReceiveFrom` read; all others write), and calls nothing on a socket after
 * {@link Driver.close}.
 *
 * A failed operation throws an `Error` whose `code` is the name of a system error (`ECONNREFUSED`) or of an error of
 * `wasi:sockets` (`remote-unreachable`); the host's table gives it its name in WIT and keeps it as the cause. The error
 * of a broken connection is thrown by every later operation on it, once the bytes that came before it are read.
 */

// eslint-disable-next-line @typescript-eslint/no-unused-vars -- for the documentation
import type { DeadlockError } from "./deadlock.js";

/** What an operation returns that cannot be finished now. */
export const PENDING: unique symbol = Symbol("pending");

/** The value of an operation, or {@link PENDING}. */
export type Attempt<T> = T | typeof PENDING;

/** An address with the host in numbers, and its scope id where it has one. */
export interface NumericAddress {
  readonly host: string;
  readonly port: number;
}

/** One datagram and its sender. */
export interface Datagram {
  readonly data: Uint8Array;
  readonly sender: NumericAddress;
}

/** Which internet protocol. */
export type Family = "ipv4" | "ipv6";

/** Which transport protocol. */
export type Protocol = "tcp" | "udp";

/**
 * What a wait is for, and so which operation is tried after it: `tryLookup`; `tryBind`; `tryConnect`; `tryListen`;
 * `tryAccept`; `tryReceive` or `tryReceiveFrom`; `trySend` or `trySendTo`.
 */
export type Readiness =
  "lookup" | "bind" | "connect" | "listen" | "accept" | "read" | "write";

/** The limits a driver keeps to, in its own buffers and queues. `Infinity` is no limit. */
export interface DriverLimits {
  /** Most bytes a socket buffers in each direction. */
  readonly bufferedBytes: number;
  /** Most datagrams queued in a socket that nobody fetches. */
  readonly queuedDatagrams: number;
  /** Most connections of a listener that nobody has accepted; the backlog asked for may lower it. */
  readonly acceptQueue: number;
}

/** What a driver can do; the conformance suite reads it too, and so do users. */
export interface DriverSupports {
  /** IPv6 sockets. */
  readonly ipv6: boolean;
  /** UDP sockets. */
  readonly udp: boolean;
  /** A reset of the peer's after data is reported after the data. Node loses it where its libuv is older than 1.52. */
  readonly resetAfterData: boolean;
}

/**
 * The network, as a driver gives it.
 *
 * @typeParam S - the driver's own socket, opaque to the host.
 * @typeParam L - a name look-up in progress, opaque to the host.
 */
export interface Driver<S extends object, L extends object> {
  /** For messages, such as `node`. */
  readonly name: string;
  readonly supports: DriverSupports;

  /** Begins to look a name up, in one family only. */
  lookup(name: string, family: Family): L;
  /**
   * The numeric addresses found, in the order to try them. Throws `ENOTFOUND` or `EAI_*` when there are none. The
   * host checks each address before it uses it.
   */
  tryLookup(lookup: L): Attempt<readonly string[]>;

  /** Makes a socket. Nothing is opened in the network. */
  open(family: Family, protocol: Protocol): S;

  /**
   * Gives the socket its local address; at once visible in {@link localAddress}. Before a later call with another
   * address the host gives up the former one: after a failure nothing of it may remain.
   */
  tryBind(
    socket: S,
    address: NumericAddress,
    reuseAddress: boolean,
  ): Attempt<void>;

  /**
   * TCP: the first call begins to connect, later ones with the same address ask how it went; a further address may be
   * tried after a failure, from the same local address. UDP: the socket is bound already; sets the peer, or changes it;
   * from then on datagrams of others are dropped, those queued already too. What the system still holds is judged when it is
   * read: of a peer that is set again by then, it is a datagram that was long on its way. A failure leaves the peer there was.
   */
  tryConnect(socket: S, address: NumericAddress): Attempt<void>;

  /** `backlog` is at least 1. A failure leaves the socket bound. */
  tryListen(socket: S, backlog: number): Attempt<void>;

  /** The next connection, in order, as a socket of its own. */
  tryAccept(socket: S): Attempt<S>;

  /**
   * Takes charge of as many leading bytes of `data` (1 or more) as there is room for, and returns how many; at least
   * one, or `PENDING`. Bytes it has not counted are never sent.
   *
   * With `hold` the caller promises to leave `data` alone, and to try again with the very same array, until the
   * operation is finished or the socket is closed: the driver may then send from it without a copy, and
   * return `PENDING` until it is done with it. Once {@link close} returns, it no longer reads the array. Without `hold`,
   * what is not in the system when it returns must be the driver's own copy.
   */
  trySend(socket: S, data: Uint8Array, hold: boolean): Attempt<number>;

  /** At least one and at most `maxLength` (1 or more) bytes, owned by the caller; none at the end of the stream. */
  tryReceive(socket: S, maxLength: number): Attempt<Uint8Array>;

  /**
   * Sends one datagram, to `address` or, where it is absent, to the peer. `EMSGSIZE` if it is too large. After
   * `PENDING` the host tries again with the very same arguments, or gives the datagram up, sent or not; the
   * next one comes in another array then. `hold` is the promise of {@link trySend}: without it the driver sends from a copy whatever is not in the system when it returns.
   */
  trySendTo(
    socket: S,
    data: Uint8Array,
    address: NumericAddress | undefined,
    hold: boolean,
  ): Attempt<void>;

  /** The next datagram; its data is owned by the caller, cut to `maxLength` (0 or more). */
  tryReceiveFrom(socket: S, maxLength: number): Attempt<Datagram>;

  /** The local address of a bound, listening or connected socket. */
  localAddress(socket: S): NumericAddress;
  /** The peer of a connected socket. */
  peerAddress(socket: S): NumericAddress;

  /**
   * Releases the socket, delivering first, in the background, what it has taken charge of. Nothing is called on the
   * socket afterwards, {@link AsyncDriver.unwait} included. A connection in progress is aborted.
   */
  close(socket: S): void;
}

/** A driver whose waits call back: it serves asynchronous sockets. */
export interface AsyncDriver<
  S extends object = object,
  L extends object = object,
> extends Driver<S, L> {
  readonly clock: Clock;
  /**
   * Calls `ready` once, not before this function has returned, when trying the operation again may help. There is at
   * most one wait at a time for each pair of target and readiness; it ends when `ready` is called, or with
   * {@link unwait} or {@link close}.
   */
  wait(target: S | L, readiness: Readiness, ready: () => void): void;
  /** Gives a wait up: its `ready` is not called any more. Aborts nothing by itself. */
  unwait(target: S | L, readiness: Readiness): void;
  /**
   * Releases what the driver itself holds, once the host has closed every socket. Resolves when what was taken
   * charge of has been delivered, or given up.
   */
  dispose?(): Promise<void>;
}

/** A driver whose waits block the calling thread: it serves blocking sockets. */
export interface BlockingDriver<
  S extends object = object,
  L extends object = object,
> extends Driver<S, L> {
  readonly clock: Pick<Clock, "now">;
  /**
   * Blocks until trying the operation again may help, or `deadline`, a time of the clock, has passed; `Infinity`
   * waits for ever. May return early. With a deadline that has passed already it lets happen what is due and returns.
   *
   * What it throws ends the call with an error, except a {@link DeadlockError}, which reaches the caller: nothing could
   * ever end the wait.
   */
  block(target: S | L, readiness: Readiness, deadline: number): void;
  /** Releases what the driver itself holds, once the host has closed every socket. */
  dispose?(): void;
}

/** The time a driver lives in. */
export interface Clock {
  /** Milliseconds since some moment in the past, never running backwards. */
  now(): number;
  /**
   * Calls `callback` once, in `delay` milliseconds (0 to 2,147,483,647). Returns a function that calls it off. With 0,
   * what is already due in the network comes first.
   */
  schedule(delay: number, callback: () => void): () => void;
}
