import {
  PENDING,
  type Attempt,
  type DriverLimits,
  type Family,
  type NumericAddress,
} from "../driver.js";
import { ByteQueue } from "./byte-queue.js";
import { copyOf } from "./copy.js";
import { SystemError } from "./errors.js";
import { Flow } from "./flow.js";
import { isWildcard, type Machine } from "./machine.js";
import { Waiters } from "./waiters.js";

type State = "closed" | "connected" | "connecting" | "idle" | "listening";

/** How long a client goes on asking a listener whose queue is full, as Linux does, in milliseconds. */
const connectPatience = 127_000;

/** A TCP socket: an end of a connection, or a listener. */
export class StreamSocket {
  readonly protocol = "tcp" as const;
  readonly machine: Machine;
  readonly family: Family;
  readonly waiters: Waiters = new Waiters();
  readonly #limits: DriverLimits;

  #state: State = "idle";
  #local: NumericAddress | undefined;
  #peer: NumericAddress | undefined;
  /** Whether this socket has its port for itself, rather than its listener's. */
  #claimed = false;
  /** The address given by `bind`, which outlives an attempt to connect that failed. */
  #bound: NumericAddress | undefined;

  // Of a listener.
  #backlog = 0;
  readonly #queue: StreamSocket[] = [];
  readonly #parked = new Set<StreamSocket>();

  // Of a connection.
  #other: StreamSocket | undefined;
  #flow: Flow | undefined;
  #target: NumericAddress | undefined;
  #connectFailure: SystemError | undefined;
  /** The listener whose queue was full when this socket asked for a connection. */
  #parkedAt: StreamSocket | undefined;
  #callOffPatience: (() => void) | undefined;
  readonly #inbox = new ByteQueue();
  #bytesUnderWay = 0;
  #peerFinished = false;
  #finished = false;
  #failure: SystemError | undefined;

  constructor(machine: Machine, family: Family, limits: DriverLimits) {
    this.machine = machine;
    this.family = family;
    this.#limits = limits;
  }

  get local(): NumericAddress | undefined {
    return this.#local;
  }

  get peer(): NumericAddress | undefined {
    return this.#peer;
  }

  get isListening(): boolean {
    return this.#state === "listening";
  }

  /** What it is and where, for messages. */
  describe(): string {
    const at = (address: NumericAddress | undefined): string =>
      address === undefined ? "" : ` ${address.host}:${String(address.port)}`;
    const peer = this.#peer ?? this.#target;
    return `TCP socket${at(this.#local)}${peer === undefined ? "" : ` to${at(peer)}`} on ${this.machine.name}`;
  }

  bind(address: NumericAddress): void {
    // SO_REUSEADDR means nothing here: no connection lingers after its close.
    this.#local = this.machine.claim(this, this.family, address, false, "bind");
    this.#claimed = true;
    this.#bound = this.#local;
  }

  listen(backlog: number): void {
    this.#backlog = backlog;
    this.#state = "listening";
  }

  accept(): Attempt<StreamSocket> {
    const accepted = this.#queue.shift();
    if (accepted === undefined) return PENDING;
    const [waiting] = this.#parked;
    if (waiting !== undefined) this.#admit(waiting);
    return accepted;
  }

  connect(address: NumericAddress): Attempt<void> {
    const failure = this.#connectFailure;
    if (failure !== undefined) {
      this.#connectFailure = undefined;
      throw failure;
    }
    if (this.#state === "connected") return;
    if (this.#state === "connecting") {
      if (
        this.#target?.host === address.host &&
        this.#target.port === address.port
      )
        return PENDING;
      this.#abandonConnecting();
    }
    return this.#beginToConnect(address);
  }

  #beginToConnect(address: NumericAddress): Attempt<void> {
    const { machine } = this;
    const { network } = machine;
    const where = `${address.host}:${String(address.port)}`;
    const destination = machine.route(address.host);
    if (destination === undefined)
      throw new SystemError("EHOSTUNREACH", "connect", where);
    machine.requireReach(this.#local, address.host, "connect");
    const source = machine.sourceFor(address.host, this.family, "connect");
    if (network.path(machine, destination).way === "unreachable") {
      throw new SystemError("EHOSTUNREACH", "connect", where);
    }
    if (this.#local === undefined) {
      this.#local = machine.claim(
        this,
        this.family,
        { host: source, port: 0 },
        false,
        "connect",
      );
      this.#claimed = true;
    } else if (isWildcard(this.#local.host)) {
      this.#local = { host: source, port: this.#local.port };
    }
    this.#state = "connecting";
    this.#target = address;
    const flow = new Flow(machine, destination, () => {
      this.#abandon("connect");
    });
    this.#flow = flow;
    flow.send(0, () => {
      this.#arriveAt(destination, address, flow);
    });
    // It may have been decided within the call, where nothing takes time.
    return this.connectOutcome();
  }

  /** What became of an attempt to connect, as far as it is known. */
  connectOutcome(): Attempt<void> {
    const failure = this.#connectFailure;
    if (failure !== undefined) {
      this.#connectFailure = undefined;
      throw failure;
    }
    return this.#state === "connected" ? undefined : PENDING;
  }

  /** The request for a connection has reached the other machine. */
  #arriveAt(destination: Machine, address: NumericAddress, flow: Flow): void {
    if (this.#flow !== flow || this.#state !== "connecting") return;
    const listener = destination
      .claimants("tcp", this.family, address)
      .find(
        (socket): socket is StreamSocket =>
          socket.protocol === "tcp" && socket.isListening,
      );
    const refused =
      destination.network.path(this.machine, destination).way === "refused";
    if (listener === undefined || refused) {
      new Flow(destination, this.machine, () => undefined).send(0, () => {
        if (this.#flow === flow && this.#state === "connecting")
          this.#failToConnect("ECONNREFUSED");
      });
    } else if (listener.#queue.length < listener.#backlog) {
      listener.#admit(this);
    } else {
      listener.#parked.add(this);
      this.#parkedAt = listener;
      this.#callOffPatience = this.machine.network.clock.schedule(
        connectPatience,
        () => {
          this.#unpark();
          this.#failToConnect("ETIMEDOUT");
        },
      );
    }
  }

  /** Waits for a place in the queue of a listener no longer. */
  #unpark(): void {
    if (this.#parkedAt !== undefined) this.#parkedAt.#parked.delete(this);
    this.#parkedAt = undefined;
    this.#callOffPatience?.();
    this.#callOffPatience = undefined;
  }

  /** Takes a client into the queue of this listener. */
  #admit(client: StreamSocket): void {
    const { machine } = this;
    client.#unpark();
    const server = new StreamSocket(machine, this.family, this.#limits);
    server.#state = "connected";
    server.#local = client.#target;
    server.#peer = client.#local;
    server.#other = client;
    client.#other = server;
    const answer = new Flow(machine, client.machine, () => {
      server.#abandon("write");
    });
    server.#flow = answer;
    machine.network.connections.add(client);
    this.#queue.push(server);
    this.waiters.wake("accept");
    answer.send(0, () => {
      if (client.#state !== "connecting") return;
      client.#state = "connected";
      client.#peer = client.#target;
      client.#flow?.establish();
      client.waiters.wake();
    });
    answer.establish();
  }

  send(data: Uint8Array): Attempt<number> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#finished) throw new SystemError("EPIPE", "write");
    const other = this.#other;
    const flow = this.#flow;
    if (other === undefined || flow === undefined)
      throw new SystemError("ENOTCONN", "write");
    const room =
      other.#limits.bufferedBytes - other.#inbox.length - this.#bytesUnderWay;
    if (room <= 0) return PENDING;
    const chunk = copyOf(data, Math.min(data.length, room));
    this.#bytesUnderWay += chunk.length;
    flow.send(chunk.length, () => {
      this.#bytesUnderWay -= chunk.length;
      // The other end may have given up this attempt to connect, and have another connection by now.
      if (other.#other === this) other.#arriveBytes(chunk);
    });
    return chunk.length;
  }

  #arriveBytes(chunk: Uint8Array): void {
    // Nobody is left to take them: the sender is told so, as by any system that knows nothing of a connection.
    if (this.#state === "closed" || this.#failure !== undefined) {
      this.#sendReset();
      return;
    }
    this.#inbox.push(chunk);
    this.waiters.wake("read");
  }

  receive(maxLength: number): Attempt<Uint8Array> {
    if (this.#inbox.length > 0) {
      const taken = this.#inbox.take(maxLength);
      this.#other?.waiters.wake("write");
      return taken;
    }
    if (this.#peerFinished) return new Uint8Array();
    if (this.#failure !== undefined) throw this.#failure;
    return PENDING;
  }

  /** Ends this direction of the connection and leaves the other one open. */
  finish(): void {
    if (this.#state !== "connected" || this.#finished) return;
    this.#sendEnd();
    this.#finished = true;
    this.waiters.wake("write");
  }

  /** Breaks the connection off, for both ends and at once. */
  reset(): void {
    this.#other?.arriveReset();
    this.arriveReset();
  }

  /** The other end, or something between, has broken the connection off. */
  arriveReset(): void {
    if (this.#state === "closed" || this.#failure !== undefined) return;
    this.#fail(new SystemError("ECONNRESET", "read"));
  }

  close(): void {
    const state = this.#state;
    this.#state = "closed";
    this.#releasePort();
    if (state === "listening") {
      for (const client of [...this.#parked]) {
        client.#unpark();
        client.#failToConnect("ECONNREFUSED");
      }
      for (const server of this.#queue.splice(0)) server.#breakOff();
    } else if (state === "connecting") {
      this.#abandonConnecting();
    } else if (state === "connected") {
      // BSD: closing with input unread breaks the connection off, so that the peer learns that it was lost.
      if (this.#inbox.length > 0) this.#sendReset();
      else if (this.#failure === undefined) this.#sendEnd();
      this.#inbox.clear();
      this.#other?.waiters.wake("write");
    }
    this.#forgetIfOver();
    this.waiters.wake();
  }

  /** Closes an end that nobody holds. */
  #breakOff(): void {
    this.#state = "closed";
    this.#inbox.clear();
    this.#sendReset();
    this.#forgetIfOver();
  }

  #sendEnd(): void {
    if (this.#finished) return;
    const other = this.#other;
    this.#flow?.send(0, () => {
      if (other === undefined || other.#other !== this) return;
      if (other.#state === "closed") return;
      other.#peerFinished = true;
      other.waiters.wake("read");
    });
  }

  #sendReset(): void {
    const other = this.#other;
    if (other === undefined) return;
    const arrive = (): void => {
      if (other.#other === this) other.arriveReset();
    };
    if (this.#failure === undefined) this.#flow?.send(0, arrive);
    // What was under way is gone with the connection.
    else new Flow(this.machine, other.machine, () => undefined).send(0, arrive);
  }

  #abandonConnecting(): void {
    // The other end may have taken the connection into its queue already; what it holds there is a broken one.
    if (this.#other !== undefined) {
      this.#sendReset();
      this.#leave();
    } else {
      this.#flow?.break();
    }
    this.#flow = undefined;
    this.#unpark();
    if (this.#state === "connecting") this.#state = "idle";
  }

  /** TCP has lost its patience. */
  #abandon(syscall: "connect" | "write"): void {
    if (this.#state === "connecting") this.#failToConnect("ETIMEDOUT");
    else if (this.#state !== "closed")
      this.#fail(new SystemError("ETIMEDOUT", syscall));
    this.#forgetIfOver();
  }

  #fail(failure: SystemError): void {
    this.#flow?.break();
    if (this.#state === "connecting") {
      this.#failToConnect("ECONNRESET");
      return;
    }
    this.#failure = failure;
    this.waiters.wake();
  }

  #failToConnect(code: string): void {
    const target = this.#target;
    this.#connectFailure = new SystemError(
      code,
      "connect",
      target && `${target.host}:${String(target.port)}`,
    );
    this.#state = "idle";
    this.#flow?.break();
    this.#flow = undefined;
    this.#leave();
    this.#releaseUnboundPort();
    this.waiters.wake();
  }

  /** Has nothing more to do with the other end, which may think that there is a connection. */
  #leave(): void {
    this.machine.network.connections.delete(this);
    this.#other = undefined;
  }

  /** Puts the local address back to what it was before the attempt to connect. */
  #releaseUnboundPort(): void {
    if (this.#bound === undefined) this.#releasePort();
    else this.#local = this.#bound;
  }

  #releasePort(): void {
    if (!this.#claimed || this.#local === undefined) return;
    this.machine.release(this, this.#local.port);
    this.#claimed = false;
    this.#local = undefined;
  }

  /** The network keeps a connection, for faults, for as long as one of its ends is open. */
  #forgetIfOver(): void {
    if (this.#other !== undefined && this.#other.#state !== "closed") return;
    const { connections } = this.machine.network;
    connections.delete(this);
    if (this.#other !== undefined) connections.delete(this.#other);
  }

  /** The end at the other side, while there is a connection. */
  get other(): StreamSocket | undefined {
    return this.#other;
  }
}
