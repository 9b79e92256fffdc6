/** State shared by all sockets on the calling thread: the link to the worker, the memory, and bytes that are lent out. */
import type { DriverLimits, NumericAddress } from "../driver.js";
import { DATAGRAM_RING_SIZE, DatagramReader } from "./datagrams.js";
import {
  Closed,
  Command,
  Control,
  LONGEST_ADDRESS,
  Outcome,
  ringsOf,
  waitingFor,
  type ControlBlock,
} from "./layout.js";
import { Link, type LinkOptions } from "./link.js";
import { MemoryPool } from "./memory.js";
import { RingReader, RingWriter } from "./ring.js";
import { systemError, type NodeSyncSocket } from "./socket.js";

/** The size of a ring, in bytes, unless the limits require less: smaller and larger rings were both slower. */
const RING_SIZE = 256 * 1024;
const SMALLEST_RING = 4096;

/** Options of {@link Caller}. */
export interface CallerOptions extends Omit<LinkOptions, "limits"> {
  readonly limits: DriverLimits;
  /**
   * Whether received bytes may be a view of memory that is reused from the next call on that does not send. That is enough
   * for a component, into whose memory they are copied immediately.
   */
  readonly borrow?: boolean | undefined;
}

export class Caller {
  readonly link: Link;
  readonly pool: MemoryPool;
  readonly borrow: boolean;
  /** Open sockets that have a control block, and thus may be known to the worker. */
  readonly open: Set<NodeSyncSocket> = new Set<NodeSyncSocket>();
  readonly #ringSize: number;
  /** Ends the loan of the bytes that the last receive returned. Called by the next call that does not send. */
  #lent: (() => void) | undefined = undefined;

  constructor(options: CallerOptions) {
    this.borrow = options.borrow ?? false;
    this.#ringSize = ringSize(options.limits.bufferedBytes);
    this.link = new Link(
      options,
      () => this.#isFlushed(),
      () => this.#giveBackAll(),
    );
    this.pool = new MemoryPool(this.link.board, (memory) => {
      this.link.post(memory);
    });
  }

  /** Returns the control block of a socket, allocated on first use. */
  control(socket: NodeSyncSocket): ControlBlock {
    if (socket.control !== undefined) return socket.control;
    const control = this.pool.control();
    socket.control = control;
    this.open.add(socket);
    return control;
  }

  /** Gives a socket its rings, unless it has them. Returns the number of the pair. */
  attach(socket: NodeSyncSocket, control: ControlBlock): number {
    if (socket.pair !== undefined) return socket.pair.id;
    const size =
      socket.protocol === "udp" ? DATAGRAM_RING_SIZE : this.#ringSize;
    const pair = this.pool.rings(size);
    const rings = ringsOf(pair.memory);
    const { words } = control;
    socket.pair = pair;
    socket.receiving = new RingReader(rings.receive, {
      words,
      head: Control.ReceiveHead,
      tail: Control.ReceiveTail,
    });
    socket.sending = new RingWriter(rings.send, {
      words,
      head: Control.SendHead,
      tail: Control.SendTail,
    });
    if (socket.protocol === "udp")
      socket.datagrams = new DatagramReader(socket.receiving);
    return pair.id;
  }

  /** Sends a command and blocks until the worker has answered, which takes no longer than one system call. */
  call(
    control: ControlBlock,
    code: (typeof Command)[keyof typeof Command],
    first: number,
    second: number,
  ): void {
    this.endLoan();
    control.store(Control.Outcome, Outcome.Pending);
    this.link.command(code, control.id, first, second);
    this.link.sleep(
      () => control.load(Control.Outcome) !== Outcome.Pending,
      waitingFor(control.id, false),
      Infinity,
    );
    if (control.load(Control.Outcome) === Outcome.Failed) throw control.error;
  }

  /** Records that bytes have been lent out. `release` ends the loan. */
  lend(release: () => void): void {
    this.#lent = release;
  }

  /** Ends the loan of bytes, if there is one. */
  endLoan(): void {
    const lent = this.#lent;
    if (lent === undefined) return;
    this.#lent = undefined;
    lent();
  }

  #giveBackAll(): boolean {
    let hasAny = false;
    for (const { control } of this.open) {
      if (control !== undefined && giveBack(this.link, control)) hasAny = true;
    }
    return hasAny;
  }

  #isFlushed(): boolean {
    for (const { control, sending, connecting } of this.open) {
      if (
        control === undefined ||
        sending === undefined ||
        connecting !== undefined
      )
        continue;
      if (sending.free < sending.size && control.load(Control.Failed) === 0)
        return false;
    }
    for (const control of this.pool.closing()) {
      if (control.load(Control.Closed) === Closed.No) return false;
    }
    return true;
  }
}

/** Leaves reading to the worker again, if it has stopped. Returns whether it had. */
export function giveBack(link: Link, control: ControlBlock): boolean {
  if (Atomics.exchange(control.words, Control.ReceivePaused, 0) === 0)
    return false;
  link.command(Command.Receive, control.id);
  return true;
}

/** Stores an address in the control block, as the argument of the next command. */
export function setArgument(
  control: ControlBlock,
  address: NumericAddress,
): void {
  if (address.host.length > LONGEST_ADDRESS)
    throw systemError("EINVAL", "the scope of the address is too long");
  control.setArgument(address.host, address.port);
}

/** Returns the largest power of two within the limit, but at least `SMALLEST_RING` and at most `RING_SIZE`. */
function ringSize(bufferedBytes: number): number {
  let size = RING_SIZE;
  while (size > bufferedBytes && size > SMALLEST_RING) size /= 2;
  return size;
}
