import type { Attempt } from "../driver.js";
import { PENDING } from "../driver.js";
import { ReceiveQueue } from "./receive-queue.js";
import type { TcpSocket } from "./tcp-socket.js";
import type { StreamSink } from "./tcp-stream.js";

const bufferLength = 65_536;
/** From this size on, what was read into a buffer of the connection's own goes to the caller without a copy. */
const bulkLength = 32_768;

/**
 * All reads of the process go through one buffer and are copied out before anything else can happen, so a connection that
 * is idle needs none. Only after a read that filled its buffer, more is certain to follow, and the next read gets a
 * buffer of its own.
 */
const sharedBuffer = new Uint8Array(bufferLength);

/** The bytes that a connection has received, for `tryReceive`. */
export class ReceivedBytes implements StreamSink {
  readonly #socket: TcpSocket;
  readonly #most: number;
  /** Made when the first bytes come. */
  #queue: ReceiveQueue | undefined = undefined;
  #buffer: Uint8Array = sharedBuffer;

  /** @param most - how many bytes to keep before reading stops. */
  constructor(socket: TcpSocket, most: number) {
    this.#socket = socket;
    this.#most = most;
  }

  buffer(): Uint8Array {
    return this.#buffer;
  }

  take(length: number, buffer: Uint8Array): boolean {
    const queue = (this.#queue ??= new ReceiveQueue());
    queue.push(
      buffer === sharedBuffer || length < bulkLength
        ? Uint8Array.prototype.slice.call(buffer, 0, length)
        : new Uint8Array(buffer.buffer, buffer.byteOffset, length),
    );
    if (length === buffer.length)
      // Not zeroed: nobody sees more of it than what is read into it.
      this.#buffer = Buffer.allocUnsafeSlow(bufferLength);
    else if (this.#buffer !== sharedBuffer) this.#buffer = sharedBuffer;
    this.#socket.signalRead();
    return queue.length < this.#most;
  }

  end(): void {
    this.#socket.signalRead();
  }

  fail(): void {
    this.#socket.signalRead();
    this.#socket.signalWrite();
  }

  writable(): void {
    this.#socket.signalWrite();
  }

  tryReceive(maxLength: number): Attempt<Uint8Array> {
    const queue = this.#queue;
    const data = queue?.shift(maxLength);
    if (queue !== undefined && data !== undefined) {
      if (queue.length < this.#most) this.#socket.stream?.resume();
      return data;
    }
    const { stream } = this.#socket;
    if (stream?.error !== undefined) throw stream.error;
    return stream?.isEnded === true ? new Uint8Array(0) : PENDING;
  }
}
