/**
 * A scripted WASI host: sockets without a network, which succeed and fail as a test defines, and a clock that jumps to
 * the next alarm when the caller waits. It is as strict as the specification: what would be a trap throws an `Error`.
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

/** A pollable of WASI. */
class Pollable {
  readonly isReady: () => boolean;
  /** The time at which it becomes ready by itself, in nanoseconds. */
  readonly at: bigint | undefined;
  constructor(isReady: () => boolean, at?: bigint) {
    this.isReady = isReady;
    this.at = at;
  }
  [Symbol.dispose](): void {}
}

/** Creates an IPv4 address in the format of WASI. */
export function wasiAddress(host: string, port: number): Address {
  return { tag: "ipv4", val: { port, address: host.split(".").map(Number) } };
}

export class FakeHost {
  /** The WIT names of the calls that were made. */
  readonly calls: string[] = [];
  /** The errors that the next calls of a function throw; `ok` lets one succeed. */
  readonly errors = new Map<string, unknown[]>();
  /** The results of the next reads. If it is empty, there is nothing to read yet. */
  readonly input: (Uint8Array | "closed" | { readonly failed: string })[] = [];
  /** The permits that the next calls of `check-write` and `check-send` return; 1,000 if it is empty. */
  readonly permits: number[] = [];
  readonly written: Uint8Array[] = [];
  readonly datagrams: IncomingDatagram[] = [];
  readonly sent: { data: Uint8Array; remoteAddress?: Address | undefined }[] =
    [];
  /** The addresses of names. */
  readonly names = new Map<string, readonly string[]>();
  /** The number of connections that wait for `accept`. */
  connections = 0;
  /** Makes the pollables of streams and sockets always ready. */
  isAlwaysReady = false;
  /** Called when the clock has jumped to an alarm. */
  onLeap: () => void = () => undefined;
  /** The clock, in nanoseconds. */
  time = 1_000n * millisecond;
  /** The local addresses that were bound. */
  readonly bound: Address[] = [];
  /** The remote addresses that were connected to. */
  readonly connected: Address[] = [];

  /** The number of calls of a function. */
  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  /** Records a call, and throws the error that is set for it, if any. */
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

/** Throws a bare error value, as jco does. */
export function fail(error: unknown): never {
  throw error;
}
