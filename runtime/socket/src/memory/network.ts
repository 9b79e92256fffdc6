import type { Family, NumericAddress } from "../driver.js";
import type { VirtualClock } from "./clock.js";
import {
  checkConditions,
  openPath,
  type Conditions,
  type Path,
} from "./conditions.js";
import type { Flow } from "./flow.js";
import { familyOf, type Machine } from "./machine.js";
import type { Random } from "./random.js";
import type { StreamSocket } from "./tcp.js";

interface Rule {
  readonly conditions: Conditions;
  readonly from: Machine | undefined;
  readonly to: Machine | undefined;
}

/** The result of a name lookup: addresses in the order in which to try them, or an error code. */
export type NameEntry =
  | { readonly addresses: readonly string[]; readonly delay: number }
  | { readonly error: string; readonly delay: number };

/** What the machines of one network share: clock, random generator, names, connections and conditions. */
export class Network {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** The connections, each represented by its client end. */
  readonly connections: Set<StreamSocket> = new Set<StreamSocket>();
  /** Flows with segments that wait for the way to open. */
  readonly heldFlows: Set<Flow> = new Set<Flow>();
  readonly #machines = new Map<string, Machine>();
  readonly #names = new Map<string, NameEntry>();
  #rules: Rule[] = [];
  /** A cache of the combined conditions between two machines. Cleared when a rule changes. */
  readonly #paths = new Map<Machine, Map<Machine, Path>>();

  constructor(clock: VirtualClock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Registers the addresses of a machine.
   *
   * @throws Error - if another machine has one of the addresses.
   */
  add(machine: Machine, addresses: readonly string[]): void {
    for (const address of addresses) {
      const owner = this.#machines.get(address);
      if (owner !== undefined)
        throw new Error(`${address} is already an address of ${owner.name}`);
    }
    for (const address of addresses) this.#machines.set(address, machine);
  }

  machineAt(host: string): Machine | undefined {
    return this.#machines.get(host);
  }

  setName(name: string, entry: NameEntry): void {
    this.#names.set(keyOf(name), entry);
  }

  /** Returns the result of looking up a name in one family, or `undefined` if the name is unknown. */
  lookup(name: string, family: Family): NameEntry | undefined {
    const entry = this.#names.get(keyOf(name));
    if (entry === undefined || "error" in entry) return entry;
    const addresses = entry.addresses.filter(
      (address) => familyOf(address) === family,
    );
    return { addresses, delay: entry.delay };
  }

  /**
   * Imposes conditions on the way between machines. Later ones override earlier ones field by field. Returns a function
   * that lifts them.
   */
  impose(
    conditions: Conditions,
    from: Machine | undefined,
    to: Machine | undefined,
  ): () => void {
    checkConditions(conditions);
    const rule = { conditions: { ...conditions }, from, to };
    this.#rules.push(rule);
    this.#conditionsChanged();
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
      this.#conditionsChanged();
    };
  }

  path(from: Machine, to: Machine): Path {
    let paths = this.#paths.get(from);
    if (paths === undefined)
      this.#paths.set(from, (paths = new Map<Machine, Path>()));
    let path = paths.get(to);
    if (path === undefined) {
      const applying = this.#rules
        .filter(
          (rule) => (rule.from ?? from) === from && (rule.to ?? to) === to,
        )
        .map((rule) => definedFields(rule.conditions));
      path = Object.assign({ ...openPath }, ...applying) as Path;
      paths.set(to, path);
    }
    return path;
  }

  /** Calls `callback` after `delay` milliseconds, or synchronously if the delay is 0. */
  after(delay: number, callback: () => void): void {
    if (delay > 0) this.clock.schedule(delay, callback);
    else callback();
  }

  /** Yields the connections between two ends, each represented by its socket at `one`. `undefined` matches any end. */
  *connectionsBetween(
    one: Machine | NumericAddress | undefined,
    other: Machine | NumericAddress | undefined,
  ): Generator<StreamSocket> {
    for (const client of [...this.connections]) {
      const server = client.other;
      if (server === undefined) continue;
      if (isEnd(client, one) && isEnd(server, other)) yield client;
      else if (isEnd(server, one) && isEnd(client, other)) yield server;
    }
  }

  #conditionsChanged(): void {
    this.#paths.clear();
    for (const flow of [...this.heldFlows]) flow.reconsider();
  }
}

/** Normalizes a name: names are case-insensitive, and the trailing dot of the root is optional. */
function keyOf(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function isEnd(
  socket: StreamSocket,
  end: Machine | NumericAddress | undefined,
): boolean {
  if (end === undefined || end === socket.machine) return true;
  return (
    "port" in end &&
    socket.local?.host === end.host &&
    socket.local.port === end.port
  );
}

/** Returns the fields that are not `undefined`, because those must not override earlier conditions. */
function definedFields(conditions: Conditions): Conditions {
  return Object.fromEntries(
    Object.entries(conditions).filter(([, value]) => value !== undefined),
  );
}
