/** The state of one socket on the calling thread. */
import type { Family, NumericAddress, Protocol } from "../driver.js";
import type { DatagramReader } from "./datagrams.js";
import type { ControlBlock } from "./layout.js";
import type { RingPair } from "./memory.js";
import type { RingReader, RingWriter } from "./ring.js";

/** A socket. The worker does not know it before it is bound or starts to connect. */
export class NodeSyncSocket {
  readonly family: Family;
  readonly protocol: Protocol;
  control: ControlBlock | undefined = undefined;
  pair: RingPair | undefined = undefined;
  receiving: RingReader | undefined = undefined;
  sending: RingWriter | undefined = undefined;
  datagrams: DatagramReader | undefined = undefined;
  /** TCP: the address to which the socket is connecting, until the outcome is known. */
  connecting: NumericAddress | undefined = undefined;
  /** UDP: the peer. Datagrams of other senders are dropped. */
  peer: NumericAddress | undefined = undefined;
  /**
   * UDP: the last destination for which the kernel took a datagram. Errors of further datagrams to it may be reported
   * later.
   */
  knownDestination: NumericAddress | undefined = undefined;
  /** Whether `tryBind` has bound the socket. */
  isBound = false;
  /** TCP: the error that broke the connection, if a system call of the calling thread returned it. */
  failure: Error | undefined = undefined;
  /** TCP: whether the peer has ended its side, and the calling thread has read all its bytes. */
  hasEnded = false;
  /** TCP: how often the calling thread slept for the connection since it last requested a blocking descriptor. */
  waits = 0;
  /** Listener: number of connections accepted so far. */
  accepted = 0;

  constructor(family: Family, protocol: Protocol) {
    this.family = family;
    this.protocol = protocol;
  }
}

/** Returns a ring or datagram reader of a socket. Throws `ENOTCONN` if the socket has none. */
export function attached<T>(ring: T | undefined): T {
  if (ring === undefined)
    throw systemError("ENOTCONN", "the socket is not connected");
  return ring;
}

/** Returns an error with the code of a system error. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
