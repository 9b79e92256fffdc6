/**
 * The calling thread's half of the synchronous Node backend: a blocking driver whose sockets live in a worker thread.
 *
 * The worker waits for the network, which the calling thread cannot do. The caller writes directly to the kernel while
 * that has room, and reads much of the input directly. The rest goes through ring buffers in shared memory. A command
 * costs a message only if the worker is idle.
 */
import { isMainThread } from "node:worker_threads";
import type {
  Attempt,
  BlockingDriver,
  Datagram,
  DriverSupports,
  Family,
  NumericAddress,
  Protocol,
  Readiness,
} from "../driver.js";
import { nodeSupports } from "../node/driver.js";
import { Lookups, NodeSyncLookup, type UserLookup } from "./lookups.js";
import { Caller, setArgument, type CallerOptions } from "./caller.js";
import { DatagramSockets } from "./datagram-sockets.js";
import { Direct } from "./direct.js";
import {
  Board,
  Closed,
  Command,
  Control,
  Life,
  Outcome,
  socketBits,
  Waiting,
  waitingFor,
  type ControlBlock,
} from "./layout.js";
import { now } from "./now.js";
import { NodeSyncSocket, systemError } from "./socket.js";
import { Streams } from "./streams.js";

/** How long `close` waits for an address to be released, in milliseconds. A busy worker releases it later. */
const RELEASE_TIME = 1_000;

/** Default of `sleepsBeforeBlocking`. A short exchange ends before a blocking descriptor would pay off. */
const SLEEPS = 4;

/** Options of the driver. */
export interface NodeSyncDriverOptions extends CallerOptions {
  /** Looks up names on the calling thread, instead of the system's resolver in the worker. */
  readonly lookup?: UserLookup | undefined;
  /** How often the calling thread sleeps for a connection before it requests a blocking descriptor. */
  readonly sleepsBeforeBlocking?: number;
}

export class NodeSyncDriver implements BlockingDriver<
  NodeSyncSocket,
  NodeSyncLookup
> {
  readonly name = "node-sync";
  readonly supports: DriverSupports = nodeSupports;
  readonly clock: { readonly now: () => number } = { now };
  readonly #caller: Caller;
  readonly #streams: Streams;
  readonly #datagrams: DatagramSockets;
  readonly #answers: Lookups;

  constructor(options: NodeSyncDriverOptions) {
    this.#caller = new Caller(options);
    const { link, borrow } = this.#caller;
    const direct = new Direct(link.board, borrow);
    this.#streams = new Streams(
      this.#caller,
      direct,
      isMainThread ? (options.sleepsBeforeBlocking ?? SLEEPS) : Infinity,
    );
    this.#datagrams = new DatagramSockets(this.#caller, direct);
    this.#answers = new Lookups(link, options.lookup);
  }

  /** Bytes of shared memory that the backend holds. */
  get sharedBytes(): number {
    return this.#caller.pool.bytes;
  }

  lookup(name: string, family: Family): NodeSyncLookup {
    return this.#answers.ask(name, family);
  }

  tryLookup(lookup: NodeSyncLookup): Attempt<readonly string[]> {
    return this.#answers.take(lookup);
  }

  open(family: Family, protocol: Protocol): NodeSyncSocket {
    this.#caller.link.awaitStart();
    return new NodeSyncSocket(family, protocol);
  }

  tryBind(
    socket: NodeSyncSocket,
    address: NumericAddress,
    reuseAddress: boolean,
  ): Attempt<void> {
    const control = this.#caller.control(socket);
    const rings =
      socket.protocol === "udp" ? this.#caller.attach(socket, control) : 0;
    setArgument(control, address);
    const bits = socketBits(socket.family, socket.protocol, reuseAddress);
    this.#caller.call(control, Command.Bind, bits, rings);
    socket.isBound = true;
  }

  tryConnect(socket: NodeSyncSocket, address: NumericAddress): Attempt<void> {
    const control = this.#caller.control(socket);
    return socket.protocol === "udp"
      ? this.#datagrams.connect(socket, control, address)
      : this.#streams.connect(socket, control, address);
  }

  tryListen(socket: NodeSyncSocket, backlog: number): Attempt<void> {
    const control = this.#caller.control(socket);
    const most = Math.min(backlog, 0x7fffffff);
    this.#caller.call(control, Command.Listen, most, 0);
  }

  tryAccept(socket: NodeSyncSocket): Attempt<NodeSyncSocket> {
    return this.#streams.accept(socket);
  }

  trySend(
    socket: NodeSyncSocket,
    data: Uint8Array,
    hold: boolean,
  ): Attempt<number> {
    return this.#streams.send(socket, data, hold);
  }

  tryReceive(
    socket: NodeSyncSocket,
    maxLength: number,
    mayWait: boolean,
  ): Attempt<Uint8Array> {
    return this.#streams.receive(socket, maxLength, mayWait);
  }

  trySendTo(
    socket: NodeSyncSocket,
    data: Uint8Array,
    address: NumericAddress | undefined,
  ): Attempt<void> {
    return this.#datagrams.send(socket, data, address);
  }

  tryReceiveFrom(socket: NodeSyncSocket, maxLength: number): Attempt<Datagram> {
    return this.#datagrams.receive(socket, maxLength);
  }

  localAddress(socket: NodeSyncSocket): NumericAddress {
    const { local } = this.#known(socket);
    if (local.host === "") throw systemError("EINVAL", "no local address");
    return local;
  }

  peerAddress(socket: NodeSyncSocket): NumericAddress {
    const { peer } = this.#known(socket);
    if (peer.host === "") throw systemError("ENOTCONN", "no peer");
    return peer;
  }

  close(socket: NodeSyncSocket): void {
    const { link, open, pool } = this.#caller;
    this.#caller.endLoan();
    open.delete(socket);
    const { control } = socket;
    if (control === undefined) return;
    socket.control = undefined;
    if (Atomics.load(link.board.words, Board.Life) === Life.Ended) return;
    link.command(Command.Close, control.id);
    pool.release(control, socket.pair);
    // As after `close(2)`, the address is free and accepts no connections when this returns.
    if (socket.isBound) {
      link.sleep(
        () => control.load(Control.Closed) !== Closed.No,
        waitingFor(control.id, false),
        now() + RELEASE_TIME,
      );
    }
  }

  block(
    target: NodeSyncSocket | NodeSyncLookup,
    readiness: Readiness,
    deadline: number,
  ): void {
    const { link } = this.#caller;
    // A call that sends may be sending the very bytes that are lent out.
    if (readiness !== "write") this.#caller.endLoan();
    if (target instanceof NodeSyncLookup) {
      link.sleep(
        () => this.#answers.isAnswered(target),
        Waiting.Anything,
        deadline,
      );
      return;
    }
    const control = this.#caller.control(target);
    if (
      deadline === Infinity &&
      readiness === "read" &&
      target.protocol === "tcp" &&
      this.#streams.block(target, control)
    )
      return;
    const isReady = (): boolean => this.#isReady(target, control, readiness);
    if (deadline === Infinity || deadline > now()) {
      link.sleep(
        isReady,
        waitingFor(control.id, readiness === "write"),
        deadline,
      );
    } else if (!isReady()) {
      this.#caller.link.roundTrip(Command.Ping, Infinity);
    }
  }

  dispose(): void {
    this.#caller.endLoan();
    this.#caller.link.dispose();
  }

  #isReady(
    socket: NodeSyncSocket,
    control: ControlBlock,
    readiness: Readiness,
  ): boolean {
    switch (readiness) {
      case "read":
      case "write":
        return socket.protocol === "tcp"
          ? this.#streams.isReady(socket, control, readiness)
          : this.#datagrams.isReady(socket, control, readiness);
      case "accept":
        return (
          ((control.load(Control.Connections) - socket.accepted) | 0) > 0 ||
          control.load(Control.Failed) === 1
        );
      default:
        return control.load(Control.Outcome) !== Outcome.Pending;
    }
  }

  /**
   * Waits until the addresses of a socket are known: the worker supplies those of an accepted connection later. They stay
   * empty if the connection broke before it was accepted.
   */
  #known(socket: NodeSyncSocket): ControlBlock {
    const control = this.#caller.control(socket);
    const isKnown = (): boolean =>
      control.load(Control.LocalLength) !== 0 ||
      control.load(Control.Outcome) !== Outcome.Pending ||
      control.load(Control.Failed) === 1;
    if (!isKnown()) {
      this.#caller.link.sleep(isKnown, waitingFor(control.id, false), Infinity);
    }
    return control;
  }
}
