/** Tracks a script's datagrams: none may be altered, invented, misdelivered, or delivered too often. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { patternBytes } from "../model.js";
import type { OverlapSocket } from "./socket.js";

/** A datagram that was passed to a call. */
export interface SentDatagram {
  readonly data: Uint8Array;
  readonly sender: OverlapSocket;
  /** Its destination; undefined for a peer that is not known yet. */
  readonly destination: SocketAddress | undefined;
  /** The socket that must receive it, unless it is lost on the way. */
  certain: OverlapSocket | undefined;
  /** The call has reported it as sent. */
  isSent: boolean;
  delivered: number;
}

/** Datagrams of at least this length start with a unique number. */
export const headerLength = 4;

/** The content of a datagram, which is unique if it has room for the number. */
export function datagramBytes(number: number, length: number): Uint8Array {
  const data = patternBytes(number, 0, length);
  if (length >= headerLength)
    new DataView(data.buffer).setUint32(0, number, true);
  return data;
}

export class Datagrams {
  readonly sent: SentDatagram[] = [];

  /** Records a datagram before it is sent. */
  add(
    sender: OverlapSocket,
    destination: SocketAddress | undefined,
    length: number,
  ): SentDatagram {
    const data = datagramBytes(this.sent.length, length);
    const datagram: SentDatagram = {
      data,
      sender,
      destination,
      certain: undefined,
      isSent: false,
      delivered: 0,
    };
    this.sent.push(datagram);
    return datagram;
  }

  /**
   * Finds the datagram that a socket has received, and counts it.
   *
   * @param most - how often each datagram may arrive.
   * @returns what is wrong, or undefined.
   */
  deliver(
    receiver: OverlapSocket,
    data: Uint8Array,
    maxLength: number,
    sender: SocketAddress | undefined,
    most: number,
  ): string | undefined {
    const local = receiver.local;
    const found = this.sent.find(
      (each) =>
        each.delivered < most &&
        each.sender.family === receiver.family &&
        (local === undefined ||
          each.destination === undefined ||
          each.destination.port === local.port) &&
        (sender === undefined || isFrom(each.sender, sender)) &&
        Math.min(each.data.length, maxLength) === data.length &&
        Buffer.compare(each.data.subarray(0, data.length), data) === 0,
    );
    if (found === undefined)
      return `nobody sent this datagram to ${receiver.name}, or not so often`;
    found.delivered++;
    return undefined;
  }
}

/** Whether a socket may have sent from an address, as far as its local address is known. */
function isFrom(
  { local, machine, family }: OverlapSocket,
  { host, port }: SocketAddress,
): boolean {
  if (local === undefined) return machine.hosts[family].includes(host);
  if (local.port !== port) return false;
  return local.host === host || machine.hosts[family].includes(host);
}
