/**
 * TCP of the caller's half. Small amounts that come in are read by the worker, which sleeps until there are some, into a
 * ring. Where there is more, the worker stops, and the caller reads from the system itself until that has nothing left. A
 * connection without time limits that makes the caller wait again and again is left to the caller, on a descriptor that blocks.
 */
import { PENDING, type Attempt, type NumericAddress } from "../driver.js";
import { setArgument, type Caller } from "./caller.js";
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

/** How many bytes the worker gets when the system has no room for them: it takes some to wait for that. */
const HANDED = 1024;

export class Streams {
  readonly #caller: Caller;
  readonly #direct: Direct;
  readonly #sleepsBeforeBlocking: number;

  /**
   * @param sleepsBeforeBlocking - how often the caller sleeps for a connection before its descriptor becomes one that
   *   blocks; `Infinity` is never.
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
    // Counted once the worker has been told: a failure above leaves the connection with the listener.
    socket.accepted = (socket.accepted + 1) | 0;
    return accepted;
  }

  /** @param mayWait - whether the call may wait as long as it takes. */
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
    // While the worker has bytes to send, those that follow must not overtake them.
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
    // The system has no room. The worker waits for it, with something to send, however little.
    const handed = ring.write(data.subarray(0, HANDED));
    this.#wakeSender(control);
    return handed;
  }

  /** @param mayWait - whether the call may wait as long as it takes. */
  receive(
    socket: NodeSyncSocket,
    maxLength: number,
    mayWait: boolean,
  ): Attempt<Uint8Array> {
    this.#caller.settle();
    const control = this.#caller.control(socket);
    if (!mayWait) this.#unblock(control);
    const ring = attached(socket.receiving);
    if (ring.isEmpty()) {
      this.#caller.link.check();
      // What the worker says it says after it has written the bytes that came before, so the ring is looked at again.
      const hasEnded = control.load(Control.Ended) === 1;
      const hasFailed = control.load(Control.Failed) === 1;
      const isOurs = control.load(Control.ReceivePaused) === 1;
      if (ring.isEmpty()) {
        // An end that was told lasts, also where what was sent after it has come back.
        if (socket.hasEnded) return new Uint8Array(0);
        if (hasFailed) throw control.error;
        if (socket.failure !== undefined) throw socket.failure;
        if (hasEnded) {
          socket.hasEnded = true;
          return new Uint8Array(0);
        }
        return isOurs
          ? this.#receiveDirectly(socket, control, maxLength)
          : PENDING;
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

  /** Reads from the system, until it has nothing left: then the worker has to wait for more. */
  #receiveDirectly(
    socket: NodeSyncSocket,
    control: ControlBlock,
    maxLength: number,
  ): Attempt<Uint8Array> {
    let data: Uint8Array | undefined;
    try {
      data = this.#direct.read(control, maxLength);
    } catch (error) {
      throw this.#fail(socket, error);
    }
    if (data === undefined) {
      this.#giveBack(control);
      return PENDING;
    }
    if (data.length === 0) socket.hasEnded = true;
    return data;
  }

  /**
   * Counts a wait, and after some asks the worker to leave the connection to this thread, with a descriptor that blocks. A
   * system call that waits can be ended by nothing but the network, so only calls without a time limit may make it, and
   * only on the main thread: another one could not be terminated meanwhile.
   *
   * @returns whether calls block now.
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

  /** Makes the descriptor one that does not block again. */
  #unblock(control: ControlBlock): void {
    if (blocks(control)) this.#ask(control, Command.Unblock, Blocking.Yes);
  }

  /** Gives a command and sleeps until the worker has carried it out: until calls block otherwise than before. */
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

  /** Whether a wait for something to read, or for room for what is sent, is over. */
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
    // Waking up for every few bytes of room would cost more than it brings.
    const ring = attached(socket.sending);
    return ring.free >= ring.size >> 2;
  }

  /** The system tells an error once, so the worker may never hear of it. */
  #fail(socket: NodeSyncSocket, error: unknown): unknown {
    if (error instanceof Error) socket.failure = error;
    return error;
  }

  /** Lets a worker read again that has stopped, once a good part of the ring is free. */
  #resume(control: ControlBlock, ring: RingReader): void {
    // With a descriptor the caller goes on itself, when the ring is empty.
    if (
      control.load(Control.ReceivePaused) === 1 &&
      control.load(Control.Descriptor) === 0 &&
      ring.length <= ring.size >> 1
    )
      this.#giveBack(control);
  }

  #giveBack(control: ControlBlock): void {
    if (Atomics.exchange(control.words, Control.ReceivePaused, 0) === 1)
      this.#caller.link.command(Command.Receive, control.id);
  }

  #wakeSender(control: ControlBlock): void {
    if (Atomics.exchange(control.words, Control.SendIdle, 0) === 1)
      this.#caller.link.command(Command.Send, control.id);
  }
}

/** Whether calls on the descriptor of a connection wait in the system. */
function blocks(control: ControlBlock): boolean {
  return control.load(Control.Blocking) === Blocking.Yes;
}
