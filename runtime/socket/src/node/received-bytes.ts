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

/** Buffers of connections that are free again; more would only leave the processor's cache. */
const spareBuffers: Uint8Array[] = [];
const mostSpare = 4;

/** What callers were given without a copy, as long as it is all that anybody has of its memory. */
const wholes = new WeakSet<Uint8Array>();

function ownBuffer(): Uint8Array {
  // Not zeroed: nobody sees more of it than what is read into it.
  return spareBuffers.pop() ?? Buffer.allocUnsafeSlow(bufferLength);
}

/** Takes back received bytes that nobody looks at any more: their memory is read into again. */
export function reuse(bytes: Uint8Array): void {
  // Most of what comes back is short, and was copied.
  if (bytes.length < bulkLength || !wholes.delete(bytes)) return;
  if (spareBuffers.length < mostSpare)
    spareBuffers.push(new Uint8Array(bytes.buffer));
}

/** The bytes that a connection has received, for `tryReceive`; made when the first come. */
export class ReceivedBytes extends ReceiveQueue {
  /** For the next read. */
  buffer: Uint8Array = sharedBuffer;

  /** Takes the first `length` bytes of the buffer that was read into. */
  take(length: number, buffer: Uint8Array): void {
    if (buffer === sharedBuffer || length < bulkLength) {
      this.push(Uint8Array.prototype.slice.call(buffer, 0, length));
    } else {
      const whole = new Uint8Array(buffer.buffer, buffer.byteOffset, length);
      wholes.add(whole);
      this.push(whole);
    }
    if (length === buffer.length) this.buffer = ownBuffer();
    else if (this.buffer !== sharedBuffer) this.buffer = sharedBuffer;
  }
}
