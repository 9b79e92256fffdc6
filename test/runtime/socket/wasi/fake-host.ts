/**
 * WASI by script: sockets without a network, which do and fail as a test says, and a clock that leaps to the next alarm when
 * somebody waits. It is as strict as the specification: what would be a trap throws an `Error`.
 */
import type { WasiImports } from "@wit2ts/socket/wasi";

type Address =
  | { tag: "ipv4"; val: { port: number; address: number[] } }
  | {
      tag: "ipv6";
      val: {
        port: number;
        flowInfo: number;
        address: number[];
        scopeId: number;
      };
    };
interface IncomingDatagram {
  readonly data: Uint8Array;
  readonly remoteAddress: Address;
}

const millisecond = 1_000_000n;

/** Something to wait for. */
class Pollable {
  readonly isReady: () => boolean;
  /** When it becomes ready by itself. */
  readonly at: bigint | undefined;
  constructor(isReady: () => boolean, at?: bigint) {
    this.isReady = isReady;
    this.at = at;
  }
  [Symbol.dispose](): void {}
}

/** An address of IPv4 as WASI has it. */
export function wasiAddress(host: string, port: number): Address {
  return { tag: "ipv4", val: { port, address: host.split(".").map(Number) } };
}

export class FakeHost {
  /** The calls that were made, by their names in WIT. */
  readonly calls: string[] = [];
  /** What the next calls of a function throw; `ok` lets one pass. */
  readonly errors = new Map<string, unknown[]>();
  /** What the next reads give. Nothing left: there is nothing to read yet. */
  readonly input: (Uint8Array | "closed" | { readonly failed: string })[] = [];
  /** What the next checks allow to write, and send; 1,000 where nothing is said. */
  readonly permits: number[] = [];
  readonly written: Uint8Array[] = [];
  readonly datagrams: IncomingDatagram[] = [];
  readonly sent: { data: Uint8Array; remoteAddress?: Address | undefined }[] =
    [];
  /** What names stand for. */
  readonly names = new Map<string, readonly string[]>();
  /** Connections that nobody has accepted. */
  connections = 0;
  /** A host whose pollables are always ready, whatever there is. */
  isAlwaysReady = false;
  /** Is called when the clock has leapt to an alarm. */
  onLeap: () => void = () => undefined;
  /** The clock, in nanoseconds. */
  time = 1_000n * millisecond;
  /** The local addresses that were bound, and the remote ones that were connected to. */
  readonly bound: Address[] = [];
  readonly connected: Address[] = [];

  /** How often a function was called. */
  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  /** Notes a call, and throws what it is to throw. */
  #call(name: string): void {
    this.calls.push(name);
    const error = this.errors.get(name)?.shift();
    if (error !== undefined && error !== "ok") fail(error);
  }

  #pollable(isReady: () => boolean): Pollable {
    this.#call("subscribe");
    return new Pollable(() => this.isAlwaysReady || isReady());
  }

  #poll(pollables: readonly Pollable[]): number[] {
    const ready = (): number[] =>
      pollables.flatMap((each, index) => (each.isReady() ? [index] : []));
    const now = ready();
    if (now.length > 0) return now;
    const alarms = pollables.flatMap(({ at }) =>
      at === undefined ? [] : [at],
    );
    if (alarms.length === 0) throw new Error("this wait would never end");
    this.time = alarms.reduce((one, other) => (other < one ? other : one));
    this.onLeap();
    return ready();
  }

  #permit(): bigint {
    return BigInt(this.permits.shift() ?? 1_000);
  }

  #streams(): [object, object] {
    const read = (name: string, length: bigint): Uint8Array => {
      this.#call(name);
      const next = this.input.shift();
      if (next === undefined) return new Uint8Array(0);
      if (next === "closed") fail({ tag: "closed" });
      if ("failed" in next) {
        const val = {
          toDebugString: () => next.failed,
          [Symbol.dispose]: () => undefined,
        };
        fail({ tag: "last-operation-failed", val });
      }
      if (next.length > Number(length))
        this.input.unshift(next.subarray(Number(length)));
      return next.slice(0, Number(length));
    };
    const input = {
      read: (length: bigint) => read("read", length),
      blockingRead: (length: bigint) => {
        if (this.input.length === 0)
          throw new Error("this read would never end");
        return read("blocking-read", length);
      },
      subscribe: () => this.#pollable(() => this.input.length > 0),
      [Symbol.dispose]: () => undefined,
    };
    let permit = 0n;
    const output = {
      checkWrite: () => {
        this.#call("check-write");
        return (permit = this.#permit());
      },
      write: (data: Uint8Array) => {
        this.#call("write");
        if (BigInt(data.length) > permit)
          throw new Error("trap: more was written than was permitted");
        permit -= BigInt(data.length);
        this.written.push(data.slice());
      },
      flush: () => {
        this.#call("flush");
      },
      subscribe: () => this.#pollable(() => this.permits[0] !== 0),
      [Symbol.dispose]: () => undefined,
    };
    return [input, output];
  }

  #tcpSocket(): object {
    let local: Address | undefined;
    return {
      startBind: (_network: object, address: Address) => {
        this.#call("start-bind");
        if (address.val.port === 0) address.val.port = 50_000;
        local = address;
      },
      finishBind: () => {
        this.#call("finish-bind");
        if (local !== undefined) this.bound.push(local);
      },
      startConnect: (_network: object, address: Address) => {
        this.#call("start-connect");
        this.connected.push(address);
      },
      finishConnect: () => {
        this.#call("finish-connect");
        return this.#streams();
      },
      setListenBacklogSize: () => {
        this.#call("set-listen-backlog-size");
      },
      startListen: () => {
        this.#call("start-listen");
      },
      finishListen: () => {
        this.#call("finish-listen");
      },
      accept: () => {
        this.#call("accept");
        if (this.connections === 0) fail("would-block");
        this.connections -= 1;
        return [this.#tcpSocket(), ...this.#streams()];
      },
      localAddress: () => {
        this.#call("local-address");
        return local ?? wasiAddress("127.0.0.1", 40_000);
      },
      remoteAddress: () => {
        this.#call("remote-address");
        return this.connected.at(-1) ?? wasiAddress("127.0.0.1", 40_001);
      },
      subscribe: () => this.#pollable(() => true),
      shutdown: () => {
        this.#call("shutdown");
      },
      [Symbol.dispose]: () => undefined,
    };
  }

  #udpSocket(): object {
    let local = wasiAddress("0.0.0.0", 0);
    return {
      startBind: (_network: object, address: Address) => {
        this.#call("start-bind");
        if (address.val.port === 0) address.val.port = 50_000;
        local = address;
      },
      finishBind: () => {
        this.#call("finish-bind");
        this.bound.push(local);
      },
      stream: (peer: Address | undefined) => {
        this.#call("stream");
        if (peer !== undefined) this.connected.push(peer);
        let permit = 0n;
        return [
          {
            receive: (most: bigint) => {
              this.#call("receive");
              return this.datagrams.splice(0, Number(most));
            },
            subscribe: () => this.#pollable(() => this.datagrams.length > 0),
            [Symbol.dispose]: () => undefined,
          },
          {
            checkSend: () => {
              this.#call("check-send");
              return (permit = this.#permit());
            },
            send: (datagrams: FakeHost["sent"]) => {
              this.#call("send");
              if (BigInt(datagrams.length) > permit)
                throw new Error("trap: more was sent than was permitted");
              permit -= BigInt(datagrams.length);
              this.sent.push(...datagrams);
              return BigInt(datagrams.length);
            },
            subscribe: () => this.#pollable(() => this.permits[0] !== 0),
            [Symbol.dispose]: () => undefined,
          },
        ];
      },
      localAddress: () => {
        this.#call("local-address");
        return local;
      },
      subscribe: () => this.#pollable(() => true),
      [Symbol.dispose]: () => undefined,
    };
  }

  readonly imports: WasiImports = {
    sockets: {
      network: {},
      tcp: {},
      udp: {},
      instanceNetwork: { instanceNetwork: () => ({}) },
      tcpCreateSocket: {
        createTcpSocket: () => {
          this.#call("create-tcp-socket");
          return this.#tcpSocket();
        },
      },
      udpCreateSocket: {
        createUdpSocket: () => {
          this.#call("create-udp-socket");
          return this.#udpSocket();
        },
      },
      ipNameLookup: {
        resolveAddresses: (_network: object, name: string) => {
          this.#call("resolve-addresses");
          const found = [...(this.names.get(name) ?? [])];
          return {
            resolveNextAddress: () => {
              this.#call("resolve-next-address");
              const host = found.shift();
              return host === undefined
                ? undefined
                : { tag: "ipv4", val: host.split(".").map(Number) };
            },
            subscribe: () => this.#pollable(() => true),
            [Symbol.dispose]: () => undefined,
          };
        },
      },
    },
    io: {
      error: {},
      streams: {},
      poll: {
        poll: (pollables: readonly Pollable[]) => {
          this.#call("poll");
          return Uint32Array.from(this.#poll(pollables));
        },
      },
    },
    clocks: {
      monotonicClock: {
        now: () => this.time,
        resolution: () => 1n,
        subscribeInstant: (at: bigint) => {
          this.#call("subscribe-instant");
          return new Pollable(() => this.time >= at, at);
        },
        subscribeDuration: () => {
          throw new Error("instants are all that is needed");
        },
      },
    },
  };

  constructor() {
    const poll = (pollable: Pollable): void => {
      this.#poll([pollable]);
    };
    Object.defineProperty(Pollable.prototype, "block", {
      configurable: true,
      value(this: Pollable) {
        poll(this);
      },
    });
  }
}

/** Throws an error as jco does: bare. */
export function fail(error: unknown): never {
  throw error;
}
