import { ReceiveQueue } from "./receive-queue.js";

const bufferLength = 65_536;
/** From this size on, bytes that were read into a connection's own buffer are passed to the caller without a copy. */
const bulkLength = 32_768;

/**
 * The read buffer that all connections of this thread share. Bytes are copied out of it synchronously after each read, so
 * an idle connection needs no buffer of its own. After a read that filled its buffer, more input is likely; only then the
 * next read gets a buffer of its own.
 */
export const sharedBuffer: Uint8Array = new Uint8Array(bufferLength);

/** Free buffers of connections. The pool is small, so that it stays in the CPU cache. */
const spareBuffers: Uint8Array[] = [];
const maxSpare = 4;

/**
 * Arrays that were queued without a copy, each the only view of its memory. An array that is split on its way to the
 * caller is never reused: its parts are not in this set.
 */
const reusableArrays = new WeakSet<Uint8Array>();

function ownBuffer(): Uint8Array {
  // Not zero-filled: views of it cover only bytes that were read into it.
  return spareBuffers.pop() ?? Buffer.allocUnsafeSlow(bufferLength);
}

/** Reclaims received bytes that the caller no longer uses. Their memory becomes a read buffer again. */
export function reuse(bytes: Uint8Array): void {
  // Short arrays, which are the most frequent, are copies.
  if (bytes.length < bulkLength || !reusableArrays.delete(bytes)) return;
  if (spareBuffers.length < maxSpare)
    spareBuffers.push(new Uint8Array(bytes.buffer));
}

/** The bytes that a connection has received, for `tryReceive`. Created when the first ones arrive. */
export class ReceivedBytes extends ReceiveQueue {
  /** The buffer for the next read. */
  buffer: Uint8Array = sharedBuffer;

  /** Queues the first `length` bytes of the buffer that was read into, and chooses the buffer for the next read. */
  take(length: number, buffer: Uint8Array): void {
    if (buffer === sharedBuffer || length < bulkLength) {
      this.push(Uint8Array.prototype.slice.call(buffer, 0, length));
    } else {
      const whole = new Uint8Array(buffer.buffer, buffer.byteOffset, length);
      reusableArrays.add(whole);
      this.push(whole);
    }
    if (length === buffer.length) this.buffer = ownBuffer();
    else if (this.buffer !== sharedBuffer) this.buffer = sharedBuffer;
  }
}
