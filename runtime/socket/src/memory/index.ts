/**
 * A whole network in one process: for tests that must not touch the real one, of what real ones do only now and then.
 *
 * @module
 */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { createAsyncSocket, type AsyncSocketBackend } from "../host/async.js";
import {
  formatAddress,
  isBroadcast,
  isMulticast,
  isWildcard,
  parseAddress,
} from "../host/address.js";
import {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "../host/blocking.js";
import type { SocketOptions } from "../host/host.js";
import { resolveLimits } from "../host/limits.js";
import {
  requireOptions,
  socketOptionNames,
  type OptionNames,
} from "../host/options.js";
import { VirtualClock, type TimeMode } from "./clock.js";
import type { Conditions } from "./conditions.js";
import { spawn, type Process, type Program } from "./cooperative.js";
import { MemoryDriver } from "./driver.js";
import { Machine } from "./machine.js";
import { Network } from "./network.js";
import { Random } from "./random.js";

export { DeadlockError } from "../deadlock.js";
export type { TimeMode, VirtualClock } from "./clock.js";
export type { Conditions } from "./conditions.js";
export type {
  CooperativeSocket,
  Pause,
  Process,
  Program,
} from "./cooperative.js";

/** How a memory network is made. */
export interface MemoryNetworkOptions {
  /** What chance depends on: the same seed and the same calls give the same run. Default 1. */
  readonly seed?: number;
  /**
   * Who moves the time. `automatic`, the default: whenever nothing else is left to do it leaps to what comes next.
   * `manual`: `clock.advance` does.
   */
  readonly time?: TimeMode;
}

/** One end of a connection, or all ends on a machine. */
export type MemoryEnd = MemoryMachine | SocketAddress;

/** Where conditions hold: on the way from one machine to another, either of which may be left open. */
export interface Way {
  readonly from?: MemoryMachine;
  readonly to?: MemoryMachine;
}

/** Conditions that hold until they are lifted. */
export interface ImposedConditions extends Disposable {
  /** Ends them. What TCP has held back meanwhile goes its way. */
  lift(): void;
}

/** Options of a blocking socket. */
export interface MemorySocketOptions extends SocketOptions {
  /**
   * Sockets begin with timeouts of zero, so that a call that would have to wait returns `would-block`. Otherwise a call
   * runs the network until it is finished.
   */
  readonly nonBlocking?: boolean;
}

/** A network with any number of machines, in the memory of this process. Nothing of it is shared with another. */
export interface MemoryNetwork {
  /** Its time. */
  readonly clock: VirtualClock;
  /**
   * Adds a machine with these addresses, at least one; loopback it has besides.
   *
   * @throws TypeError for what is no numeric address of one machine, Error for an address that is taken.
   */
  machine(...addresses: string[]): MemoryMachine;
  /**
   * Says what looking a name up gives: addresses in the order to try them, or the system's code of a failure such as
   * `EAI_AGAIN`. Names nobody spoke of are unknown (`ENOTFOUND`). Asking anew takes the latest word.
   *
   * @param delay - how long the look-up takes, in milliseconds.
   */
  name(
    name: string,
    answer: readonly string[] | { readonly error: string },
    delay?: number,
  ): void;
  /**
   * Lays conditions on the ways between machines: on all of them, loopback included, where `way` does not say which.
   * Of several, the later outrank the earlier field by field.
   *
   * @throws RangeError for conditions that make no sense.
   */
  impose(conditions: Conditions, way?: Way): ImposedConditions;
  /**
   * Breaks connections off, as a firewall or a crashed peer would: both ends find them reset.
   *
   * @param one - an end of the connections meant; any, where it is left out.
   * @param other - the end across from it.
   * @returns how many there were.
   */
  reset(one?: MemoryEnd, other?: MemoryEnd): number;
  /** Ends one direction of a connection, as `shutdown` does: `from` has said all it has to say, and still listens. */
  finish(from: SocketAddress, to?: SocketAddress): number;
}

/** One machine of a memory network. */
export interface MemoryMachine {
  /** Its addresses in canonical form, loopback aside. */
  readonly addresses: readonly string[];
  /** A backend on this machine whose calls return promises. */
  createAsyncSocket(options?: SocketOptions): AsyncSocketBackend;
  /**
   * A backend on this machine whose calls run the network until they are finished: other ends must have been told
   * what to do before, by `spawn` or by events of the clock. A call that nothing scheduled could ever end throws a
   * {@link DeadlockError}.
   */
  createSocket(options?: MemorySocketOptions): BlockingSocketBackend;
  /** Runs a program on this machine, beside whatever else goes on: up to its first wait at once, then with the network. */
  spawn<T>(program: Program<T>, options?: SocketOptions): Process<T>;
}

const networkOptionNames: OptionNames<MemoryNetworkOptions> = {
  seed: true,
  time: true,
};

const memoryOptionNames: OptionNames<MemorySocketOptions> = {
  ...socketOptionNames,
  nonBlocking: true,
};

/**
 * Makes an empty network.
 *
 * @param options - the seed of all that is random in it, and how its clock runs.
 * @returns the network, on which endpoints are made.
 * @throws RangeError, TypeError for options that make no sense, or that there are not.
 */
export function createMemoryNetwork(
  options: MemoryNetworkOptions = {},
): MemoryNetwork {
  requireOptions(options, networkOptionNames);
  const network = new Network(
    new VirtualClock(options.time ?? "automatic"),
    new Random(options.seed ?? 1),
  );
  /** The machine behind each one given out. */
  const machines = new WeakMap<MemoryMachine, Machine>();

  const inner = (machine: MemoryMachine | undefined): Machine | undefined => {
    if (machine === undefined) return undefined;
    const found = machines.get(machine);
    if (found === undefined)
      throw new TypeError("this machine belongs to another network");
    return found;
  };
  const end = (
    given: MemoryEnd | undefined,
  ): Machine | SocketAddress | undefined =>
    given !== undefined && "port" in given ? given : inner(given);

  return {
    clock: network.clock,
    machine: (...given) => {
      if (given.length === 0) throw new TypeError("a machine needs an address");
      const addresses = given.map(canonicalAddress);
      const machine = new Machine(network, addresses[0] ?? "", addresses);
      network.add(machine, addresses);
      const made = createMachine(machine, addresses);
      machines.set(made, machine);
      return made;
    },
    name: (name, answer, delay = 0) => {
      network.setName(
        name,
        Array.isArray(answer)
          ? { addresses: answer.map(canonicalName), delay }
          : { error: failureOf(answer), delay },
      );
    },
    impose: (conditions, way = {}) => {
      const lift = network.impose(conditions, inner(way.from), inner(way.to));
      return { lift, [Symbol.dispose]: lift };
    },
    reset: (one, other) => {
      let count = 0;
      for (const socket of network.connectionsBetween(end(one), end(other))) {
        socket.reset();
        count++;
      }
      return count;
    },
    finish: (from, to) => {
      let count = 0;
      for (const socket of network.connectionsBetween(from, to)) {
        socket.finish();
        count++;
      }
      return count;
    },
  };
}

function createMachine(
  machine: Machine,
  addresses: readonly string[],
): MemoryMachine {
  const driver = (
    options: SocketOptions | undefined,
    names: OptionNames<SocketOptions> = socketOptionNames,
  ): MemoryDriver => {
    requireOptions(options, names);
    return new MemoryDriver(machine, resolveLimits(options?.limits));
  };
  return {
    addresses,
    createAsyncSocket: (options) => createAsyncSocket(driver(options), options),
    createSocket: (options) => {
      const socket = createBlockingSocket(
        driver(options, memoryOptionNames),
        options,
      );
      return options?.nonBlocking === true ? nonBlocking(socket) : socket;
    },
    spawn: (program, options) => spawn(driver(options), options, program),
  };
}

/** Gives every new socket timeouts of zero. */
function nonBlocking(socket: BlockingSocketBackend): BlockingSocketBackend {
  const begin: BlockingSocketBackend["accept"] = (handle) => {
    socket.setReadTimeout(handle, 0n);
    socket.setWriteTimeout(handle, 0n);
    return { tag: "ok", val: handle };
  };
  return {
    ...socket,
    createSocket: (family, protocol) => {
      const made = socket.createSocket(family, protocol);
      return made.tag === "ok" ? begin(made.val) : made;
    },
    accept: (listener) => {
      const accepted = socket.accept(listener);
      return accepted.tag === "ok" ? begin(accepted.val) : accepted;
    },
  };
}

/** Checks an address that a machine shall have, and writes it in canonical form. */
function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  if (address === undefined)
    throw new TypeError(`${JSON.stringify(text)} is no numeric address`);
  if (isWildcard(address) || isMulticast(address) || isBroadcast(address)) {
    throw new TypeError(`${text} is not the address of one machine`);
  }
  const canonical = formatAddress(address);
  if (canonical === "::1" || canonical.startsWith("127.")) {
    throw new TypeError(`${text} is loopback, which every machine has already`);
  }
  return canonical;
}

/** The code of a look-up's failure. */
function failureOf(answer: unknown): string {
  const error: unknown = Reflect.get(Object(answer) as object, "error");
  if (typeof error === "string") return error;
  throw new TypeError(
    "a name stands for a list of addresses, or for { error } with the code of a failure",
  );
}

function canonicalName(text: string): string {
  const address = parseAddress(text);
  if (address === undefined)
    throw new TypeError(`${JSON.stringify(text)} is no numeric address`);
  return formatAddress(address);
}
