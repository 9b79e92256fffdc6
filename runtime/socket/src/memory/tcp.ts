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

/** How long a client retries an unanswered connection request (`tcp_syn_retries` = 6 on Linux), in milliseconds. */
const connectTimeout = 127_000;

/** A TCP socket: one end of a connection, or a listener. */
export class StreamSocket {
  readonly protocol = "tcp" as const;
  readonly machine: Machine;
  readonly family: Family;
  readonly waiters: Waiters = new Waiters();
  readonly #limits: DriverLimits;

  #state: State = "idle";
  #local: NumericAddress | undefined;
  #peer: NumericAddress | undefined;
  /** Whether this socket owns its port. An accepted socket uses the port of its listener. */
  #claimed = false;
  /** The address assigned by `bind`. It is restored after a failed connection attempt. */
  #bound: NumericAddress | undefined;

  // The state of a listener.
  #backlog = 0;
  readonly #queue: StreamSocket[] = [];
  /** Clients that wait for room in the accept queue. */
  readonly #waitingClients = new Set<StreamSocket>();

  // The state of a connection.
  #other: StreamSocket | undefined;
  #flow: Flow | undefined;
  #target: NumericAddress | undefined;
  #connectFailure: SystemError | undefined;
  /** The listener whose accept queue was full when the connection request of this socket arrived. */
  #waitingAt: StreamSocket | undefined;
  #cancelConnectTimeout: (() => void) | undefined;
  readonly #inbox = new ByteQueue();
  /** Bytes sent by this end that have not arrived yet. */
  #bytesInFlight = 0;
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

  /** Describes the socket for messages. */
  describe(): string {
    const at = (address: NumericAddress | undefined): string =>
      address === undefined ? "" : ` ${address.host}:${String(address.port)}`;
    const peer = this.#peer ?? this.#target;
    return `TCP socket${at(this.#local)}${peer === undefined ? "" : ` to${at(peer)}`} on ${this.machine.name}`;
  }

  bind(address: NumericAddress): void {
    // SO_REUSEADDR has no effect, because there is no TIME_WAIT state: a closed connection releases its port.
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
    const [waiting] = this.#waitingClients;
    if (waiting !== undefined) this.#enqueueConnection(waiting);
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
      this.#abandon();
    });
    this.#flow = flow;
    this.#cancelConnectTimeout = network.clock.schedule(connectTimeout, () => {
      this.#stopWaiting();
      this.#failToConnect("ETIMEDOUT");
    });
    flow.send(0, () => {
      this.#arriveAt(destination, address, flow);
    });
    // The outcome is already known if the latency is 0: everything then happens within this call.
    return this.connectOutcome();
  }

  /** Returns the outcome of a connection attempt, or `PENDING`. Throws the error of a failed attempt once. */
  connectOutcome(): Attempt<void> {
    const failure = this.#connectFailure;
    if (failure !== undefined) {
      this.#connectFailure = undefined;
      throw failure;
    }
    return this.#state === "connected" ? undefined : PENDING;
  }

  /** Handles the arrival of this socket's connection request at the other machine. */
  #arriveAt(destination: Machine, address: NumericAddress, flow: Flow): void {
    if (this.#flow !== flow || this.#state !== "connecting") return;
    const listener = destination
      .boundSockets("tcp", this.family, address)
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
      listener.#enqueueConnection(this);
    } else {
      listener.#waitingClients.add(this);
      this.#waitingAt = listener;
    }
  }

  /** Stops waiting for room in the accept queue of a listener. */
  #stopWaiting(): void {
    if (this.#waitingAt !== undefined)
      this.#waitingAt.#waitingClients.delete(this);
    this.#waitingAt = undefined;
  }

  /** Cancels the timer of a connection attempt that has ended. */
  #endAttempt(): void {
    this.#cancelConnectTimeout?.();
    this.#cancelConnectTimeout = undefined;
  }

  /** Adds a connection from a client to the accept queue of this listener. */
  #enqueueConnection(client: StreamSocket): void {
    const { machine } = this;
    client.#stopWaiting();
    const server = new StreamSocket(machine, this.family, this.#limits);
    server.#state = "connected";
    server.#local = client.#target;
    server.#peer = client.#local;
    server.#other = client;
    client.#other = server;
    const answer = new Flow(machine, client.machine, () => {
      server.#abandon();
    });
    server.#flow = answer;
    machine.network.connections.add(client);
    this.#queue.push(server);
    this.waiters.wake("accept");
    answer.send(0, () => {
      if (client.#other !== server) {
        client.#reject(server);
        return;
      }
      if (client.#state !== "connecting") return;
      client.#state = "connected";
      client.#peer = client.#target;
      client.#endAttempt();
      client.waiters.wake();
    });
  }

  send(data: Uint8Array): Attempt<number> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#finished) throw new SystemError("EPIPE", "write");
    const other = this.#other;
    const flow = this.#flow;
    if (other === undefined || flow === undefined)
      throw new SystemError("ENOTCONN", "write");
    const room =
      other.#limits.bufferedBytes - other.#inbox.length - this.#bytesInFlight;
    if (room <= 0) return PENDING;
    const chunk = copyOf(data, Math.min(data.length, room));
    this.#bytesInFlight += chunk.length;
    flow.send(chunk.length, () => {
      this.#bytesInFlight -= chunk.length;
      if (other.#other === this) other.#arriveBytes(chunk);
      else other.#reject(this);
    });
    return chunk.length;
  }

  #arriveBytes(chunk: Uint8Array): void {
    // The connection no longer exists at this end, so the sender gets a reset, as in TCP.
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

  /** Half-closes the connection: ends this direction and leaves the other one open. */
  finish(): void {
    if (this.#state !== "connected" || this.#finished) return;
    this.#sendEnd();
    this.#finished = true;
    this.waiters.wake("write");
  }

  /** Resets the connection immediately at both ends. */
  reset(): void {
    this.#other?.arriveReset();
    this.arriveReset();
  }

  /** Handles a reset from the other end or from a device in between. */
  arriveReset(): void {
    if (this.#state === "closed" || this.#failure !== undefined) return;
    this.#fail(new SystemError("ECONNRESET", "read"));
  }

  close(): void {
    const state = this.#state;
    this.#state = "closed";
    this.#releasePort();
    if (state === "listening") {
      for (const client of [...this.#waitingClients]) {
        client.#stopWaiting();
        client.#failToConnect("ECONNREFUSED");
      }
      for (const server of this.#queue.splice(0)) server.#abort();
    } else if (state === "connecting") {
      this.#abandonConnecting();
    } else if (state === "connected") {
      // As in BSD, closing with unread input resets the connection, so that the peer learns that data was lost.
      if (this.#inbox.length > 0) this.#sendReset();
      else if (this.#failure === undefined) this.#sendEnd();
      this.#inbox.clear();
      this.#other?.waiters.wake("write");
    }
    this.#unregisterIfClosed();
    this.waiters.wake();
  }

  /** Resets a connection that was never accepted, because its listener is closed. */
  #abort(): void {
    this.#state = "closed";
    this.#inbox.clear();
    this.#sendReset();
    this.#unregisterIfClosed();
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

  /**
   * Handles the arrival of something from an end of a connection attempt that this socket has given up, possibly for
   * another one. That end gets a reset, as in TCP.
   */
  #reject(sender: StreamSocket): void {
    new Flow(this.machine, sender.machine, () => undefined).send(0, () => {
      sender.arriveReset();
    });
  }

  #sendReset(): void {
    const other = this.#other;
    if (other === undefined) return;
    const arrive = (): void => {
      if (other.#other === this) other.arriveReset();
    };
    if (this.#failure === undefined) this.#flow?.send(0, arrive);
    // A failure has broken the flow and discarded the segments in flight, so the reset needs a flow of its own.
    else new Flow(this.machine, other.machine, () => undefined).send(0, arrive);
  }

  #abandonConnecting(): void {
    // The connection may already be in the accept queue of the listener, which then gets a reset connection.
    if (this.#other !== undefined) {
      this.#sendReset();
      this.#leave();
    } else {
      this.#flow?.break();
    }
    this.#flow = undefined;
    this.#stopWaiting();
    this.#endAttempt();
    if (this.#state === "connecting") this.#state = "idle";
  }

  /** Handles a timeout of TCP: the other end has not answered for too long. */
  #abandon(): void {
    if (this.#state !== "closed")
      this.#fail(new SystemError("ETIMEDOUT", "write"));
    this.#unregisterIfClosed();
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
    this.#endAttempt();
    this.#flow?.break();
    this.#flow = undefined;
    this.#leave();
    this.#releaseUnboundPort();
    this.waiters.wake();
  }

  /** Detaches this end from the other one, which may still regard the connection as established. */
  #leave(): void {
    this.machine.network.connections.delete(this);
    this.#other = undefined;
  }

  /** Restores the local address that the socket had before the connection attempt. */
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

  /** Removes the connection from the network, which injects faults into it, unless the other end is still open. */
  #unregisterIfClosed(): void {
    if (this.#other !== undefined && this.#other.#state !== "closed") return;
    const { connections } = this.machine.network;
    connections.delete(this);
    if (this.#other !== undefined) connections.delete(this.#other);
  }

  /** The other end of the connection, if there is one. */
  get other(): StreamSocket | undefined {
    return this.#other;
  }
}
