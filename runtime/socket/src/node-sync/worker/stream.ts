/** A TCP connection in the worker: transfers bytes between the network and the two rings. */
import { PENDING } from "../../driver.js";
import type { TcpSocket } from "../../node/tcp-socket.js";
import type { StreamSink } from "../../node/tcp-stream.js";
import {
  Blocking,
  Control,
  Outcome,
  type ControlBlock,
  type Rings,
} from "../layout.js";
import { RingReader, RingWriter } from "../ring.js";
import type { WorkerContext } from "./context.js";
import { shareDescriptor } from "./descriptor.js";

/** Maximum number of bytes per read. */
const LARGEST_READ = 64 * 1024;
/**
 * Size of the spill buffer, which takes the first read after a pause. Reading pauses when less than this is free in the
 * ring.
 */
const SPILL = 16 * 1024;
/** How long a closed connection may take to deliver the bytes in its ring, in milliseconds. */
const DELIVERY_TIME = 30_000;

export class Stream implements StreamSink {
  readonly #context: WorkerContext;
  readonly #control: ControlBlock;
  readonly #received: RingWriter;
  readonly #toSend: RingReader;
  readonly #spill: Uint8Array;
  /** Called while connecting, when the outcome may be known. `undefined` from then on. */
  #onConnectProgress: (() => void) | undefined;
  #socket: TcpSocket | undefined;
  /** Whether the next read goes into the spill buffer, not into the ring. */
  #isSpilling = false;
  #isPaused = false;
  #isAnnouncing = false;
  /** Bytes of the ring that were passed to the socket, and that the kernel has not taken completely. */
  #writing: Uint8Array | undefined;
  #deliveryTimer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #isReleased = false;
  /** Whether the socket is closed, so that nothing is read any more. */
  #isClosed = false;

  constructor(
    context: WorkerContext,
    control: ControlBlock,
    rings: Rings,
    onConnectProgress?: () => void,
  ) {
    const { words } = control;
    this.#context = context;
    this.#control = control;
    this.#onConnectProgress = onConnectProgress;
    this.#received = new RingWriter(rings.receive, {
      words,
      head: Control.ReceiveHead,
      tail: Control.ReceiveTail,
    });
    this.#toSend = new RingReader(rings.send, {
      words,
      head: Control.SendHead,
      tail: Control.SendTail,
    });
    this.#spill = spillOf(this.#received.size);
  }

  /** Called when the connection is established. Gives the caller both addresses, and sends what it has written meanwhile. */
  connected(socket: TcpSocket): void {
    const { board, signal } = this.#context;
    this.#socket = socket;
    this.#onConnectProgress = undefined;
    this.#announceAddresses(socket);
    shareDescriptor(board, this.#control, socket.stream?.handle);
    this.#control.store(Control.Outcome, Outcome.Done);
    signal.changed(this.#control.id);
    this.send();
  }

  /** Gives the caller both addresses. The peer's first: the caller waits for the local one. */
  #announceAddresses(socket: TcpSocket): void {
    const { driver } = this.#context;
    const control = this.#control;
    try {
      const { host, port } = driver.peerAddress(socket);
      control.setPeer(host, port);
    } catch {
      // The connection broke before it was accepted, and the kernel no longer knows the peer.
    }
    try {
      const { host, port } = driver.localAddress(socket);
      control.setLocal(host, port);
    } catch {
      // As above, on some systems.
    }
  }

  end(): void {
    // The control block may already belong to another connection.
    if (this.#isReleased) return;
    this.#control.store(Control.Ended, 1);
    this.#context.signal.changed(this.#control.id);
  }

  fail(error: Error): void {
    if (this.#onConnectProgress !== undefined) {
      this.#onConnectProgress();
      return;
    }
    if (this.#control.load(Control.Failed) === 0 && !this.#isReleased) {
      this.#control.setError(error);
      this.#control.store(Control.Failed, 1);
      this.#context.signal.changed(this.#control.id);
    }
    if (this.#isClosing) this.#release();
  }

  writable(): void {
    if (this.#onConnectProgress !== undefined) this.#onConnectProgress();
    else if (this.#writing !== undefined) this.#send();
  }

  /**
   * Makes the descriptor blocking, so that the caller can wait in its own system calls. This thread must not read or write
   * until {@link unblock}.
   */
  block(): void {
    const control = this.#control;
    const stream = this.#socket?.stream;
    if (
      stream === undefined ||
      this.#writing !== undefined ||
      this.#toSend.length > 0 ||
      control.load(Control.Ended) === 1 ||
      control.load(Control.Failed) === 1
    ) {
      control.store(Control.Blocking, Blocking.No);
    } else if (stream.handle?.setBlocking?.(true) !== 0) {
      control.store(Control.Blocking, Blocking.Impossible);
    } else {
      this.#isPaused = true;
      stream.pause();
      control.store(Control.ReceivePaused, 1);
      control.store(Control.Blocking, Blocking.Yes);
    }
    this.#context.signal.changed(control.id);
  }

  /** Makes the descriptor non-blocking again. The caller continues to read from it until the kernel has nothing left. */
  unblock(): void {
    if (this.#control.load(Control.Blocking) !== Blocking.Yes) return;
    this.#socket?.stream?.handle?.setBlocking?.(false);
    this.#control.store(Control.Blocking, Blocking.No);
    this.#context.signal.changed(this.#control.id);
  }

  /** Sends what is in the ring. */
  send(): void {
    this.unblock();
    if (this.#writing === undefined) this.#send();
  }

  #send(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#isReleased) return;
    for (;;) {
      const data = this.#writing ?? this.#toSend.view(this.#toSend.size);
      if (data.length === 0) {
        this.#control.store(Control.SendIdle, 1);
        // The caller may have written before it could see `SendIdle`, and then has sent no command. So check again.
        if (
          this.#toSend.length > 0 &&
          Atomics.exchange(this.#control.words, Control.SendIdle, 0) === 1
        )
          continue;
        this.#context.signal.roomMade(this.#control.id);
        if (this.#isClosing) this.#release();
        return;
      }
      this.#writing = data;
      try {
        // The bytes stay in the ring until the kernel has taken them.
        if (this.#context.driver.trySend(socket, data, true) === PENDING)
          return;
      } catch (error) {
        this.fail(error as Error);
        return;
      }
      this.#writing = undefined;
      this.#toSend.advance(data.length);
      // An empty ring is signalled above, after `SendIdle` is set: a caller that writes directly waits for that.
      if (this.#toSend.length > 0)
        this.#context.signal.roomMade(this.#control.id);
    }
  }

  /** Resumes reading after {@link take} or {@link block} has stopped it. */
  resume(): void {
    this.unblock();
    this.#isPaused = false;
    this.#socket?.stream?.resume();
  }

  /** Delivers what is in the ring, then ends the connection. */
  close(): void {
    this.#isClosing = true;
    // Closing reads and discards the rest of the input, and this thread must not block on that.
    this.unblock();
    if (
      this.#socket === undefined ||
      this.#control.load(Control.Failed) === 1
    ) {
      this.#release();
      return;
    }
    this.#context.delivering.add(this);
    this.#deliveryTimer = setTimeout(() => {
      this.abandon();
    }, DELIVERY_TIME);
    this.send();
  }

  /** Resets the connection if there are undelivered bytes: the peer must not mistake truncated output for a normal end. */
  abandon(): void {
    if (this.#isReleased || this.#toSend.length === 0) return;
    this.#socket?.stream?.reset();
    this.fail(new Error("the peer did not take the bytes in time"));
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#deliveryTimer);
    this.#context.delivering.delete(this);
    if (this.#socket === undefined) {
      this.closed();
      return;
    }
    this.#context.driver.close(this.#socket);
    if (this.#isClosed) return;
    this.#context.closed(this.#control);
    // The driver reads and discards the rest of the input. For the next read, Node may hold a buffer that is part of the
    // ring.
    if (this.#isSpilling) this.#context.ringsReleased(this.#control);
  }

  closed(): void {
    // A connection attempt that has failed leaves the memory to the next one.
    if (!this.#isReleased) return;
    this.#isClosed = true;
    this.#context.released(this.#control);
  }

  /** Signals received bytes at the end of the turn of the event loop, to wake the caller less often. */
  #announceLater(): void {
    if (this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    setImmediate(() => {
      this.#isAnnouncing = false;
      this.#context.signal.changed(this.#control.id);
    });
  }

  /** Returns the buffer for the next read. Called before the first read, and directly after each read. */
  buffer(): Uint8Array {
    // The next read uses this buffer, however late it happens. While reading is paused, a view of the free part of the ring
    // may be too small, or even empty, which libuv reports as an error. So the first read after a pause uses the spill
    // buffer.
    const wasSpilling = this.#isSpilling;
    this.#isSpilling =
      this.#isPaused ||
      this.#isReleased ||
      this.#received.free < this.#spill.length;
    if (this.#isReleased && !this.#isClosed && !wasSpilling)
      this.#context.ringsReleased(this.#control);
    return this.#isSpilling ? this.#spill : this.#received.view(LARGEST_READ);
  }

  take(count: number, buffer: Uint8Array): boolean {
    if (this.#isReleased) return true;
    // Reading only resumed when the ring had room for all of the spill buffer.
    if (this.#isSpilling) this.#received.write(this.#spill.subarray(0, count));
    else this.#received.advance(count);
    const { free, size } = this.#received;
    // A full buffer means that there is more input, unless the buffer is short because it is at the end of the ring.
    const hasMore = count === buffer.length && count >= this.#spill.length;
    const canTakeOver = this.#control.load(Control.Descriptor) !== 0;
    if (free >= this.#spill.length && !(hasMore && canTakeOver)) {
      // Further input that the kernel has is read in the same turn of the event loop.
      if (hasMore && free > size >> 1) this.#announceLater();
      else this.#context.signal.changed(this.#control.id);
      return true;
    }
    this.#isPaused = true;
    this.#control.store(Control.ReceivePaused, 1);
    // The caller may have made room before it could see `ReceivePaused`. If it has the descriptor, it continues to read
    // itself. It may be doing so already, so this thread must not read then.
    if (!canTakeOver && this.#received.free >= size >> 1)
      this.#isPaused =
        Atomics.exchange(this.#control.words, Control.ReceivePaused, 0) === 0;
    this.#context.signal.changed(this.#control.id);
    return !this.#isPaused;
  }
}

const spills = new Map<number, Uint8Array>();

/** Returns the spill buffer for rings of a size. It is emptied synchronously after each read, so all connections share it. */
function spillOf(ringSize: number): Uint8Array {
  const size = Math.min(SPILL, ringSize >> 2);
  let spill = spills.get(size);
  if (spill === undefined) {
    spill = new Uint8Array(size);
    spills.set(size, spill);
  }
  return spill;
}
