/**
 * What a script's sockets are, by what was done to them: a small model of the contract. It keeps who is connected to whom, which
 * bytes and datagrams are under way, and which addresses are taken; the calls ask it what they have to give.
 */
import type {
  AddressFamily,
  SocketAddress,
  SocketProtocol,
} from "@wit2ts/core-libs/socket";

/** The states of the contract; `connecting` and `binding` are over when a call returns. */
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

/** The bytes of one stream or datagram: all differ by their place, and streams by their key. */
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

/** One end of a connection, as a reader: what has been sent to it, and how much of that it has taken. */
export class End {
  readonly key: number;
  /** The address of the other end. */
  readonly peer: SocketAddress;
  other: End | undefined;
  /** Bytes sent to this end, and bytes that it has received. */
  sent = 0;
  taken = 0;
  closed = false;
  /** The other end has closed in order. */
  finished = false;
  /** The other end has broken the connection off. */
  broken = false;
  /** It has sent to an end that is closed, or was closed with something unread: a reset may come at any time. */
  mayBreak = false;
  /** It was told that the stream is over. */
  ended = false;
  /** It was told that the connection is broken. */
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

  /** This end closes; the other one learns of it after the bytes that are under way. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.other === undefined) return;
    // The system resets a connection with unread input; whether a backend has read it already, and kept it, is a matter of luck.
    if (this.waiting > 0) this.other.mayBreak = true;
    this.other.finished = true;
  }
}

/** A datagram that has arrived. */
export interface Arrived {
  readonly data: Uint8Array;
  readonly sender: SocketAddress;
}

/** A call that waits. */
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
  /** Calls that read and wait, in order. */
  readonly pending: PendingRead[] = [];

  /** Of a listener: how many may wait, and the ends that do. */
  backlog = 0;
  readonly queue: End[] = [];

  /** Of a connection. */
  end: End | undefined;
  isAccepted = false;

  /** Of a UDP socket: what has arrived, and how many refusals it may still be told of. */
  arrived: Arrived[] = [];
  /** Whose datagrams were dropped when another peer was set. */
  readonly dropped: SocketAddress[] = [];
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

  /** Where others reach it. */
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

/** Whether a timeout lets a call wait no longer than a moment. */
export function isBrief(timeout: bigint | undefined): boolean {
  return timeout !== undefined && timeout < 1_000n;
}

/** What a call ends in when its time is over. */
export function expiry(timeout: bigint | undefined): "timeout" | "would-block" {
  return timeout === 0n ? "would-block" : "timeout";
}

/** All sockets of a script. */
export class Model {
  readonly sockets: ModelSocket[] = [];
  /** TCP ports that a connection has gone out from: the system may keep the very same connection from being made again for a while. */
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

  /** Open sockets of one kind at a port. */
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

  /** What `bind` to a port gives; undefined where the contract leaves it open. All hosts of a script overlap. */
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

  /** Who listens at a port. */
  listenerAt(client: ModelSocket, port: number): ModelSocket | undefined {
    return this.at(client, port).find(({ state }) => state === "listening");
  }

  /** Connects two ends, the second of which waits in the listener's queue. */
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

  /** Who gets a datagram. */
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

  /** Closes a socket, and lets others know. */
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
