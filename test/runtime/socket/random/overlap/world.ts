/** The worlds in which overlapping scripts are played: a memory network with faults, and Node's sockets. */
import type { AddressFamily, SocketAddress } from "@wit2ts/core-libs/socket";
import type { AsyncSocketBackend, SocketOptions } from "@wit2ts/socket";
import {
  createMemoryNetwork,
  type Conditions,
  type ImposedConditions,
} from "@wit2ts/socket/memory";
import { createNodeSocket, nodeSupports } from "@wit2ts/socket/node";
import {
  setImmediate as turn,
  setTimeout as sleep,
} from "node:timers/promises";
import type { Surroundings } from "./commands.js";

/** The limits of a machine's sockets. */
export interface WorldLimits {
  readonly openSockets: number;
  readonly longestWait: number;
  readonly receiveBytes: number;
  readonly bufferedBytes: number;
}

/** A machine of a world, with one backend. */
export interface WorldMachine {
  readonly name: string;
  readonly socket: AsyncSocketBackend;
  /** The addresses that its sockets may have; other machines use the first one. */
  readonly hosts: Readonly<Record<AddressFamily, readonly string[]>>;
  readonly limits: WorldLimits;
  isDisposed: boolean;
}

/** A world. Functions that its network does not support are absent. */
export interface World {
  readonly name: string;
  readonly families: readonly AddressFamily[];
  readonly machines: readonly WorldMachine[];
  /** Whether time is simulated. */
  readonly isVirtual: boolean;
  /** Whether destinations and local addresses with the port {@link forbiddenPort} are forbidden. */
  readonly hasPolicy: boolean;
  /** Whether the limits are the defaults. */
  readonly isRoomy: boolean;
  /** Ports that a script binds to. */
  readonly ports: readonly number[];
  /** Timeouts that a script sets. */
  readonly timeouts: readonly (bigint | undefined)[];
  now(): number;
  /** Lets everything proceed that can do so without time passing. */
  turn(): Promise<void>;
  /** Lets an amount of time pass that depends on a number. */
  pass(pick: number): Promise<void>;
  /** Lets time pass until nothing more is scheduled. */
  settle(): Promise<void>;
  /** Imposes random conditions, and returns them. */
  impose?(pick: number, other: number): Conditions;
  lift?(): void;
  /** Drops all packets for some milliseconds. */
  stall?(pick: number): Promise<void>;
  reset?(one: SocketAddress, other: SocketAddress): number;
  finish?(from: SocketAddress, to: SocketAddress): number;
  /** The number of events that are still scheduled, after everything is closed. */
  left(): number;
}

export const forbiddenPort = 7;
/** A port that the policy allows for `bind`, but not for `listen`. */
export const silentPort = 8;

/**
 * A name that no world's resolver knows. They know `first.test` and `second.test`; in the memory world, the latter also
 * has addresses that no machine has.
 */
export const unknownName = "nowhere.test";

const few = [1, 2, 3, 100];

/** Picks limits by a number; 0 picks the defaults. */
function limitsOf(pick: number): NonNullable<SocketOptions["limits"]> {
  if (pick === 0) return {};
  const from = <T>(list: readonly T[], place: number): T =>
    list[Math.floor(pick / place) % list.length] as T;
  return {
    openSockets: from([Infinity, 5, 20], 1),
    bufferedBytes: from([262_144, 1, 7, 1_000, 5_000, 70_000], 3),
    queuedDatagrams: from([1_024, ...few], 18),
    acceptQueue: from([4_096, ...few], 90),
    longestWait: from([Infinity, 50, 2_000], 450),
    receiveBytes: from([1_048_576, 1, 6, 1_000], 1_350),
  };
}

function optionsOf({ limits, policy }: Surroundings): SocketOptions {
  const allowed = [`!*:${String(forbiddenPort)}`, "*"];
  return {
    limits: limitsOf(limits),
    ...(policy
      ? {
          policy: {
            connect: allowed,
            sendTo: ({ port }) => port !== forbiddenPort,
            bind: allowed,
            listen: [`!*:${String(silentPort)}`, "*"],
          },
        }
      : {}),
  };
}

function worldLimits({ limits }: SocketOptions): WorldLimits {
  return {
    openSockets: limits?.openSockets ?? Infinity,
    longestWait: limits?.longestWait ?? Infinity,
    receiveBytes: limits?.receiveBytes ?? 1_048_576,
    bufferedBytes: limits?.bufferedBytes ?? 262_144,
  };
}

const passing = [0, 0, 1, 5, 30, 150, 1_000, 20_000, 140_000, 1_000_000];

/** Two machines of a memory network whose clock is advanced by the script. */
export function memoryWorld(surroundings: Surroundings): World {
  const network = createMemoryNetwork({
    seed: surroundings.seed,
    time: "manual",
  });
  const { clock } = network;
  const options = optionsOf(surroundings);
  const hosts = [
    { ipv4: ["10.0.0.1", "127.0.0.1"], ipv6: ["fd00::1", "::1"] },
    { ipv4: ["10.0.0.2", "127.0.0.1"], ipv6: ["fd00::2", "::1"] },
  ];
  const both = hosts.map(({ ipv4, ipv6 }) =>
    network.machine(ipv4[0] ?? "", ipv6[0] ?? ""),
  );
  network.name("first.test", ["10.0.0.1", "fd00::1"], 20);
  network.name(
    "second.test",
    ["10.0.0.77", "10.0.0.2", "fd00::77", "fd00::2"],
    3,
  );
  const machines = both.map((machine, index): WorldMachine => ({
    name: `M${String(index)}`,
    socket: machine.createAsyncSocket(options),
    hosts: hosts[index] ?? { ipv4: [], ipv6: [] },
    limits: worldLimits(options),
    isDisposed: false,
  }));
  const imposed: ImposedConditions[] = [];
  const { faults } = surroundings;
  return {
    name: "memory",
    families: ["ipv4", "ipv6"],
    machines,
    isVirtual: true,
    hasPolicy: surroundings.policy,
    isRoomy: surroundings.limits === 0,
    ports: [0, 0, 0, forbiddenPort, silentPort, 80],
    timeouts: [undefined, undefined, undefined, 0n, 1n, 40n, 3_000n],
    now: () => clock.now(),
    turn: () => clock.advance(0),
    pass: (pick) => clock.advance(passing[pick % passing.length] ?? 0),
    settle: () => clock.settle(),
    ...(faults === 0
      ? {}
      : {
          impose: (pick: number, other: number) => {
            const conditions = conditionsOf(faults, pick);
            const [near, far] = both;
            const way = [{}, { from: near }, { to: near }, { from: far }];
            imposed.push(
              network.impose(
                conditions,
                Object.fromEntries(
                  Object.entries(way[other % way.length] ?? {}),
                ),
              ),
            );
            return conditions;
          },
          lift: () => {
            imposed.pop()?.lift();
          },
          stall: async (pick: number) => {
            using _closed = network.impose({ way: "silent" });
            await clock.advance([1, 4, 26, 90][pick % 4] ?? 1);
          },
          reset: (one: SocketAddress, other: SocketAddress) =>
            network.reset(one, other),
          finish: (from: SocketAddress, to: SocketAddress) =>
            network.finish(from, to),
        }),
    left: () => clock.scheduled,
  };
}

/** Picks conditions of the kinds that `faults` enables. */
function conditionsOf(faults: number, pick: number): Conditions {
  const from = <T>(bit: number, list: readonly T[]): T | undefined =>
    (faults & (1 << bit)) === 0
      ? undefined
      : list[Math.floor(pick / (bit + 1)) % list.length];
  const conditions = {
    latency: from(0, [undefined, 0, 3, 25, 400]),
    jitter: from(1, [undefined, 20]),
    loss: from(2, [undefined, 0.1, 0.5, 1]),
    duplication: from(3, [undefined, 0.5, 1]),
    reordering: from(4, [undefined, 0.5]),
    bandwidth: from(5, [undefined, 100, 20_000]),
    way:
      from(6, [undefined, "silent", "open", "unreachable"] as const) ??
      from(7, [undefined, "refused"] as const),
  };
  return Object.fromEntries(
    Object.entries(conditions).filter(([, value]) => value !== undefined),
  );
}

/** Two Node backends in this process. */
export function nodeWorld(surroundings: Surroundings): World {
  const options = optionsOf(surroundings);
  const machines = ["M0", "M1"].map((name): WorldMachine => ({
    name,
    socket: createNodeSocket({
      ...options,
      deliveryTimeout: 2_000,
      lookup: (asked, { family }, callback) => {
        if (asked === unknownName)
          callback(Object.assign(new Error(asked), { code: "ENOTFOUND" }), []);
        else
          setTimeout(() => {
            callback(null, [
              { address: family === 4 ? "127.0.0.1" : "::1", family },
            ]);
          }, 2);
      },
    }),
    hosts: { ipv4: ["127.0.0.1"], ipv6: ["::1"] },
    limits: worldLimits(options),
    isDisposed: false,
  }));
  return {
    name: "node",
    families: nodeSupports.ipv6 ? ["ipv4", "ipv6"] : ["ipv4"],
    machines,
    isVirtual: false,
    hasPolicy: surroundings.policy,
    isRoomy: surroundings.limits === 0,
    ports: [0, 0, 0, surroundings.policy ? forbiddenPort : 0],
    timeouts: [undefined, undefined, undefined, 0n, 1n, 30n],
    now: () => performance.now(),
    turn: async () => {
      for (let count = 0; count < 3; count++) await turn();
    },
    pass: (pick) => sleep(pick % 4),
    settle: () => sleep(40),
    left: () => 0,
  };
}
