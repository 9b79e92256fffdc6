import {
  PENDING,
  type AsyncDriver,
  type Attempt,
  type BlockingDriver,
  type Datagram,
  type DriverLimits,
  type DriverSupports,
  type Family,
  type NumericAddress,
  type Protocol,
  type Readiness,
} from "../driver.js";
import { DeadlockError } from "../deadlock.js";
import { SystemError } from "./errors.js";
import type { AnySocket, Machine } from "./machine.js";
import { StreamSocket } from "./tcp.js";
import { DatagramSocket } from "./udp.js";
import { Waiters } from "./waiters.js";
import type { VirtualClock } from "./clock.js";

/** A name lookup in progress. */
export class Lookup {
  readonly waiters: Waiters = new Waiters();
  readonly name: string;
  outcome: Attempt<readonly string[]> | SystemError = PENDING;

  constructor(name: string) {
    this.name = name;
  }

  describe(): string {
    return `the name ${JSON.stringify(this.name)}`;
  }
}

/** What each kind of wait waits for, as worded in a `DeadlockError`. */
const purpose: Readonly<Record<Readiness, string>> = {
  lookup: "to be looked up",
  bind: "to be bound",
  connect: "to be connected",
  listen: "to listen",
  accept: "to have a connection to accept",
  read: "to have something to receive",
  write: "to have room to send",
};

/** The driver of one machine of a memory network. It serves asynchronous and blocking sockets alike. */
export class MemoryDriver
  implements AsyncDriver<AnySocket, Lookup>, BlockingDriver<AnySocket, Lookup>
{
  readonly name = "memory";
  readonly supports: DriverSupports = {
    ipv6: true,
    udp: true,
    resetAfterData: true,
  };
  readonly clock: VirtualClock;
  readonly #machine: Machine;
  readonly #limits: DriverLimits;

  constructor(machine: Machine, limits: DriverLimits) {
    this.clock = machine.network.clock;
    this.#machine = machine;
    this.#limits = limits;
  }

  lookup(name: string, family: Family): Lookup {
    const lookup = new Lookup(name);
    const { network } = this.#machine;
    const entry = network.lookup(name, family);
    network.after(entry?.delay ?? 0, () => {
      if (entry === undefined)
        lookup.outcome = new SystemError("ENOTFOUND", "getaddrinfo", name);
      else if ("error" in entry)
        lookup.outcome = new SystemError(entry.error, "getaddrinfo", name);
      else if (entry.addresses.length > 0) lookup.outcome = entry.addresses;
      else lookup.outcome = new SystemError("ENOTFOUND", "getaddrinfo", name);
      lookup.waiters.wake();
    });
    return lookup;
  }

  tryLookup(lookup: Lookup): Attempt<readonly string[]> {
    if (lookup.outcome instanceof SystemError) throw lookup.outcome;
    return lookup.outcome;
  }

  open(family: Family, protocol: Protocol): AnySocket {
    return protocol === "tcp"
      ? new StreamSocket(this.#machine, family, this.#limits)
      : new DatagramSocket(this.#machine, family, this.#limits);
  }

  tryBind(
    socket: AnySocket,
    address: NumericAddress,
    reuseAddress: boolean,
  ): void {
    socket.bind(address, reuseAddress);
  }

  tryConnect(socket: AnySocket, address: NumericAddress): Attempt<void> {
    return socket.connect(address);
  }

  tryListen(socket: AnySocket, backlog: number): void {
    stream(socket).listen(Math.min(backlog, this.#limits.acceptQueue));
  }

  tryAccept(socket: AnySocket): Attempt<AnySocket> {
    return stream(socket).accept();
  }

  trySend(socket: AnySocket, data: Uint8Array): Attempt<number> {
    return stream(socket).send(data);
  }

  tryReceive(socket: AnySocket, maxLength: number): Attempt<Uint8Array> {
    return stream(socket).receive(maxLength);
  }

  trySendTo(
    socket: AnySocket,
    data: Uint8Array,
    address: NumericAddress | undefined,
  ): void {
    datagram(socket).send(data, address);
  }

  tryReceiveFrom(socket: AnySocket, maxLength: number): Attempt<Datagram> {
    return datagram(socket).receive(maxLength);
  }

  localAddress(socket: AnySocket): NumericAddress {
    if (socket.local === undefined)
      throw new SystemError("EINVAL", "getsockname");
    return socket.local;
  }

  peerAddress(socket: AnySocket): NumericAddress {
    if (socket.peer === undefined)
      throw new SystemError("ENOTCONN", "getpeername");
    return socket.peer;
  }

  close(socket: AnySocket): void {
    socket.waiters.close();
    socket.close();
  }

  wait(
    target: AnySocket | Lookup,
    readiness: Readiness,
    ready: () => void,
  ): void {
    target.waiters.wait(readiness, ready);
  }

  unwait(target: AnySocket | Lookup, readiness: Readiness): void {
    target.waiters.delete(readiness);
  }

  block(
    target: AnySocket | Lookup,
    readiness: Readiness,
    deadline: number,
  ): void {
    const { clock } = this;
    const wait = { isOver: false };
    // An event that runs during a call may make the same call on the same socket. The outer call then ends its wait when
    // the inner one has ended, and tries again.
    const outer = target.waiters.watch(readiness, () => {
      wait.isOver = true;
    });
    const until = Math.max(deadline, clock.now());
    try {
      while (!wait.isOver && clock.step(until));
    } finally {
      target.waiters.delete(readiness);
      outer?.();
    }
    if (wait.isOver) return;
    if (until === Infinity)
      throw new DeadlockError(
        `${target.describe()} ${purpose[readiness]}`,
        "Set a timeout, or set up the other end first, with `machine.spawn` or `network.clock.schedule`.",
      );
    clock.leap(until);
  }
}

// These functions only narrow the type: the host tries only operations that the protocol of the socket allows.

function stream(socket: AnySocket): StreamSocket {
  if (socket.protocol !== "tcp") throw new SystemError("EPROTOTYPE", "socket");
  return socket;
}

function datagram(socket: AnySocket): DatagramSocket {
  if (socket.protocol !== "udp") throw new SystemError("EPROTOTYPE", "socket");
  return socket;
}
