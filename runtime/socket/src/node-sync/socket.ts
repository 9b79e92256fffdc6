/** What the caller's thread keeps of one socket. */
import type { Family, NumericAddress, Protocol } from "../driver.js";
import type { DatagramReader } from "./datagrams.js";
import type { ControlBlock } from "./layout.js";
import type { RingPair } from "./memory.js";
import type { RingReader, RingWriter } from "./ring.js";

/** One socket, of which the worker knows once it is bound or connects. */
export class NodeSyncSocket {
  readonly family: Family;
  readonly protocol: Protocol;
  control: ControlBlock | undefined = undefined;
  pair: RingPair | undefined = undefined;
  receiving: RingReader | undefined = undefined;
  sending: RingWriter | undefined = undefined;
  datagrams: DatagramReader | undefined = undefined;
  /** Connecting over TCP: the address, until the outcome is known. */
  connecting: NumericAddress | undefined = undefined;
  /** UDP: the peer, whose datagrams alone are let through. */
  peer: NumericAddress | undefined = undefined;
  /** UDP: the last destination that the system took a datagram for; an error of the next one may be told later. */
  knownDestination: NumericAddress | undefined = undefined;
  /** Has an address of its own choice. */
  isBound = false;
  /** The error that broke the connection, where the caller's thread heard of it. */
  failure: Error | undefined = undefined;
  /** The peer has finished, and the caller's thread has read all of it. */
  hasEnded = false;
  /** How often this thread had to sleep for the connection since it last asked whether calls may block. */
  waits = 0;
  /** Listener: connections taken out so far. */
  accepted = 0;

  constructor(family: Family, protocol: Protocol) {
    this.family = family;
    this.protocol = protocol;
  }
}

/** The ring of a socket that has to have one here. */
export function attached<T>(ring: T | undefined): T {
  if (ring === undefined)
    throw systemError("ENOTCONN", "the socket is not connected");
  return ring;
}

/** An error as the system reports it. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
