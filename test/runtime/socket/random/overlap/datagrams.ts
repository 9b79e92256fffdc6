/** The datagrams of a script: none is altered, invented, or delivered to somebody else or more often than it may be. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { patternBytes } from "../model.js";
import type { OverlapSocket } from "./socket.js";

/** A datagram that a call was given to send. */
export interface SentDatagram {
  readonly data: Uint8Array;
  readonly sender: OverlapSocket;
  /** Where it goes; undefined for a peer that is not known yet. */
  readonly destination: SocketAddress | undefined;
  /** The one socket that has to get it, where nothing on the way is lost. */
  certain: OverlapSocket | undefined;
  /** The call has said that it is sent. */
  isSent: boolean;
  delivered: number;
}

/** Datagrams of so many bytes and more bear a number, which no other does. */
export const headerLength = 4;

/** A datagram that no other is like, if it has room for its number. */
export function datagramBytes(number: number, length: number): Uint8Array {
  const data = patternBytes(number, 0, length);
  if (length >= headerLength)
    new DataView(data.buffer).setUint32(0, number, true);
  return data;
}

export class Datagrams {
  readonly sent: SentDatagram[] = [];

  /** Takes note of a datagram before it is sent. */
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
   * @param most - how often each may arrive.
   * @returns what is wrong, or nothing.
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

/** Whether an address is where a socket sends from, as far as that is known. */
function isFrom(
  { local, machine, family }: OverlapSocket,
  { host, port }: SocketAddress,
): boolean {
  if (local === undefined) return machine.hosts[family].includes(host);
  if (local.port !== port) return false;
  return local.host === host || machine.hosts[family].includes(host);
}
