import { ReceiveQueue } from "./receive-queue.js";

const bufferLength = 65_536;
/** From this size on, what was read into a buffer of the connection's own goes to the caller without a copy. */
const bulkLength = 32_768;

/**
 * All reads of the process go through one buffer and are copied out before anything else can happen, so a connection that
 * is idle needs none. Only after a read that filled its buffer, more is certain to follow, and the next read gets a
 * buffer of its own.
 */
export const sharedBuffer: Uint8Array = new Uint8Array(bufferLength);

/** The bytes that a connection has received, for `tryReceive`; made when the first come. */
export class ReceivedBytes extends ReceiveQueue {
  /** For the next read. */
  buffer: Uint8Array = sharedBuffer;

  /** Takes the first `length` bytes of the buffer that was read into. */
  take(length: number, buffer: Uint8Array): void {
    this.push(
      buffer === sharedBuffer || length < bulkLength
        ? Uint8Array.prototype.slice.call(buffer, 0, length)
        : new Uint8Array(buffer.buffer, buffer.byteOffset, length),
    );
    if (length === buffer.length)
      // Not zeroed: nobody sees more of it than what is read into it.
      this.buffer = Buffer.allocUnsafeSlow(bufferLength);
    else if (this.buffer !== sharedBuffer) this.buffer = sharedBuffer;
  }
}
