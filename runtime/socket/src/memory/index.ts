/**
 * A whole network in the memory of one process. For tests that must not touch a real network, and for conditions that
 * rarely occur on one.
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

/** Options of {@link createMemoryNetwork}. */
export interface MemoryNetworkOptions {
  /** The seed of all random decisions. The same seed and the same calls lead to the same run. Default: 1. */
  readonly seed?: number;
  /**
   * What advances the time. With `automatic`, time jumps to the next event whenever there is nothing else to do. With
   * `manual`, `clock.advance` moves it. Default: `automatic`.
   */
  readonly time?: TimeMode;
}

/** One end of a connection: its address, or a machine for all ends on that machine. */
export type MemoryEnd = MemoryMachine | SocketAddress;

/** Where conditions apply: the way from one machine to another. An omitted end stands for any machine. */
export interface Way {
  readonly from?: MemoryMachine;
  readonly to?: MemoryMachine;
}

/** Conditions that apply until they are lifted. */
export interface ImposedConditions extends Disposable {
  /** Lifts the conditions. TCP data that they held back continues on its way. */
  lift(): void;
}

/** Options of a blocking socket backend. */
export interface MemorySocketOptions extends SocketOptions {
  /**
   * Whether new sockets start with timeouts of zero, so that a call that would have to wait returns `would-block`.
   * Otherwise a call runs the network until it is finished.
   */
  readonly nonBlocking?: boolean;
}

/** A network with any number of machines, in the memory of this process. It shares nothing with other networks. */
export interface MemoryNetwork {
  /** The time of the network. */
  readonly clock: VirtualClock;
  /**
   * Adds a machine with at least one address. Every machine also has loopback addresses.
   *
   * @throws TypeError - if there is no address, or one is not the numeric address of a single machine, or is a
   * loopback address.
   * @throws Error - if an address is already in use.
   */
  machine(...addresses: string[]): MemoryMachine;
  /**
   * Sets the result of looking up a name: addresses in the order in which to try them, or the code of a system error,
   * such as `EAI_AGAIN`. Names that were not set are unknown (`ENOTFOUND`). A later call for the same name replaces
   * the result.
   *
   * @param delay - how long the lookup takes, in milliseconds. After `Infinity`, it is never answered. Default: 0.
   * @throws TypeError - if an address is not numeric, or the result is neither a list nor an object with `error`.
   */
  name(
    name: string,
    answer: readonly string[] | { readonly error: string },
    delay?: number,
  ): void;
  /**
   * Imposes conditions on the ways between machines: on those that `way` selects, or on all, including loopback.
   * Where conditions overlap, later ones override earlier ones field by field.
   *
   * @throws RangeError - if a condition is unknown or its value is invalid.
   * @throws TypeError - if a machine belongs to another network.
   */
  impose(conditions: Conditions, way?: Way): ImposedConditions;
  /**
   * Breaks connections, as a firewall or a crashed peer would: both ends see a reset.
   *
   * @param one - an end of the connections to break. Default: any.
   * @param other - the opposite end. Default: any.
   * @returns the number of connections that were broken.
   * @throws TypeError - if a machine belongs to another network, or an address is not numeric.
   */
  reset(one?: MemoryEnd, other?: MemoryEnd): number;
  /**
   * Ends one direction of a connection, as `shutdown` does: `from` sends nothing more, and still receives.
   *
   * @returns the number of connections that match.
   * @throws TypeError - if an address is not numeric.
   */
  finish(from: SocketAddress, to?: SocketAddress): number;
}

/** A machine of a memory network. */
export interface MemoryMachine {
  /** Its addresses in canonical form, without loopback. */
  readonly addresses: readonly string[];
  /** Creates a backend on this machine whose calls return promises. */
  createAsyncSocket(options?: SocketOptions): AsyncSocketBackend;
  /**
   * Creates a backend on this machine whose calls run the network until they are finished. Set up the other ends
   * first, with `spawn` or with events of the clock. A call that nothing scheduled could ever end throws a
   * {@link DeadlockError}.
   */
  createSocket(options?: MemorySocketOptions): BlockingSocketBackend;
  /**
   * Runs a program on this machine, concurrently with everything else: up to its first wait immediately, and then as
   * the network runs.
   */
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
 * Creates an empty network.
 *
 * @param options - the seed of all random decisions, and what advances the time.
 * @returns the network, to which machines are added.
 * @throws RangeError - if an option is unknown, `seed` is not a finite number, or `time` is not a valid mode.
 * @throws TypeError - if the options are not an object.
 */
export function createMemoryNetwork(
  options: MemoryNetworkOptions = {},
): MemoryNetwork {
  requireOptions(options, networkOptionNames);
  const network = new Network(
    new VirtualClock(options.time ?? "automatic"),
    new Random(options.seed ?? 1),
  );
  /** Maps the machines returned to callers to their implementations. */
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
    given !== undefined && "port" in given
      ? { host: canonicalName(given.host), port: given.port }
      : inner(given);

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
      for (const socket of network.connectionsBetween(end(from), end(to))) {
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

/** Wraps a backend so that every new socket has timeouts of 0. */
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

/** Checks an address for a new machine, and returns it in canonical form. */
function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  if (address === undefined)
    throw new TypeError(`${JSON.stringify(text)} is not a numeric address`);
  if (isWildcard(address) || isMulticast(address) || isBroadcast(address)) {
    throw new TypeError(`${text} is not the address of one machine`);
  }
  const canonical = formatAddress(address);
  if (canonical === "::1" || canonical.startsWith("127.")) {
    throw new TypeError(
      `${text} is a loopback address, which every machine already has`,
    );
  }
  return canonical;
}

/** Returns the error code of a failed lookup. */
function failureOf(answer: unknown): string {
  const error: unknown = Reflect.get(Object(answer) as object, "error");
  if (typeof error === "string") return error;
  throw new TypeError(
    "the result of a name must be a list of addresses, or { error } with the code of a failure",
  );
}

function canonicalName(text: string): string {
  const address = parseAddress(text);
  if (address === undefined)
    throw new TypeError(`${JSON.stringify(text)} is not a numeric address`);
  return formatAddress(address);
}
