/**
 * The caller's half of the synchronous Node backend: a blocking driver whose sockets live in a worker.
 *
 * The worker reads from the network straight into a ring in shared memory, from which the caller takes without a message.
 * What is sent the caller writes to the system itself, while the system has room; else it goes through a second ring. A
 * command costs a message only where the worker sleeps.
 */
import { PENDING } from "../driver.js";
import type {
  Attempt,
  BlockingDriver,
  Datagram,
  DriverLimits,
  DriverSupports,
  Family,
  NumericAddress,
  Protocol,
} from "../driver.js";
import { nodeSupports } from "../node/driver.js";
import {
  DATAGRAM_HOST_LENGTH,
  DATAGRAM_RING_SIZE,
  DatagramReader,
  writeDatagram,
} from "./datagrams.js";
import {
  Board,
  Command,
  Control,
  LONGEST_ADDRESS,
  Outcome,
  ringsOf,
  socketBits,
  Waiting,
  waitingFor,
} from "./layout.js";
import type { ControlBlock, LookupAnswer } from "./layout.js";
import { Link } from "./link.js";
import type { LinkOptions } from "./link.js";
import { writeDirectly } from "./direct.js";
import { MemoryPool } from "./memory.js";
import type { RingPair } from "./memory.js";
import { RingReader, RingWriter } from "./ring.js";

/** The size of a ring unless the limits ask for less: smaller and larger ones were both slower. */
const RING_SIZE = 256 * 1024;
const SMALLEST_RING = 4096;
/** How many bytes the worker gets when the system has no room for them: it takes some to wait for that. */
const HANDED = 1024;
/** How long `close` waits for an address to be free, in milliseconds; a worker that is busy does it later. */
const RELEASE_TIME = 1_000;
/** The most bytes of one datagram over IPv4 (RFC 791, RFC 768) and IPv6 (RFC 8200, without jumbograms). */
const LARGEST_DATAGRAM = { ipv4: 65_507, ipv6: 65_527 } as const;
const MAPPED_ERRORS = { tooLarge: "EMSGSIZE", invalid: "EINVAL" } as const;

/** Options of the driver. */
export interface NodeSyncDriverOptions extends Omit<LinkOptions, "limits"> {
  readonly limits: DriverLimits;
  /** Looks names up on the caller's thread, instead of the system's resolver in the worker. */
  readonly lookup?:
    ((name: string, family: Family) => readonly string[]) | undefined;
  /**
   * Whether what `tryReceive` and `tryReceiveFrom` return may be a view of the shared ring, which is overwritten after
   * the next call that does not send: enough for a component, into whose memory it is copied at once.
   */
  readonly borrow?: boolean | undefined;
}

/** A name being looked up. */
export class NodeSyncLookup {
  answer: LookupAnswer | undefined;
}

/** One socket, of which the worker knows once it is bound or connects. */
export class NodeSyncSocket {
  readonly family: Family;
  readonly protocol: Protocol;
  control: ControlBlock | undefined;
  pair: RingPair | undefined;
  receiving: RingReader | undefined;
  sending: RingWriter | undefined;
  datagrams: DatagramReader | undefined;
  /** Connecting over TCP: the address, until the outcome is known. */
  connecting: NumericAddress | undefined;
  /** UDP: the peer, whose datagrams alone are let through. */
  peer: NumericAddress | undefined;
  /** UDP: the last destination that the system took a datagram for; an error of the next one may be told later. */
  knownDestination: NumericAddress | undefined;
  /** Has an address of its own choice. */
  isBound = false;
  /** The error that broke the connection, where the caller's thread heard of it. */
  failure: Error | undefined;
  /** Listener: connections taken out so far. */
  accepted = 0;

  constructor(family: Family, protocol: Protocol) {
    this.family = family;
    this.protocol = protocol;
  }
}

export class NodeSyncDriver implements BlockingDriver<
  NodeSyncSocket,
  NodeSyncLookup
> {
  readonly name = "node-sync";
  readonly supports: DriverSupports = nodeSupports;
  readonly clock = { now: (): number => performance.now() };
  readonly #link: Link;
  readonly #pool: MemoryPool;
  readonly #open = new Set<NodeSyncSocket>();
  readonly #lookups = new Map<number, NodeSyncLookup>();
  readonly #ownLookup: NodeSyncDriverOptions["lookup"];
  readonly #borrow: boolean;
  readonly #ringSize: number;
  #lookupCount = 0;
  /** Bytes lent out by the last receive, which go back to the ring with the next call that does not send. */
  #lent: (() => void) | undefined;

  constructor(options: NodeSyncDriverOptions) {
    this.#ownLookup = options.lookup;
    this.#borrow = options.borrow ?? false;
    this.#ringSize = ringSize(options.limits.bufferedBytes);
    this.#link = new Link(options, () => this.#isFlushed());
    this.#pool = new MemoryPool(this.#link.board, (memory) => {
      this.#link.post(memory);
    });
  }

  /** Bytes of shared memory that the backend holds. */
  get sharedBytes(): number {
    return this.#pool.bytes;
  }

  lookup(name: string, family: Family): NodeSyncLookup {
    const lookup = new NodeSyncLookup();
    const id = this.#lookupCount;
    this.#lookupCount += 1;
    if (this.#ownLookup === undefined) {
      this.#lookups.set(id, lookup);
      this.#link.post({ kind: "lookup", id, name, family });
    } else {
      lookup.answer = { id, addresses: this.#ownLookup(name, family) };
    }
    return lookup;
  }

  tryLookup(lookup: NodeSyncLookup): Attempt<readonly string[]> {
    this.#link.check();
    this.#takeAnswers();
    const { answer } = lookup;
    if (answer === undefined) return PENDING;
    if (answer.error !== undefined)
      throw systemError(answer.error.code, answer.error.message);
    return answer.addresses ?? [];
  }

  open(family: Family, protocol: Protocol): NodeSyncSocket {
    this.#link.check();
    return new NodeSyncSocket(family, protocol);
  }

  tryBind(
    socket: NodeSyncSocket,
    address: NumericAddress,
    reuseAddress: boolean,
  ): Attempt<void> {
    const control = this.#control(socket);
    if (socket.protocol === "udp") this.#attach(socket, control);
    setArgument(control, address);
    this.#call(
      control,
      Command.Bind,
      socketBits(socket.family, socket.protocol, reuseAddress),
      socket.pair?.id ?? 0,
    );
    socket.isBound = true;
  }

  tryConnect(socket: NodeSyncSocket, address: NumericAddress): Attempt<void> {
    const control = this.#control(socket);
    const bits = socketBits(socket.family, socket.protocol, false);
    if (socket.protocol === "udp") {
      this.#attach(socket, control);
      setArgument(control, address);
      this.#call(control, Command.Connect, bits, socket.pair?.id ?? 0);
      socket.peer = control.peer;
      // What the former peer's network reported is no business of the new one.
      control.store(Control.Failed, 0);
      return;
    }
    if (socket.connecting === undefined) {
      this.#attach(socket, control);
      setArgument(control, address);
      socket.connecting = address;
      control.store(Control.Outcome, Outcome.Pending);
      this.#link.command(
        Command.Connect,
        control.id,
        bits,
        socket.pair?.id ?? 0,
      );
    }
    this.#link.check();
    const outcome = control.load(Control.Outcome);
    if (outcome === Outcome.Pending) return PENDING;
    socket.connecting = undefined;
    if (outcome === Outcome.Failed) throw control.error;
  }

  tryListen(socket: NodeSyncSocket, backlog: number): Attempt<void> {
    this.#call(
      this.#control(socket),
      Command.Listen,
      Math.min(backlog, 0x7fffffff),
      0,
    );
  }

  tryAccept(socket: NodeSyncSocket): Attempt<NodeSyncSocket> {
    this.#link.check();
    const listener = this.#control(socket);
    if (((listener.load(Control.Connections) - socket.accepted) | 0) <= 0) {
      if (listener.load(Control.Failed) === 1) throw listener.error;
      return PENDING;
    }
    const accepted = new NodeSyncSocket(socket.family, "tcp");
    const control = this.#control(accepted);
    this.#attach(accepted, control);
    this.#link.command(
      Command.Adopt,
      control.id,
      listener.id,
      accepted.pair?.id ?? 0,
    );
    // Counted once the worker has been told: a failure above leaves the connection with the listener.
    socket.accepted = (socket.accepted + 1) | 0;
    return accepted;
  }

  trySend(socket: NodeSyncSocket, data: Uint8Array): Attempt<number> {
    const control = this.#control(socket);
    const ring = attached(socket.sending);
    if (socket.protocol === "udp")
      throw systemError(
        MAPPED_ERRORS.invalid,
        "a stream is sent through a datagram socket",
      );
    if (control.load(Control.Failed) === 1) throw control.error;
    if (socket.failure !== undefined) throw socket.failure;
    this.#link.check();
    if (control.load(Control.Descriptor) === 0) {
      const count = ring.write(data);
      this.#wakeSender(control);
      return count === 0 ? PENDING : count;
    }
    // While the worker has bytes to send, those that follow must not overtake them.
    if (control.load(Control.SendIdle) === 0) return PENDING;
    const count = this.#writeDirectly(socket, control, data);
    if (count > 0) return count;
    // The system has no room. The worker waits for it, with something to send, however little.
    const handed = ring.write(data.subarray(0, HANDED));
    this.#wakeSender(control);
    return handed;
  }

  tryReceive(socket: NodeSyncSocket, maxLength: number): Attempt<Uint8Array> {
    this.#settle();
    const control = this.#control(socket);
    const ring = attached(socket.receiving);
    if (ring.isEmpty()) {
      this.#link.check();
      const ended = control.load(Control.Ended) === 1;
      const failed = control.load(Control.Failed) === 1;
      // The worker writes bytes before it says that they were the last: look again.
      if (ring.isEmpty()) {
        if (failed) throw control.error;
        if (socket.failure !== undefined) throw socket.failure;
        return ended ? new Uint8Array(0) : PENDING;
      }
    }
    if (this.#borrow) {
      const view = ring.view(maxLength);
      this.#lent = (): void => {
        ring.advance(view.length);
        this.#resume(control, ring);
      };
      return view;
    }
    const data = ring.read(maxLength);
    this.#resume(control, ring);
    return data;
  }

  trySendTo(
    socket: NodeSyncSocket,
    data: Uint8Array,
    address: NumericAddress | undefined,
  ): Attempt<void> {
    this.#link.check();
    const control = this.#control(socket);
    this.#reportError(control);
    const destination = address ?? socket.peer;
    if (destination === undefined)
      throw systemError("EDESTADDRREQ", "the datagram has no destination");
    if (
      data.length > LARGEST_DATAGRAM[socket.family] ||
      destination.host.length > DATAGRAM_HOST_LENGTH
    ) {
      throw systemError(MAPPED_ERRORS.tooLarge, "the datagram is too large");
    }
    if (
      address === undefined &&
      data.length > 0 &&
      control.load(Control.SendIdle) === 1 &&
      writeDirectly(this.#link.board, control, data) > 0
    )
      return;
    // With an address the worker sends to it even where it is the peer's: the host has checked that it is the same.
    const written = writeDatagram(
      attached(socket.sending),
      data,
      address === undefined ? "" : address.host,
      address?.port ?? 0,
    );
    if (!written) return PENDING;
    const known = socket.knownDestination;
    if (known?.host === destination.host && known.port === destination.port) {
      this.#wakeSender(control);
      return;
    }
    // The first datagram to a destination waits for the system's verdict, such as ENETUNREACH or EACCES.
    control.store(Control.SendIdle, 0);
    this.#call(control, Command.Send, 1, 0);
    socket.knownDestination = {
      host: destination.host,
      port: destination.port,
    };
  }

  tryReceiveFrom(socket: NodeSyncSocket, maxLength: number): Attempt<Datagram> {
    this.#settle();
    const control = this.#control(socket);
    const reader = attached(socket.datagrams);
    while (true) {
      const found = reader.peek();
      if (found === undefined) {
        this.#link.check();
        this.#reportError(control);
        return PENDING;
      }
      const { data, host, port } = found;
      const release = (): void => {
        reader.release();
      };
      control.store(
        Control.DatagramsOut,
        (control.load(Control.DatagramsOut) + 1) | 0,
      );
      if (
        socket.peer !== undefined &&
        (socket.peer.host !== host || socket.peer.port !== port)
      ) {
        release();
        continue;
      }
      const sender: NumericAddress = { host, port };
      if (this.#borrow) {
        this.#lent = release;
        return { data: data.subarray(0, maxLength), sender };
      }
      const copy = data.slice(0, maxLength);
      release();
      return { data: copy, sender };
    }
  }

  localAddress(socket: NodeSyncSocket): NumericAddress {
    return this.#known(socket).local;
  }

  peerAddress(socket: NodeSyncSocket): NumericAddress {
    return this.#known(socket).peer;
  }

  close(socket: NodeSyncSocket): void {
    this.#settle();
    this.#open.delete(socket);
    const { control } = socket;
    if (control === undefined) return;
    socket.control = undefined;
    if (Atomics.load(this.#link.board.words, Board.Life) === 2) return;
    this.#link.command(Command.Close, control.id);
    this.#pool.release(control, socket.pair);
    // An address that was taken is free, and nobody can connect to it, when this returns, as with any system.
    if (socket.isBound) {
      this.#link.sleep(
        () => control.load(Control.Closed) === 1,
        waitingFor(control.id, false),
        performance.now() + RELEASE_TIME,
      );
    }
  }

  block(
    target: NodeSyncSocket | NodeSyncLookup,
    readiness: string,
    deadline: number,
  ): void {
    // Bytes lent out may just be what is being sent.
    if (readiness !== "write") this.#settle();
    if (target instanceof NodeSyncLookup) {
      const isAnswered = (): boolean => {
        this.#takeAnswers();
        return target.answer !== undefined;
      };
      this.#link.sleep(isAnswered, Waiting.Anything, deadline);
      return;
    }
    const control = this.#control(target);
    const isReady = readyFor(target, control, readiness);
    if (deadline > performance.now()) {
      this.#link.sleep(
        isReady,
        waitingFor(control.id, readiness === "write"),
        deadline,
      );
    } else if (!isReady()) {
      this.#roundTrip();
    }
  }

  dispose(): void {
    this.#settle();
    this.#link.dispose();
  }

  /** Lets the worker look at the network once. */
  #roundTrip(): void {
    const { words } = this.#link.board;
    const before = Atomics.load(words, Board.Heartbeat);
    this.#link.command(Command.Ping, 0);
    this.#link.sleep(
      () => Atomics.load(words, Board.Heartbeat) !== before,
      Waiting.Anything,
      Infinity,
    );
  }

  /** Gives a command and blocks until the worker has answered, which takes it no longer than one system call. */
  #call(
    control: ControlBlock,
    code: number,
    first: number,
    second: number,
  ): void {
    this.#settle();
    control.store(Control.Outcome, Outcome.Pending);
    this.#link.command(code, control.id, first, second);
    this.#link.sleep(
      () => control.load(Control.Outcome) !== Outcome.Pending,
      waitingFor(control.id, false),
      Infinity,
    );
    if (control.load(Control.Outcome) === Outcome.Failed) throw control.error;
  }

  /** The block of a socket whose addresses are known: of an accepted one they come with the worker's answer. */
  #known(socket: NodeSyncSocket): ControlBlock {
    const control = this.#control(socket);
    if (control.load(Control.LocalLength) === 0) {
      this.#link.sleep(
        () => control.load(Control.LocalLength) !== 0,
        waitingFor(control.id, false),
        Infinity,
      );
    }
    return control;
  }

  #control(socket: NodeSyncSocket): ControlBlock {
    if (socket.control !== undefined) return socket.control;
    const control = this.#pool.control();
    socket.control = control;
    this.#open.add(socket);
    return control;
  }

  #attach(socket: NodeSyncSocket, control: ControlBlock): void {
    if (socket.pair !== undefined) return;
    const size =
      socket.protocol === "udp" ? DATAGRAM_RING_SIZE : this.#ringSize;
    const pair = this.#pool.rings(size);
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
  }

  /** Tells a worker that has stopped reading, once a good part of the ring is free again. */
  #resume(control: ControlBlock, ring: RingReader): void {
    if (
      control.load(Control.ReceivePaused) === 0 ||
      ring.length > ring.size >> 1
    )
      return;
    if (Atomics.exchange(control.words, Control.ReceivePaused, 0) === 1)
      this.#link.command(Command.Receive, control.id);
  }

  /** Throws the error that waits on a UDP socket, once. */
  #reportError(control: ControlBlock): void {
    if (control.load(Control.Failed) === 0) return;
    const { error } = control;
    control.store(Control.Failed, 0);
    throw error;
  }

  #wakeSender(control: ControlBlock): void {
    if (Atomics.exchange(control.words, Control.SendIdle, 0) === 1)
      this.#link.command(Command.Send, control.id);
  }

  /** Writes to the system; a failure is that of the connection. */
  #writeDirectly(
    socket: NodeSyncSocket,
    control: ControlBlock,
    data: Uint8Array,
  ): number {
    try {
      return writeDirectly(this.#link.board, control, data);
    } catch (error) {
      // The system tells it once, so the worker may never hear of it.
      socket.failure = error as Error;
      throw error;
    }
  }

  #settle(): void {
    const lent = this.#lent;
    if (lent === undefined) return;
    this.#lent = undefined;
    lent();
  }

  #takeAnswers(): void {
    for (
      let answer = this.#link.answer();
      answer !== undefined;
      answer = this.#link.answer()
    ) {
      const lookup = this.#lookups.get(answer.id);
      if (lookup !== undefined) lookup.answer = answer;
      this.#lookups.delete(answer.id);
    }
  }

  #isFlushed(): boolean {
    for (const { control, sending, connecting } of this.#open) {
      if (
        control === undefined ||
        sending === undefined ||
        connecting !== undefined
      )
        continue;
      if (sending.free < sending.size && control.load(Control.Failed) === 0)
        return false;
    }
    for (const control of this.#pool.closing()) {
      if (control.load(Control.Closed) === 0) return false;
    }
    return true;
  }
}

function readyFor(
  socket: NodeSyncSocket,
  control: ControlBlock,
  readiness: string,
): () => boolean {
  const hasFailed = (): boolean => control.load(Control.Failed) === 1;
  switch (readiness) {
    case "accept":
      return () =>
        ((control.load(Control.Connections) - socket.accepted) | 0) > 0 ||
        hasFailed();
    case "read": {
      const ring = attached(socket.receiving);
      return () =>
        ring.length > 0 || control.load(Control.Ended) === 1 || hasFailed();
    }
    case "write": {
      // Waking up for every few bytes of room would cost more than it brings.
      const ring = attached(socket.sending);
      // A datagram may need as much again, where the end of the ring has to be skipped.
      const room =
        socket.protocol === "udp"
          ? ring.size - (ring.size >> 2)
          : ring.size >> 2;
      return () =>
        (socket.protocol === "tcp" && control.load(Control.Descriptor) !== 0
          ? control.load(Control.SendIdle) === 1
          : ring.free >= room) || hasFailed();
    }
    default:
      return () => control.load(Control.Outcome) !== Outcome.Pending;
  }
}

function setArgument(control: ControlBlock, address: NumericAddress): void {
  if (address.host.length > LONGEST_ADDRESS) {
    throw systemError(
      MAPPED_ERRORS.invalid,
      "the scope of the address is too long",
    );
  }
  control.setArgument(address.host, address.port);
}

function attached<T>(ring: T | undefined): T {
  if (ring === undefined)
    throw systemError("ENOTCONN", "the socket is not connected");
  return ring;
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The largest power of two that keeps to the limit, up to the size that serves best. */
function ringSize(bufferedBytes: number): number {
  let size = RING_SIZE;
  while (size > bufferedBytes && size > SMALLEST_RING) size /= 2;
  return size;
}
