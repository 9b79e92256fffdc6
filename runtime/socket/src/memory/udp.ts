import {
  PENDING,
  type Attempt,
  type Datagram,
  type DriverLimits,
  type Family,
  type NumericAddress,
} from "../driver.js";
import { datagramDelays } from "./conditions.js";
import { copyOf } from "./copy.js";
import { SystemError } from "./errors.js";
import { isWildcard, type Machine } from "./machine.js";
import { Waiters } from "./waiters.js";

/** The maximum payload of a datagram: 65,535 bytes minus the UDP header and, for IPv4 only, the IP header. */
const largestDatagram: Readonly<Record<Family, number>> = {
  ipv4: 65_507,
  ipv6: 65_527,
};

/** A UDP socket. */
export class DatagramSocket {
  readonly protocol = "udp" as const;
  readonly machine: Machine;
  readonly family: Family;
  readonly waiters: Waiters = new Waiters();
  readonly #limits: DriverLimits;
  readonly #queue: Datagram[] = [];
  #queuedBytes = 0;
  /** The address that the socket was bound to. */
  #bound: NumericAddress | undefined;
  /** The current local address. It differs from `#bound` after a socket bound to the wildcard is connected. */
  #local: NumericAddress | undefined;
  #peer: NumericAddress | undefined;
  /** The error of an earlier datagram. The next call reports it once. */
  #failure: SystemError | undefined;
  #closed = false;

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

  /** Describes the socket for messages. */
  describe(): string {
    const local = this.#local;
    const at =
      local === undefined ? "" : ` ${local.host}:${String(local.port)}`;
    return `UDP socket${at} on ${this.machine.name}`;
  }

  bind(address: NumericAddress, reuseAddress: boolean): void {
    this.#bound = this.machine.claim(
      this,
      this.family,
      address,
      reuseAddress,
      "bind",
    );
    this.#local = this.#bound;
  }

  connect(address: NumericAddress): void {
    this.machine.requireReach(this.#bound, address.host, "connect");
    const source = this.machine.sourceFor(address.host, this.family, "connect");
    if (this.#bound === undefined) this.bind({ host: source, port: 0 }, false);
    // As in BSD, a socket bound to the wildcard gets the local address that its peer sees.
    const bound = this.#bound;
    if (bound !== undefined && isWildcard(bound.host))
      this.#local = { host: source, port: bound.port };
    this.#peer = address;
    this.#failure = undefined;
    const kept = this.#queue.filter(({ sender }) => isSame(sender, address));
    this.#queue.splice(0, Infinity, ...kept);
    this.#queuedBytes = kept.reduce(
      (bytes, { data }) => bytes + data.length,
      0,
    );
  }

  send(data: Uint8Array, address: NumericAddress | undefined): void {
    this.#throwFailure();
    const destination = address ?? this.#peer;
    if (destination === undefined)
      throw new SystemError("EDESTADDRREQ", "send");
    if (data.length > largestDatagram[this.family])
      throw new SystemError("EMSGSIZE", "send");
    const { machine } = this;
    const { network } = machine;
    const where = `${destination.host}:${String(destination.port)}`;
    machine.requireReach(this.#local, destination.host, "send");
    const target = machine.route(destination.host);
    const source = machine.sourceFor(destination.host, this.family, "send");
    if (target === undefined)
      throw new SystemError("EHOSTUNREACH", "send", where);
    if (this.#local === undefined) {
      this.bind(
        { host: this.family === "ipv4" ? "0.0.0.0" : "::", port: 0 },
        false,
      );
    }
    const path = network.path(machine, target);
    if (path.way === "unreachable")
      throw new SystemError("EHOSTUNREACH", "send", where);
    if (path.way === "silent") return;
    const local = this.#local ?? { host: source, port: 0 };
    const sender = {
      host: isWildcard(local.host) ? source : local.host,
      port: local.port,
    };
    for (const delay of datagramDelays(path, network.random)) {
      // Each duplicate gets its own copy of the data, because the receiver takes ownership of it.
      const datagram = { data: copyOf(data), sender };
      network.after(delay, () => {
        const receiver =
          path.way === "refused"
            ? undefined
            : findReceiver(target, this.family, destination, sender);
        if (receiver !== undefined) receiver.#arrive(datagram);
        else this.#refuse(target, destination);
      });
    }
  }

  /** Sends the refusal of a datagram back from `target`. It is a packet of its own, so it may be lost. */
  #refuse(target: Machine, destination: NumericAddress): void {
    const { network } = this.machine;
    const path = network.path(target, this.machine);
    if (path.way === "silent" || path.way === "unreachable") return;
    const [delay] = datagramDelays(path, network.random);
    if (delay === undefined) return;
    network.after(delay, () => {
      this.#refused(destination);
    });
  }

  #arrive(datagram: Datagram): void {
    const { queuedDatagrams, bufferedBytes } = this.#limits;
    // An empty queue accepts any datagram: otherwise, one that is larger than the buffer could never arrive.
    const full =
      this.#queue.length > 0 &&
      (this.#queue.length >= queuedDatagrams ||
        this.#queuedBytes + datagram.data.length > bufferedBytes);
    if (full) return;
    this.#queue.push(datagram);
    this.#queuedBytes += datagram.data.length;
    this.waiters.wake("read");
  }

  /**
   * Handles the refusal of a datagram that was sent to `destination`. As in BSD, only a connected socket reports it: an
   * unconnected one could not tell which datagram was refused.
   */
  #refused(destination: NumericAddress): void {
    if (
      this.#closed ||
      this.#peer === undefined ||
      !isSame(this.#peer, destination)
    )
      return;
    this.#failure = new SystemError(
      "ECONNREFUSED",
      "recv",
      `${destination.host}:${String(destination.port)}`,
    );
    this.waiters.wake();
  }

  receive(maxLength: number): Attempt<Datagram> {
    this.#throwFailure();
    const datagram = this.#queue.shift();
    if (datagram === undefined) return PENDING;
    this.#queuedBytes -= datagram.data.length;
    if (datagram.data.length <= maxLength) return datagram;
    return { data: datagram.data.slice(0, maxLength), sender: datagram.sender };
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    if (this.#local !== undefined) this.machine.release(this, this.#local.port);
    this.waiters.wake();
  }

  #throwFailure(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    this.#failure = undefined;
    throw failure;
  }
}

/**
 * Returns the socket that receives a datagram: the one whose peer is the sender, otherwise the most specific and most
 * recent socket without a peer.
 */
function findReceiver(
  machine: Machine,
  family: Family,
  address: NumericAddress,
  sender: NumericAddress,
): DatagramSocket | undefined {
  let unconnected: DatagramSocket | undefined;
  for (const socket of machine.boundSockets("udp", family, address)) {
    if (socket.protocol !== "udp") continue;
    if (socket.peer === undefined) unconnected ??= socket;
    else if (isSame(socket.peer, sender)) return socket;
  }
  return unconnected;
}

function isSame(one: NumericAddress, other: NumericAddress): boolean {
  return one.host === other.host && one.port === other.port;
}
