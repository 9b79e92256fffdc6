/**
 * Datagrams in a ring, each with the address of its sender or destination.
 *
 * A datagram is one record that never wraps around the end of the ring: `length: i32, port: u16, host length: u8,
 * dropped: u8, host, data`, padded to four bytes. If it would wrap, the rest of the ring is skipped, which a length of -1
 * marks.
 */
import type { RingReader, RingWriter } from "./ring.js";
import { hasText, readText, writeText } from "./text.js";

const HEADER = 8;
const SKIP = -1;

/** Maximum length of the host in the address of a datagram, in characters. */
export const DATAGRAM_HOST_LENGTH = 128;

/**
 * The smallest power of two for a ring that, when empty, has room for any datagram: the largest one (65,527 bytes over
 * IPv6) fits before the end of the ring or after its start, whatever its position.
 */
export const DATAGRAM_RING_SIZE: number = 256 * 1024;

/** A datagram whose bytes are still in the ring. */
export interface DatagramView {
  readonly data: Uint8Array;
  readonly host: string;
  readonly port: number;
}

function recordLength(hostLength: number, dataLength: number): number {
  return (HEADER + hostLength + dataLength + 3) & ~3;
}

/**
 * Writes one datagram, completely or not at all.
 *
 * @returns whether there was room for it.
 */
export function writeDatagram(
  ring: RingWriter,
  data: Uint8Array,
  host: string,
  port: number,
): boolean {
  const hostLength = Math.min(host.length, DATAGRAM_HOST_LENGTH);
  const length = recordLength(hostLength, data.length);
  let free = ring.free;
  const toEnd = ring.size - ring.position;
  if (toEnd < length) {
    if (free < toEnd + length) return false;
    writeInt32(ring.view(toEnd), 0, SKIP);
    ring.advance(toEnd);
    free -= toEnd;
  }
  if (free < length) return false;
  const record = ring.view(length);
  writeInt32(record, 0, data.length);
  record[4] = port & 0xff;
  record[5] = port >> 8;
  record[6] = hostLength;
  record[7] = 0;
  writeText(record, HEADER, hostLength, host);
  record.set(data, HEADER + hostLength);
  ring.advance(length);
  return true;
}

/** Reads datagrams. Caches the last host, which is usually also that of the next datagram. */
export class DatagramReader {
  readonly #ring: RingReader;
  #host = "";
  #held = 0;

  constructor(ring: RingReader) {
    this.#ring = ring;
  }

  /**
   * Returns the next datagram. Its data stays in the ring, and is valid until {@link release}.
   *
   * @returns the datagram; `undefined` if there is none.
   */
  peek(): DatagramView | undefined {
    for (;;) {
      if (this.#ring.length === 0) return undefined;
      const header = this.#ring.view(this.#ring.size);
      const dataLength = readInt32(header, 0);
      if (dataLength === SKIP) {
        this.#ring.advance(header.length);
        continue;
      }
      const hostLength = header[6] ?? 0;
      if (header[7] === 1) {
        this.#ring.advance(recordLength(hostLength, dataLength));
        continue;
      }
      const port = portOf(header);
      if (!hasText(header, HEADER, hostLength, this.#host))
        this.#host = readText(header, HEADER, hostLength);
      this.#held = recordLength(hostLength, dataLength);
      const start = HEADER + hostLength;
      return {
        data: header.subarray(start, start + dataLength),
        host: this.#host,
        port,
      };
    }
  }

  /**
   * Drops the datagrams in the ring that have another address. Their bytes are freed when the datagrams before them are.
   *
   * @returns the number of datagrams dropped.
   */
  keepOnly(host: string, port: number): number {
    let dropped = 0;
    const { length, size } = this.#ring;
    for (let at = 0; at < length;) {
      const header = this.#ring.view(size, at);
      const dataLength = readInt32(header, 0);
      if (dataLength === SKIP) {
        at += header.length;
        continue;
      }
      const hostLength = header[6] ?? 0;
      const isKept =
        portOf(header) === port && hasText(header, HEADER, hostLength, host);
      if (!isKept && header[7] === 0) {
        header[7] = 1;
        dropped++;
      }
      at += recordLength(hostLength, dataLength);
    }
    return dropped;
  }

  /** Frees the bytes of the datagram that {@link peek} returned last for the writer. */
  release(): void {
    const held = this.#held;
    this.#held = 0;
    this.#ring.advance(held);
  }
}

function portOf(header: Uint8Array): number {
  return (header[4] ?? 0) | ((header[5] ?? 0) << 8);
}

function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = (value >> 8) & 0xff;
  bytes[at + 2] = (value >> 16) & 0xff;
  bytes[at + 3] = (value >> 24) & 0xff;
}

function readInt32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
