/**
 * TCP on the calling thread.
 *
 * The worker waits for input, and reads small amounts into a ring. If there is more, the worker stops reading, and the
 * caller reads from the descriptor itself until the kernel has nothing left. A connection without time limits on which the
 * caller has to wait repeatedly is left to the caller, on a blocking descriptor.
 */
import { PENDING, type Attempt, type NumericAddress } from "../driver.js";
import { giveBack, setArgument, type Caller } from "./caller.js";
import type { Direct } from "./direct.js";
import {
  Blocking,
  Command,
  Control,
  Outcome,
  socketBits,
  waitingFor,
  type ControlBlock,
} from "./layout.js";
import type { RingReader } from "./ring.js";
import { attached, NodeSyncSocket, systemError } from "./socket.js";

/**
 * How many bytes the caller passes to the worker when the kernel has no room. The worker waits for room only while it has
 * bytes to send.
 */
const HANDED = 1024;

export class Streams {
  readonly #caller: Caller;
  readonly #direct: Direct;
  readonly #sleepsBeforeBlocking: number;

  /**
   * @param sleepsBeforeBlocking - how often the caller sleeps for a connection before its descriptor is made blocking;
   *   `Infinity` means never.
   */
  constructor(caller: Caller, direct: Direct, sleepsBeforeBlocking: number) {
    this.#caller = caller;
    this.#direct = direct;
    this.#sleepsBeforeBlocking = sleepsBeforeBlocking;
  }

  connect(
    socket: NodeSyncSocket,
    control: ControlBlock,
    address: NumericAddress,
  ): Attempt<void> {
    const { link } = this.#caller;
    if (socket.connecting === undefined) {
      const rings = this.#caller.attach(socket, control);
      setArgument(control, address);
      socket.connecting = address;
      control.store(Control.Outcome, Outcome.Pending);
      const bits = socketBits(socket.family, socket.protocol, false);
      link.command(Command.Connect, control.id, bits, rings);
    }
    link.check();
    const outcome = control.load(Control.Outcome);
    if (outcome === Outcome.Pending) return PENDING;
    socket.connecting = undefined;
    if (outcome === Outcome.Failed) throw control.error;
  }

  accept(socket: NodeSyncSocket): Attempt<NodeSyncSocket> {
    const { link } = this.#caller;
    link.check();
    const listener = this.#caller.control(socket);
    if (((listener.load(Control.Connections) - socket.accepted) | 0) <= 0) {
      if (listener.load(Control.Failed) === 1) throw listener.error;
      return PENDING;
    }
    const accepted = new NodeSyncSocket(socket.family, "tcp");
    const control = this.#caller.control(accepted);
    const rings = this.#caller.attach(accepted, control);
    link.command(Command.Adopt, control.id, listener.id, rings);
    // Counted after the command has been sent: if a step above fails, the connection stays with the listener.
    socket.accepted = (socket.accepted + 1) | 0;
    return accepted;
  }

  /** @param mayWait - whether the call may wait without a time limit. */
  send(
    socket: NodeSyncSocket,
    data: Uint8Array,
    mayWait: boolean,
  ): Attempt<number> {
    const control = this.#caller.control(socket);
    const ring = attached(socket.sending);
    if (socket.protocol === "udp")
      throw systemError("EINVAL", "a stream is sent through a datagram socket");
    if (control.load(Control.Failed) === 1) throw control.error;
    if (socket.failure !== undefined) throw socket.failure;
    this.#caller.link.check();
    if (control.load(Control.Descriptor) === 0) {
      const count = ring.write(data);
      this.#wakeSender(control);
      return count === 0 ? PENDING : count;
    }
    if (!mayWait) this.#unblock(control);
    // While the worker has bytes to send, later bytes must not overtake them.
    if (control.load(Control.SendIdle) === 0) return PENDING;
    let count: number;
    try {
      count = this.#direct.write(control, data);
    } catch (error) {
      throw this.#fail(socket, error);
    }
    if (count > 0) return count;
    if (mayWait && this.block(socket, control))
      return this.send(socket, data, mayWait);
    // The kernel has no room. Pass some bytes to the worker, which waits until it can send them.
    const handed = ring.write(data.subarray(0, HANDED));
    this.#wakeSender(control);
    return handed;
  }

  /** @param mayWait - whether the call may wait without a time limit. */
  receive(
    socket: NodeSyncSocket,
    maxLength: number,
    mayWait: boolean,
  ): Attempt<Uint8Array> {
    this.#caller.endLoan();
    const control = this.#caller.control(socket);
    if (!mayWait) this.#unblock(control);
    const ring = attached(socket.receiving);
    if (ring.isEmpty()) {
      this.#caller.link.check();
      // The worker sets each of these words after it has written the bytes that arrived before. So check the ring again.
      const hasEnded = control.load(Control.Ended) === 1;
      const hasFailed = control.load(Control.Failed) === 1;
      const isOurs = control.load(Control.ReceivePaused) === 1;
      if (ring.isEmpty()) {
        // An end of the stream that was reported is permanent, even if data sent after it was answered with a reset.
        if (socket.hasEnded) return new Uint8Array(0);
        if (hasFailed) throw control.error;
        if (isOurs) return this.#receiveDirectly(socket, control, maxLength);
        if (socket.failure !== undefined) {
          // The worker still reads the bytes that arrived before, and then the end of the stream.
          if (isBroken(socket.failure) && !hasEnded) return PENDING;
          throw socket.failure;
        }
        if (hasEnded) {
          socket.hasEnded = true;
          return new Uint8Array(0);
        }
        return PENDING;
      }
    }
    if (this.#caller.borrow) {
      const view = ring.view(maxLength);
      this.#caller.lend(() => {
        ring.advance(view.length);
        this.#resume(control, ring);
      });
      return view;
    }
    const data = ring.read(maxLength);
    this.#resume(control, ring);
    return data;
  }

  /**
   * Reads from the descriptor. If the kernel has nothing left, the worker has to wait for more. If the connection is
   * broken, the kernel still has the bytes that arrived before, and then ends the stream: it has reported the error.
   */
  #receiveDirectly(
    socket: NodeSyncSocket,
    control: ControlBlock,
    maxLength: number,
  ): Attempt<Uint8Array> {
    const { failure } = socket;
    let data: Uint8Array | undefined;
    try {
      data = this.#direct.read(control, maxLength);
    } catch (error) {
      throw failure ?? this.#fail(socket, error);
    }
    if (failure !== undefined && (data?.length ?? 0) === 0) throw failure;
    if (data === undefined) {
      giveBack(this.#caller.link, control);
      return PENDING;
    }
    if (data.length === 0) socket.hasEnded = true;
    return data;
  }

  /**
   * Counts a wait. After several waits, asks the worker to make the descriptor blocking, and to leave the connection to
   * this thread. Only the network can end a blocking system call, so only calls without a time limit may make one, and
   * only on the main thread: another thread could not be terminated meanwhile.
   *
   * @returns whether system calls on the descriptor block now.
   */
  block(socket: NodeSyncSocket, control: ControlBlock): boolean {
    socket.waits++;
    if (
      socket.waits <= this.#sleepsBeforeBlocking ||
      control.load(Control.Descriptor) === 0 ||
      control.load(Control.Blocking) !== Blocking.No
    )
      return false;
    socket.waits = 0;
    control.store(Control.Blocking, Blocking.Asked);
    this.#ask(control, Command.Block, Blocking.Asked);
    return blocks(control);
  }

  /** Makes the descriptor non-blocking again, if it blocks. */
  #unblock(control: ControlBlock): void {
    if (blocks(control)) this.#ask(control, Command.Unblock, Blocking.Yes);
  }

  /** Sends a command and sleeps until the worker has executed it: until {@link Control.Blocking} differs from `before`. */
  #ask(
    control: ControlBlock,
    command: (typeof Command)["Block" | "Unblock"],
    before: number,
  ): void {
    const { link } = this.#caller;
    link.command(command, control.id);
    link.sleep(
      () => control.load(Control.Blocking) !== before,
      waitingFor(control.id, false),
      Infinity,
    );
  }

  /** Whether a wait for input, or for room to send, is over. */
  isReady(
    socket: NodeSyncSocket,
    control: ControlBlock,
    readiness: "read" | "write",
  ): boolean {
    if (control.load(Control.Failed) === 1) return true;
    if (readiness === "read") {
      return (
        !attached(socket.receiving).isEmpty() ||
        control.load(Control.Ended) === 1 ||
        control.load(Control.ReceivePaused) === 1
      );
    }
    if (control.load(Control.Descriptor) !== 0)
      return control.load(Control.SendIdle) === 1;
    // Waking up for every few free bytes would cost more than it gains.
    const ring = attached(socket.sending);
    return ring.free >= ring.size >> 2;
  }

  /** Keeps an error of a system call: the kernel reports it only once, so the worker may never see it. Returns the error. */
  #fail(socket: NodeSyncSocket, error: unknown): unknown {
    if (error instanceof Error) socket.failure = error;
    return error;
  }

  /** Lets the worker resume reading once half of the ring is free. */
  #resume(control: ControlBlock, ring: RingReader): void {
    // With a descriptor, the caller continues to read itself once the ring is empty.
    if (
      control.load(Control.ReceivePaused) === 1 &&
      control.load(Control.Descriptor) === 0 &&
      ring.length <= ring.size >> 1
    )
      giveBack(this.#caller.link, control);
  }

  #wakeSender(control: ControlBlock): void {
    if (Atomics.exchange(control.words, Control.SendIdle, 0) === 1)
      this.#caller.link.command(Command.Send, control.id);
  }
}

/** Whether the kernel has ended the connection with this error, and thus its input as well. */
function isBroken(error: Error & { code?: unknown }): boolean {
  const { code } = error;
  return code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
}

/** Whether system calls on the descriptor of a connection block. */
function blocks(control: ControlBlock): boolean {
  return control.load(Control.Blocking) === Blocking.Yes;
}
