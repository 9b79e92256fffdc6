/** Tracks a script's connections: the bytes that were sent over them, and how they may have ended. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { patternBytes } from "../model.js";
import type { OverlapSocket } from "./socket.js";

/** What may have happened to connections without any call having reported it. */
export interface Chances {
  /** A connection that was not accepted may have been dropped. */
  mayBeDropped(): boolean;
  /** TCP may have given up a connection. */
  mayBeGivenUp(): boolean;
}

/** One end of a connection, as a sender and a reader. */
export class StreamEnd {
  readonly stream: Stream;
  readonly key: number;
  /** The socket that holds it; a server's end has none until it is accepted. */
  socket: OverlapSocket | undefined;
  /** The address of the other end. */
  peer: SocketAddress | undefined;
  /** Bytes passed to `send`. */
  offered = 0;
  /** Bytes that `send` has reported as sent. */
  counted = 0;
  /** Bytes that this end has received. */
  taken = 0;
  /** `close` was called. */
  isClosed = false;
  /** The network was told to end this direction. */
  isFinished = false;
  /** A `receive` has reported the end of the stream. */
  hasEnded = false;
  /** A `receive` has reported that the connection is broken. */
  readFailed = false;
  /** A `send` has reported that the connection is broken. */
  sendFailed = false;

  constructor(stream: Stream, key: number) {
    this.stream = stream;
    this.key = key;
  }

  get other(): StreamEnd {
    return this === this.stream.client
      ? this.stream.server
      : this.stream.client;
  }

  /** Whether this end may find the connection reset. */
  mayBeReset(): boolean {
    const { other, stream } = this;
    if (stream.isReset || stream.chances.mayBeGivenUp()) return true;
    if (other.socket === undefined) return stream.chances.mayBeDropped();
    // A closed end reads no more; bytes that it has not received are lost and cause a reset.
    return (other.isClosed && this.offered > other.taken) || other.readFailed;
  }

  /** Records bytes that this end has received. Returns what is wrong with them, or undefined. */
  takeBytes(data: Uint8Array): string | undefined {
    const { other } = this;
    if (this.hasEnded) return "bytes after the end of the stream";
    if (this.readFailed) return "bytes after the connection broke";
    if (this.taken + data.length > other.offered)
      return `${String(this.taken + data.length)} bytes received, of ${String(other.offered)} that were sent`;
    if (
      Buffer.compare(data, patternBytes(other.key, this.taken, data.length)) !==
      0
    )
      return "other bytes were sent";
    this.taken += data.length;
    return undefined;
  }
}

/** A connection. */
export class Stream {
  readonly client: StreamEnd;
  readonly server: StreamEnd;
  /** The network was told to reset it. */
  isReset = false;
  readonly chances: Chances;

  constructor(key: number, chances: Chances) {
    this.client = new StreamEnd(this, 2 * key);
    this.server = new StreamEnd(this, 2 * key + 1);
    this.chances = chances;
  }

  get ends(): readonly [StreamEnd, StreamEnd] {
    return [this.client, this.server];
  }
}

/** The connections of a script by their two addresses, which are unique to each. */
export class Streams {
  readonly #streams = new Map<string, Stream>();
  readonly #chances: Chances;

  constructor(chances: Chances) {
    this.#chances = chances;
  }

  /**
   * Returns the connection between two addresses, and adds it if it is new.
   *
   * @param place - distinguishes the loopback addresses of different machines.
   */
  between(place: string, client: SocketAddress, server: SocketAddress): Stream {
    const name = `${place} ${textOf(client)} ${textOf(server)}`;
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = new Stream(this.#streams.size, this.#chances);
      this.#streams.set(name, stream);
    }
    return stream;
  }

  all(): readonly Stream[] {
    return [...this.#streams.values()];
  }
}

/** An address as a key. */
export function textOf({ host, port }: SocketAddress): string {
  return `${host} ${String(port)}`;
}
