import type {
  AddressFamily,
  AsyncSocket,
  Socket,
  SocketProtocol,
} from "@wit2ts/core-libs/socket";
import type { SocketOptions } from "../host/host.js";
import type { LookupFunction } from "../node/lookup.js";
import type { Peer } from "./peer.js";
import { TestContext } from "./context.js";

/**
 * What a backend and its peer can do. A test that needs what is `false` is skipped, and its title says why; there is no
 * other way to skip one.
 */
export interface ConformanceSupports {
  /** Two calls may be pending at a time: asynchronous backends. */
  readonly concurrent: boolean;
  /** IPv6 sockets. Default `true`. */
  readonly ipv6?: boolean;
  /** UDP sockets. Default `true`. */
  readonly udp?: boolean;
  /** A reset that comes after data is told after the data. Default `true`. */
  readonly resetAfterData?: boolean;
  /** `create` heeds `setup.names`. Default `true`. */
  readonly names?: boolean;
  /** `create` heeds `setup.options`. Default `true`. */
  readonly options?: boolean;
  /** The peer can break a connection off. Default `true`. */
  readonly reset?: boolean;
  /** The peer can end its direction of a connection and go on to receive. Default `true`. */
  readonly finish?: boolean;
  /** The peer can neither take nor refuse a connection. Default `true`. */
  readonly stall?: boolean;
  /**
   * Values that are of no type of the WIT reach the backend as they are: true where JavaScript calls it, false where a
   * component stands between, which converts them. Default `true`.
   */
  readonly untyped?: boolean;
  /** A connected UDP socket is told when nobody receives its datagrams. Default `true`. */
  readonly refusedDatagrams?: boolean;
  /** UDP sockets that all set `set-reuse-address` can be bound to one address. Default `true`. */
  readonly sharedAddresses?: boolean;
  /** Who connects to a socket that is bound but does not listen is refused. Default `true`. */
  readonly refusesBeforeListen?: boolean;
}

/** Something that a test may need. */
export type Need = keyof ConformanceSupports;

/** What a test asks of `create`. */
export interface ConformanceSetup {
  /**
   * What names stand for; the backend's own look-up is to answer with it, in the family asked for. A name that is not
   * here is unknown.
   */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** The same as a function like `dns.lookup` of Node, for backends that take one. */
  readonly lookup: LookupFunction;
  /** Policy and limits to give to the backend. */
  readonly options: SocketOptions;
}

/** One backend under test, with its other end. */
export interface ConformanceEndpoint {
  readonly socket: AsyncSocket | Socket;
  readonly peer: Peer;
  /** Where the backend has a time of its own, which passes by itself: durations are checked exactly then. */
  readonly clock?: { now(): number };
  /** Ends what `socket` and `peer` do not end themselves: those that can be disposed of are. */
  [Symbol.asyncDispose]?(): PromiseLike<void>;
}

/** What the tests use of a test runner: those of Vitest, and `node:test` with an `expect`, fit. */
export interface ConformanceRunner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: ((title: string, body: () => Promise<void>) => unknown) & {
    readonly skip: (title: string, body: () => Promise<void>) => unknown;
  };
  readonly expect: (
    actual: unknown,
    message?: string,
  ) => { toEqual(expected: unknown): unknown };
}

/** What the suite is given. */
export interface ConformanceOptions extends ConformanceRunner {
  /** Makes a backend and a peer, for one test. */
  readonly create: (
    setup: ConformanceSetup,
  ) => ConformanceEndpoint | PromiseLike<ConformanceEndpoint>;
  readonly supports: ConformanceSupports;
  /** Watches over tests whose thread may block for ever: see `createWatchdog`. */
  readonly watchdog?: { begin(title: string): void; end(): void };
}

/** What a test asks for beyond the usual. */
export interface TestRequest {
  readonly needs?: readonly Need[];
  readonly options?: SocketOptions;
}

/** Declares one test. */
export type Test = (
  title: string,
  ...rest:
    | [TestRequest, (t: TestContext) => Promise<void>]
    | [(t: TestContext) => Promise<void>]
) => void;

/** Ends a backend under test, then its peer, then whatever else belongs to them. */
async function dispose(endpoint: ConformanceEndpoint): Promise<void> {
  const socket: object = endpoint.socket;
  if (Symbol.asyncDispose in socket)
    await (socket as AsyncDisposable)[Symbol.asyncDispose]();
  else if (Symbol.dispose in socket) (socket as Disposable)[Symbol.dispose]();
  await endpoint.peer[Symbol.asyncDispose]();
  await endpoint[Symbol.asyncDispose]?.();
}

/** The names that every test may use. */
export const knownNames: Readonly<Record<string, readonly string[]>> = {
  "peer.test": ["127.0.0.1", "::1"],
  // Nothing listens at the first, at least not on the port of the peer.
  "several.test": ["127.0.0.2", "127.0.0.1", "::1"],
  "wildcard.test": ["0.0.0.0", "::"],
  "four.test": ["127.0.0.1"],
  "six.test": ["::1"],
};

const reasons: Readonly<Record<Need, string>> = {
  concurrent: "the backend has one call pending at a time",
  ipv6: "the backend has no IPv6",
  udp: "the backend has no UDP",
  resetAfterData: "the backend loses a reset that comes after data",
  names: "the look-up of names cannot be given to the backend",
  options: "policy and limits cannot be given to the backend",
  reset: "the peer cannot break a connection off",
  finish: "the peer cannot end one direction alone",
  stall: "the peer cannot leave a connection undecided",
  untyped: "only values of the right types reach the backend",
  refusedDatagrams: "the network does not tell that nobody receives a datagram",
  sharedAddresses: "the network gives an address to one UDP socket only",
  refusesBeforeListen: "the network takes connections before anybody listens",
};

/** Answers with {@link knownNames}, later than it is asked, as resolvers do. */
const lookup: LookupFunction = (name, { family }, callback) => {
  const addresses = (knownNames[name] ?? [])
    .filter((address) => address.includes(":") === (family === 6))
    .map((address) => ({ address, family }));
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
    code: "ENOTFOUND",
  });
  setTimeout(() => {
    if (addresses.length > 0) callback(null, addresses);
    else callback(error, []);
  }, 1);
};

/** Declares the tests, group by group. */
export class Suite {
  readonly #options: ConformanceOptions;

  /** @throws TypeError for something in `supports` that no test knows of: it would be taken for supported. */
  constructor(options: ConformanceOptions) {
    for (const name of Object.keys(options.supports)) {
      if (!Object.hasOwn(reasons, name))
        throw new TypeError(
          `supports: there is no ${name}; there are ${Object.keys(reasons).join(", ")}`,
        );
    }
    this.#options = options;
  }

  /** A group of tests over one protocol, once for each family. */
  group(
    title: string,
    protocol: SocketProtocol,
    body: (test: Test, family: AddressFamily) => void,
  ): void {
    for (const family of ["ipv4", "ipv6"] as const) {
      const needs: Need[] = [];
      if (family === "ipv6") needs.push("ipv6");
      if (protocol === "udp") needs.push("udp");
      const label = `${title}, ${protocol.toUpperCase()} over ${family === "ipv4" ? "IPv4" : "IPv6"}`;
      this.#options.describe(label, () => {
        body(this.#declarer(label, family, needs), family);
      });
    }
  }

  #declarer(
    group: string,
    family: AddressFamily,
    groupNeeds: readonly Need[],
  ): Test {
    const { it, create, supports, expect, watchdog } = this.#options;
    return (title, ...rest) => {
      const [request, body] = rest.length === 1 ? [{}, rest[0]] : rest;
      const run = async (): Promise<void> => {
        watchdog?.begin(`${group}: ${title}`);
        try {
          const endpoint = await create({
            names: knownNames,
            lookup,
            options: request.options ?? {},
          });
          try {
            await body(
              new TestContext(endpoint, family, expect, supports.untyped),
            );
          } finally {
            await dispose(endpoint);
          }
        } finally {
          watchdog?.end();
        }
      };
      const needs: readonly Need[] = [
        ...groupNeeds,
        ...(request.needs ?? []),
        ...(request.options ? (["options"] as const) : []),
      ];
      const missing = needs.find((need) => supports[need] === false);
      if (missing === undefined) it(title, run);
      else it.skip(`${title} (skipped: ${reasons[missing]})`, run);
    };
  }
}
