/** One TCP connection in the worker, between the network and two rings. */
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

/** The most bytes read in one go. */
const LARGEST_READ = 64 * 1024;
/** Reading pauses when less than this is free, and the first read after the pause goes here. */
const SPILL = 16 * 1024;
/** How long a closed connection may take to deliver what was sent, in milliseconds. */
const DELIVERY_TIME = 60_000;

export class Stream implements StreamSink {
  readonly #context: WorkerContext;
  readonly #control: ControlBlock;
  readonly #received: RingWriter;
  readonly #toSend: RingReader;
  readonly #spill: Uint8Array;
  /** Called while connecting, when there may be news. */
  #onNews: (() => void) | undefined;
  #socket: TcpSocket | undefined;
  /** Whether the next bytes come in the spill, not in the ring. */
  #isSpilling = false;
  #isPaused = false;
  #isAnnouncing = false;
  /** Bytes of the ring given to the socket that the system has not taken. */
  #writing: Uint8Array | undefined;
  #deliveryTimer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #isReleased = false;

  constructor(
    context: WorkerContext,
    control: ControlBlock,
    rings: Rings,
    onNews?: () => void,
  ) {
    const { words } = control;
    this.#context = context;
    this.#control = control;
    this.#onNews = onNews;
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

  /** The connection is there: tells the caller, with both addresses, and sends what it has written meanwhile. */
  connected(socket: TcpSocket): void {
    const { board, driver, signal } = this.#context;
    this.#socket = socket;
    this.#onNews = undefined;
    try {
      const peer = driver.peerAddress(socket);
      const local = driver.localAddress(socket);
      this.#control.setPeer(peer.host, peer.port);
      this.#control.setLocal(local.host, local.port);
      shareDescriptor(board, this.#control, socket.stream?.handle);
    } catch (error) {
      // It broke before it was accepted, and the system has forgotten whose it was.
      this.fail(error as Error);
    }
    this.#control.store(Control.Outcome, Outcome.Done);
    signal.changed(this.#control.id);
    this.send();
  }

  end(): void {
    // The block is another connection's by now.
    if (this.#isReleased) return;
    this.#control.store(Control.Ended, 1);
    this.#context.signal.changed(this.#control.id);
  }

  fail(error: Error): void {
    if (this.#onNews !== undefined) {
      this.#onNews();
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
    if (this.#onNews !== undefined) this.#onNews();
    else if (this.#writing !== undefined) this.#send();
  }

  /**
   * Lets the caller wait in the system itself: reads and writes on the descriptor block from now on, so this thread makes
   * none until {@link unblock}.
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

  /** Ends {@link block}: nothing blocks any more. The caller reads itself until it is told that there is nothing. */
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
        // The caller may have written before it could see that nobody would look again.
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
        // The bytes stay where they are, in the ring, until the system has taken them.
        if (this.#context.driver.trySend(socket, data, true) === PENDING)
          return;
      } catch (error) {
        this.fail(error as Error);
        return;
      }
      this.#writing = undefined;
      this.#toSend.advance(data.length);
      // A caller that writes itself waits until nothing is left here.
      if (this.#toSend.length > 0)
        this.#context.signal.roomMade(this.#control.id);
    }
  }

  /** Reads on, after {@link take} has stopped it. */
  resume(): void {
    this.unblock();
    this.#isPaused = false;
    this.#socket?.stream?.resume();
  }

  /** Delivers what is in the ring, then ends the connection. */
  close(): void {
    this.#isClosing = true;
    // What the peer has sent is read to its end, and this thread must not wait for that.
    this.unblock();
    if (
      this.#socket === undefined ||
      this.#control.load(Control.Failed) === 1
    ) {
      this.#release();
      return;
    }
    this.#deliveryTimer = setTimeout(() => {
      this.#release();
    }, DELIVERY_TIME);
    this.send();
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#deliveryTimer);
    if (this.#socket !== undefined) this.#context.driver.close(this.#socket);
    // What the driver still reads of a connection that ends slowly it was told to put into the spill.
    this.#context.closed(this.#control);
  }

  /** Tells the caller of bytes at the end of the turn: waking up for more of them at a time costs less. */
  #announceLater(): void {
    if (this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    setImmediate(() => {
      this.#isAnnouncing = false;
      this.#context.signal.changed(this.#control.id);
    });
  }

  /** Where the system is to put the next bytes: asked for before the first read, and right after each. */
  buffer(): Uint8Array {
    // The answer is fixed until the next read. While reading is paused, a view of what is free now may be too small, or
    // even empty, which the system takes for an error; so the first bytes after a pause go elsewhere.
    this.#isSpilling =
      this.#isPaused ||
      this.#isReleased ||
      this.#received.free < this.#spill.length;
    return this.#isSpilling ? this.#spill : this.#received.view(LARGEST_READ);
  }

  take(count: number, buffer: Uint8Array): boolean {
    if (this.#isReleased) return true;
    // Reading went on only when there was room for all of the spill.
    if (this.#isSpilling) this.#received.write(this.#spill.subarray(0, count));
    else this.#received.advance(count);
    const { free, size } = this.#received;
    // Short buffers, before the end of the ring, are filled by little.
    const hasMore = count === buffer.length && count >= this.#spill.length;
    const canTakeOver = this.#control.load(Control.Descriptor) !== 0;
    if (free >= this.#spill.length && !(hasMore && canTakeOver)) {
      // A buffer that was filled means that more waits in the system, and is read in this same turn.
      if (hasMore && free > size >> 1) this.#announceLater();
      else this.#context.signal.changed(this.#control.id);
      return true;
    }
    this.#isPaused = true;
    this.#control.store(Control.ReceivePaused, 1);
    // The caller may have made room before it could see that reading is paused. One that can read from the system goes on
    // itself; it may do so already, and so this thread must not.
    if (!canTakeOver && this.#received.free >= size >> 1)
      this.#isPaused =
        Atomics.exchange(this.#control.words, Control.ReceivePaused, 0) === 0;
    this.#context.signal.changed(this.#control.id);
    return !this.#isPaused;
  }
}

const spills = new Map<number, Uint8Array>();

/** The spill for rings of a size. It is emptied before anything else can run, so all connections share it. */
function spillOf(ringSize: number): Uint8Array {
  const size = Math.min(SPILL, ringSize >> 2);
  let spill = spills.get(size);
  if (spill === undefined) {
    spill = new Uint8Array(size);
    spills.set(size, spill);
  }
  return spill;
}
