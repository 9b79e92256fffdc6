/**
 * A small model of the contract, which tracks the state of a script's sockets: which of them are connected to each
 * other, which bytes and datagrams are in flight, and which addresses are in use. It gives the expected results of the
 * calls.
 */
import type {
  AddressFamily,
  SocketAddress,
  SocketProtocol,
} from "@wit2ts/core-libs/socket";

/** The contract's states, without `connecting` and `binding`, which end before the call returns. */
export type State =
  "unbound" | "bound" | "listening" | "connected" | "failed" | "closed";

export const loopback: Readonly<Record<AddressFamily, string>> = {
  ipv4: "127.0.0.1",
  ipv6: "::1",
};

export const wildcard: Readonly<Record<AddressFamily, string>> = {
  ipv4: "0.0.0.0",
  ipv6: "::",
};

/** The bytes of one stream or datagram. They depend on their position, and on the key of the stream. */
export function patternBytes(
  key: number,
  from: number,
  length: number,
): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => {
    const place = from + index;
    return (key * 37 + place * 7 + (place >> 8) * 13 + 1) & 0xff;
  });
}

/** One end of a connection as a reader: how much has been sent to it, and how much of that it has received. */
export class End {
  readonly key: number;
  /** The address of the other end. */
  readonly peer: SocketAddress;
  other: End | undefined;
  /** The numbers of bytes sent to this end, and received by it. */
  sent = 0;
  taken = 0;
  closed = false;
  /** The other end has closed in an orderly way. */
  finished = false;
  /** The other end has reset the connection. */
  broken = false;
  /**
   * A reset may arrive at any time: this end has sent to a closed end, or the other end has closed with unread bytes.
   */
  mayBreak = false;
  /** The end of the stream has been reported. */
  ended = false;
  /** The reset has been reported. */
  reset = false;

  constructor(key: number, peer: SocketAddress) {
    this.key = key;
    this.peer = peer;
  }

  get waiting(): number {
    return this.sent - this.taken;
  }

  /** Whether a `receive` has something to return. */
  get readable(): boolean {
    return this.waiting > 0 || this.finished || this.broken;
  }

  /** Closes this end; the other one sees that after the bytes in flight. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.other === undefined) return;
    // The kernel resets a connection closed with unread input. Whether the backend has already read and buffered the
    // input is a race.
    if (this.waiting > 0) this.other.mayBreak = true;
    this.other.finished = true;
  }
}

/** A datagram that has arrived. */
export interface Arrived {
  readonly data: Uint8Array;
  readonly sender: SocketAddress;
}

/** A pending call. */
export interface PendingRead {
  readonly call: string;
  readonly maxLength: number;
  readonly result: Promise<unknown>;
  isDone: boolean;
}

/** One socket of the script. */
export class ModelSocket {
  readonly name: string;
  readonly handle: number;
  readonly family: AddressFamily;
  readonly protocol: SocketProtocol;
  state: State = "unbound";
  local: SocketAddress | undefined;
  peer: SocketAddress | undefined;
  reuse = false;
  readTimeout: bigint | undefined;
  writeTimeout: bigint | undefined;
  /** Pending calls that read, in order. */
  readonly pending: PendingRead[] = [];

  /** Of a listener: its backlog, and the connections that wait for `accept`. */
  backlog = 0;
  readonly queue: End[] = [];

  /** Of a connection. */
  end: End | undefined;
  isAccepted = false;

  /** Of a UDP socket: the datagrams that have arrived. */
  arrived: Arrived[] = [];
  /** The senders whose datagrams were dropped by a `connect` to another peer. */
  readonly dropped: SocketAddress[] = [];
  /** How many refusals of its datagrams may still be reported. */
  refusals = 0;

  constructor(
    name: string,
    handle: number,
    family: AddressFamily,
    protocol: SocketProtocol,
  ) {
    this.name = name;
    this.handle = handle;
    this.family = family;
    this.protocol = protocol;
  }

  get isOpen(): boolean {
    return this.state !== "closed";
  }

  /** The address at which other sockets reach it. */
  get reachable(): SocketAddress | undefined {
    return this.local && { host: loopback[this.family], port: this.local.port };
  }

  /** Whether a call that reads has something to return. */
  get readable(): boolean {
    if (this.state === "listening") return this.queue.length > 0;
    if (this.protocol === "udp") return this.arrived.length > 0;
    return this.end?.readable ?? false;
  }
}

/** Whether a timeout is so short that a call may expire before data in flight arrives. */
export function isBrief(timeout: bigint | undefined): boolean {
  return timeout !== undefined && timeout < 1_000n;
}

/** The error of a call whose timeout expires. */
export function expiry(timeout: bigint | undefined): "timeout" | "would-block" {
  return timeout === 0n ? "would-block" : "timeout";
}

/** All sockets of a script. */
export class Model {
  readonly sockets: ModelSocket[] = [];
  /**
   * Address families and ports that an outgoing TCP connection has used: the kernel may refuse the same connection
   * again for a while.
   */
  readonly departed = new Set<string>();
  #nextKey = 0;

  newKey(): number {
    return this.#nextKey++;
  }

  add(
    handle: number,
    family: AddressFamily,
    protocol: SocketProtocol,
  ): ModelSocket {
    const name = `${protocol === "tcp" ? "T" : "U"}${String(this.sockets.length)}`;
    const socket = new ModelSocket(name, handle, family, protocol);
    this.sockets.push(socket);
    return socket;
  }

  open(): ModelSocket[] {
    return this.sockets.filter((socket) => socket.isOpen);
  }

  /** The open sockets of the same family and protocol on a port. */
  at(
    { family, protocol }: Pick<ModelSocket, "family" | "protocol">,
    port: number,
  ): ModelSocket[] {
    return this.open().filter(
      (socket) =>
        socket.family === family &&
        socket.protocol === protocol &&
        socket.local?.port === port,
    );
  }

  /**
   * The expected result of a `bind` to a port; undefined where the contract does not specify it. All hosts of a script
   * overlap.
   */
  bindOutcome(
    socket: ModelSocket,
    port: number,
  ): "ok" | "address-in-use" | undefined {
    const others = this.at(socket, port).filter(
      ({ state, isAccepted }) => state !== "failed" && !isAccepted,
    );
    if (others.length === 0) return "ok";
    if (socket.protocol === "udp")
      return socket.reuse && others.some(({ reuse }) => reuse)
        ? undefined
        : "address-in-use";
    return others.some(
      ({ state }) => state === "bound" || state === "listening",
    )
      ? "address-in-use"
      : undefined;
  }

  /** The listener on a port. */
  listenerAt(client: ModelSocket, port: number): ModelSocket | undefined {
    return this.at(client, port).find(({ state }) => state === "listening");
  }

  /** Connects the client to a new end, which waits in the listener's queue. */
  connect(client: ModelSocket, listener: ModelSocket): void {
    const { local, peer } = client;
    if (local === undefined || peer === undefined)
      throw new Error("a connection has two addresses");
    const near = new End(this.newKey(), peer);
    const far = new End(this.newKey(), local);
    near.other = far;
    far.other = near;
    client.end = near;
    client.state = "connected";
    listener.queue.push(far);
  }

  /** The socket that receives a datagram. */
  receiverOf(
    sender: ModelSocket,
    destination: SocketAddress,
  ): ModelSocket | undefined {
    const from = sender.reachable;
    return this.at(sender, destination.port).find(
      ({ state, peer }) =>
        state === "bound" ||
        (state === "connected" && isSameAddress(peer, from)),
    );
  }

  /** Closes a socket, and updates its peers. */
  close(socket: ModelSocket): void {
    if (socket.state === "listening") {
      for (const end of socket.queue.splice(0)) {
        end.closed = true;
        if (end.other !== undefined) end.other.broken = true;
      }
    }
    socket.end?.close();
    socket.state = "closed";
  }
}

export function isSameAddress(
  one: SocketAddress | undefined,
  other: SocketAddress | undefined,
): boolean {
  return (
    one !== undefined && one.host === other?.host && one.port === other.port
  );
}
