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
 * What a backend and its peer support. Tests that require something set to `false` are skipped, and their titles say
 * why. There is no other way to skip a test.
 */
export interface ConformanceSupports {
  /** Two calls may be pending at the same time, as in asynchronous backends. */
  readonly concurrent: boolean;
  /** IPv6 sockets. Default `true`. */
  readonly ipv6?: boolean;
  /** UDP sockets. Default `true`. */
  readonly udp?: boolean;
  /** A reset that comes after data is reported after the data. Default: `true`. */
  readonly resetAfterData?: boolean;
  /** `create` uses `setup.names`. Default: `true`. */
  readonly names?: boolean;
  /** `create` uses `setup.options`. Default: `true`. */
  readonly options?: boolean;
  /** The peer can reset a connection. Default: `true`. */
  readonly reset?: boolean;
  /** The peer can end its direction of a connection and still receive. Default: `true`. */
  readonly finish?: boolean;
  /** The peer can leave a connection neither accepted nor refused. Default: `true`. */
  readonly stall?: boolean;
  /**
   * Values that match no WIT type reach the backend unchanged. True if JavaScript calls it; false if a component in
   * between converts them. Default: `true`.
   */
  readonly untyped?: boolean;
  /** A connected UDP socket is told if nothing receives its datagrams. Default: `true`. */
  readonly refusedDatagrams?: boolean;
  /** UDP sockets that all use `set-reuse-address` can be bound to the same address. Default: `true`. */
  readonly sharedAddresses?: boolean;
  /** Connections to a socket that is bound but not listening are refused. Default: `true`. */
  readonly refusesBeforeListen?: boolean;
}

/** A feature that a test may require. */
export type Need = keyof ConformanceSupports;

/** What a test requires of the backend that `create` returns. */
export interface ConformanceSetup {
  /**
   * The addresses of names. The backend's own lookup must return them, in the family asked for. A name that is not
   * listed is unknown.
   */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** The same as a function in the form of Node's `dns.lookup`, for backends that accept one. */
  readonly lookup: LookupFunction;
  /** The policy and limits for the backend. */
  readonly options: SocketOptions;
}

/** A backend under test, with its peer. */
export interface ConformanceEndpoint {
  readonly socket: AsyncSocket | Socket;
  readonly peer: Peer;
  /** The clock of a backend with virtual time that advances by itself. Durations are then checked exactly. */
  readonly clock?: { now(): number };
  /**
   * Releases what `socket` and `peer` do not release themselves. The suite disposes of these if they are disposable.
   */
  [Symbol.asyncDispose]?(): PromiseLike<void>;
}

/**
 * The functions of a test runner that the suite uses. Those of Vitest fit, and so do those of `node:test` with an
 * `expect`.
 */
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

/** Options of {@link socketConformance}. */
export interface ConformanceOptions extends ConformanceRunner {
  /** Creates a backend and a peer for one test. */
  readonly create: (
    setup: ConformanceSetup,
  ) => ConformanceEndpoint | PromiseLike<ConformanceEndpoint>;
  readonly supports: ConformanceSupports;
  /** Watches tests whose thread may block forever. See `createWatchdog`. */
  readonly watchdog?: { begin(title: string): void; end(): void };
}

/** The additional requirements of a test. */
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

/** Disposes of a backend under test, then of its peer, then of the endpoint itself. */
async function dispose(endpoint: ConformanceEndpoint): Promise<void> {
  const socket: object = endpoint.socket;
  if (Symbol.asyncDispose in socket)
    await (socket as AsyncDisposable)[Symbol.asyncDispose]();
  else if (Symbol.dispose in socket) (socket as Disposable)[Symbol.dispose]();
  await endpoint.peer[Symbol.asyncDispose]();
  await endpoint[Symbol.asyncDispose]?.();
}

/** The names that every test can look up. */
export const knownNames: Readonly<Record<string, readonly string[]>> = {
  "peer.test": ["127.0.0.1", "::1"],
  // At the first address, nothing listens on the port of the peer.
  "several.test": ["127.0.0.2", "127.0.0.1", "::1"],
  "wildcard.test": ["0.0.0.0", "::"],
  "four.test": ["127.0.0.1"],
  "six.test": ["::1"],
};

const reasons: Readonly<Record<Need, string>> = {
  concurrent: "the backend supports only one pending call",
  ipv6: "the backend does not support IPv6",
  udp: "the backend does not support UDP",
  resetAfterData: "the backend does not report a reset after data",
  names: "the backend accepts no lookup function",
  options: "the backend accepts no policy and limits",
  reset: "the peer cannot reset a connection",
  finish: "the peer cannot half-close a connection",
  stall: "the peer cannot leave a connection attempt unanswered",
  untyped: "only values of the right types reach the backend",
  refusedDatagrams: "the network does not report refused datagrams",
  sharedAddresses: "an address cannot be shared by several UDP sockets",
  refusesBeforeListen: "the network accepts connections before listen",
};

/** Looks names up in {@link knownNames}, asynchronously, as resolvers do. */
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

/** Declares the tests in groups. */
export class Suite {
  readonly #options: ConformanceOptions;

  /** @throws TypeError - if `supports` has an unknown name: a misspelled feature would count as supported. */
  constructor(options: ConformanceOptions) {
    for (const name of Object.keys(options.supports)) {
      if (!Object.hasOwn(reasons, name))
        throw new TypeError(
          `supports: there is no ${name}; there are ${Object.keys(reasons).join(", ")}`,
        );
    }
    this.#options = options;
  }

  /** Declares a group of tests for one protocol, once for each address family. */
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
