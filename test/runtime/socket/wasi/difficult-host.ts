/**
 * A `wasi:sockets` over a memory network that makes things as difficult as it may: it reads and takes less than it could, says
 * `would-block` when it need not, and that something is ready when it is not. It is as strict as the specification: what would
 * be a trap throws an `Error`.
 */
import type { SocketAddress, SocketError } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import {
  createMemoryNetwork,
  type MemoryMachine,
  type MemoryNetwork,
} from "@wit2ts/socket/memory";
import type { BlockingSocketBackend, WasiImports } from "@wit2ts/socket/wasi";
import { fail } from "./fake-host.js";
import { SeededRandom } from "./seeded-random.js";
import {
  fromWasi,
  toIpAddress,
  toWasi,
  type WasiAddress,
} from "./wasi-address.js";

const nanoseconds = 1_000_000;

/** How difficult a host is: chances, from 0 to 1. */
export interface Difficulties {
  /** Of `would-block`, nothing read and nothing permitted, where there is something. */
  readonly refusal: number;
  /** Of a pollable that says it is ready, and is not. */
  readonly idleWake: number;
  /** Of an error that nothing has led to, of any call that can fail. */
  readonly error: number;
}

/** What stands for an error that nothing has led to. */
const strayErrors = [
  "unknown",
  "access-denied",
  "not-supported",
  "invalid-argument",
  "out-of-memory",
  "timeout",
  "concurrency-conflict",
  "not-in-progress",
  "invalid-state",
  "new-socket-limit",
  "address-not-bindable",
  "address-in-use",
  "remote-unreachable",
  "connection-refused",
  "connection-reset",
  "connection-aborted",
] as const;

/** What the errors of the memory network are called in WASI. */
const codes: Readonly<Record<SocketError, string>> = {
  "connection-refused": "connection-refused",
  "connection-reset": "connection-reset",
  "connection-aborted": "connection-aborted",
  "network-unreachable": "remote-unreachable",
  "address-in-use": "address-in-use",
  "address-not-available": "address-not-bindable",
  timeout: "timeout",
  "would-block": "would-block",
  "invalid-input": "invalid-argument",
  other: "unknown",
};

/** Something to wait for. */
class Pollable {
  readonly #host: DifficultHost;
  readonly isReady: () => boolean;
  /** When it becomes ready by itself, in milliseconds. */
  readonly at: number | undefined;

  constructor(host: DifficultHost, isReady: () => boolean, at?: number) {
    this.#host = host;
    this.isReady = isReady;
    this.at = at;
  }

  ready(): boolean {
    return this.isReady();
  }

  block(): void {
    this.#host.poll([this]);
  }

  [Symbol.dispose](): void {}
}

/** The most that a stream takes before it has given it away. */
const mostTaken = 5_000;

export class DifficultHost {
  readonly imports: WasiImports;
  readonly random: SeededRandom;
  readonly #difficulties: Difficulties;
  readonly #network: MemoryNetwork;
  readonly #machine: MemoryMachine;
  readonly #sockets: BlockingSocketBackend;
  readonly #names: Readonly<Record<string, readonly string[]>>;
  /** Bytes that streams have taken and not given away yet; after its resource is gone as well. */
  readonly #pushing = new Set<() => void>();
  /** Errors that nothing has led to, from now on or not. */
  areErrorsOff = false;

  constructor(
    seed: number,
    difficulties: Difficulties,
    names: Readonly<Record<string, readonly string[]>>,
  ) {
    this.random = new SeededRandom(seed);
    this.#difficulties = difficulties;
    this.#names = names;
    this.#network = createMemoryNetwork({ time: "manual", seed });
    this.#machine = this.#network.machine("10.0.0.1", "fd00::1");
    this.#sockets = this.#machine.createSocket({ nonBlocking: true });
    this.imports = this.#imports();
  }

  /** The sockets that resources have left open beneath. */
  leftOpen(): number {
    return this.#sockets.openHandles().length;
  }

  /** Waits until one is ready, or seems so. */
  poll(pollables: readonly Pollable[]): number[] {
    if (pollables.length === 0) throw new Error("trap: nothing to poll");
    const { clock } = this.#network;
    const idle = pollables.flatMap((each, index) =>
      each.at === undefined && this.random.happens(this.#difficulties.idleWake)
        ? [index]
        : [],
    );
    if (idle.length > 0) return idle;
    for (;;) {
      this.#push();
      const ready = pollables.flatMap((each, index) =>
        each.isReady() ? [index] : [],
      );
      if (ready.length > 0) return ready;
      const alarm = Math.min(...pollables.map(({ at }) => at ?? Infinity));
      if (clock.step(alarm)) continue;
      if (alarm === Infinity) throw new Error("this wait would never end");
      clock.leap(alarm);
    }
  }

  #push(): void {
    for (const push of [...this.#pushing]) push();
  }

  #refuses(): boolean {
    return this.random.happens(this.#difficulties.refusal);
  }

  /** An error that nothing has led to. */
  #stray(): void {
    if (this.areErrorsOff || !this.random.happens(this.#difficulties.error))
      return;
    fail(strayErrors[this.random.within(0, strayErrors.length - 1)]);
  }

  /** Says `would-block` without a reason, or fails. */
  #balk(): void {
    this.#stray();
    if (this.#refuses()) fail("would-block");
  }

  #value<T>(result: Result<T, SocketError>): T {
    if (result.tag === "err") fail(codes[result.val]);
    return result.val;
  }

  #streamFailure(error: SocketError): never {
    const val = {
      toDebugString: () =>
        error === "connection-reset" ? "Connection reset by peer" : error,
      [Symbol.dispose]: () => undefined,
    };
    fail({ tag: "last-operation-failed", val });
  }

  #strayStreamFailure(): void {
    if (this.areErrorsOff || !this.random.happens(this.#difficulties.error))
      return;
    if (this.random.happens(0.3)) fail({ tag: "closed" });
    this.#streamFailure("connection-reset");
  }

  /** Closes a socket beneath, once what its stream has taken is given away. */
  #release(handle: number): void {
    this.#sockets.close(handle);
  }

  #streams(
    handle: number,
    connection: { taken: Uint8Array },
  ): [object, object] {
    const sockets = this.#sockets;
    /** What was read to find out whether there is something. */
    let ahead: Result<Uint8Array, SocketError> | undefined;
    const isReadable = (): boolean => {
      ahead ??= sockets.receive(handle, 700n);
      if (ahead.tag === "err" && ahead.val === "would-block") ahead = undefined;
      return ahead !== undefined;
    };
    let isOver = false;
    const take = (length: bigint): Uint8Array => {
      if (isOver) fail({ tag: "closed" });
      if (length === 0n || !isReadable() || ahead === undefined)
        return new Uint8Array(0);
      if (ahead.tag === "err") {
        isOver = true;
        this.#streamFailure(ahead.val);
      }
      if (ahead.val.length === 0) {
        isOver = true;
        fail({ tag: "closed" });
      }
      const most = Math.min(Number(length), ahead.val.length);
      const part = this.random.within(1, most);
      const taken = ahead.val.slice(0, part);
      ahead =
        part === ahead.val.length
          ? undefined
          : { tag: "ok", val: ahead.val.slice(part) };
      return taken;
    };
    const input = {
      read: (length: bigint) => {
        this.#strayStreamFailure();
        return this.#refuses() && !isOver ? new Uint8Array(0) : take(length);
      },
      blockingRead: (length: bigint) => {
        this.#strayStreamFailure();
        if (!isOver && length > 0n)
          while (!isReadable()) new Pollable(this, isReadable).block();
        return take(length);
      },
      subscribe: () => new Pollable(this, () => isOver || isReadable()),
      [Symbol.dispose]: () => undefined,
    };
    let failure: SocketError | undefined;
    const push = (): void => {
      while (connection.taken.length > 0 && failure === undefined) {
        const sent = sockets.send(handle, connection.taken);
        if (sent.tag === "ok")
          connection.taken = connection.taken.slice(Number(sent.val));
        else if (sent.val === "would-block") return;
        else failure = sent.val;
      }
      this.#pushing.delete(push);
    };
    let permit = 0n;
    let wasTold = false;
    const check = (): void => {
      if (failure === undefined) return;
      if (wasTold) fail({ tag: "closed" });
      wasTold = true;
      this.#streamFailure(failure);
    };
    const output = {
      checkWrite: (): bigint => {
        this.#strayStreamFailure();
        push();
        check();
        permit =
          connection.taken.length > 0
            ? 0n
            : BigInt(this.#refuses() ? 0 : this.random.within(1, mostTaken));
        return permit;
      },
      write: (data: Uint8Array): void => {
        if (BigInt(data.length) > permit)
          throw new Error("trap: more was written than was permitted");
        permit -= BigInt(data.length);
        check();
        const all = new Uint8Array(connection.taken.length + data.length);
        all.set(connection.taken);
        all.set(data, connection.taken.length);
        connection.taken = all;
        this.#pushing.add(push);
        if (this.random.happens(0.5)) push();
      },
      flush: () => undefined,
      subscribe: () =>
        new Pollable(this, () => {
          push();
          return connection.taken.length === 0 || failure !== undefined;
        }),
      [Symbol.dispose]: () => undefined,
    };
    return [input, output];
  }

  #tcpSocket(handle: number): object {
    const sockets = this.#sockets;
    type State =
      | "unbound"
      | "binding"
      | "bound"
      | "connecting"
      | "listening"
      | "beginning"
      | "connected"
      | "broken";
    let state: State = "unbound";
    let target: SocketAddress | undefined;
    const connection = { taken: new Uint8Array(0) };
    /** What was accepted to find out whether there is anything. */
    let ahead: Result<number, SocketError> | undefined;
    const isAcceptable = (): boolean => {
      ahead ??= sockets.accept(handle);
      if (ahead.tag === "err" && ahead.val === "would-block") ahead = undefined;
      return ahead !== undefined;
    };
    const expect = (...states: State[]): void => {
      if (!states.includes(state)) fail("invalid-state");
    };
    const socket = {
      connected: () => {
        state = "connected";
        return this.#streams(handle, connection);
      },
      startBind: (_network: object, address: WasiAddress) => {
        expect("unbound");
        this.#stray();
        target = fromWasi(address);
        state = "binding";
      },
      finishBind: () => {
        if (state !== "binding" || target === undefined)
          fail("not-in-progress");
        if (this.#refuses()) fail("would-block");
        state = "unbound";
        this.#stray();
        this.#value(sockets.bind(handle, target));
        state = "bound";
      },
      startConnect: (_network: object, address: WasiAddress) => {
        expect("unbound", "bound");
        this.#stray();
        target = fromWasi(address);
        state = "connecting";
      },
      finishConnect: () => {
        if (state !== "connecting" || target === undefined)
          fail("not-in-progress");
        if (this.#refuses()) fail("would-block");
        state = "broken";
        this.#stray();
        this.#value(sockets.connect(handle, target));
        return socket.connected();
      },
      setListenBacklogSize: (value: bigint) => {
        if (value === 0n) fail("invalid-argument");
        this.#stray();
        if (this.random.happens(0.5)) fail("not-supported");
      },
      startListen: () => {
        expect("bound");
        this.#stray();
        state = "beginning";
      },
      finishListen: () => {
        if (state !== "beginning") fail("not-in-progress");
        if (this.#refuses()) fail("would-block");
        state = "bound";
        this.#stray();
        this.#value(sockets.listen(handle, 128));
        state = "listening";
      },
      accept: () => {
        expect("listening");
        this.#balk();
        if (!isAcceptable() || ahead === undefined) fail("would-block");
        const next = ahead;
        ahead = undefined;
        const accepted = this.#tcpSocket(this.#value(next));
        return [accepted, ...(accepted as typeof socket).connected()];
      },
      localAddress: () => {
        this.#stray();
        return toWasi(this.#value(sockets.getLocalAddress(handle)));
      },
      remoteAddress: () => {
        this.#stray();
        return toWasi(this.#value(sockets.getPeerAddress(handle)));
      },
      subscribe: () =>
        new Pollable(this, () => state !== "listening" || isAcceptable()),
      [Symbol.dispose]: () => {
        if (ahead?.tag === "ok") this.#release(ahead.val);
        // What was taken is given away as far as there is room; what is left goes with the socket.
        if (connection.taken.length > 0) sockets.send(handle, connection.taken);
        this.#release(handle);
      },
    };
    return socket;
  }

  #udpSocket(handle: number): object {
    const sockets = this.#sockets;
    let state: "unbound" | "binding" | "bound" = "unbound";
    let target: SocketAddress | undefined;
    let ahead: Result<[Uint8Array, SocketAddress], SocketError> | undefined;
    const isReadable = (): boolean => {
      ahead ??= sockets.receiveFrom(handle, 70_000n);
      if (ahead.tag === "err" && ahead.val === "would-block") ahead = undefined;
      return ahead !== undefined;
    };
    return {
      startBind: (_network: object, address: WasiAddress) => {
        if (state !== "unbound") fail("invalid-state");
        this.#stray();
        target = fromWasi(address);
        state = "binding";
      },
      finishBind: () => {
        if (state !== "binding" || target === undefined)
          fail("not-in-progress");
        if (this.#refuses()) fail("would-block");
        state = "unbound";
        this.#stray();
        this.#value(sockets.bind(handle, target));
        state = "bound";
      },
      stream: (remote: WasiAddress | undefined) => {
        if (state !== "bound") fail("invalid-state");
        this.#stray();
        if (remote !== undefined)
          this.#value(sockets.connect(handle, fromWasi(remote)));
        const peer = remote;
        // What was looked at before may be of another peer.
        if (peer !== undefined && ahead?.tag === "ok") {
          const [, sender] = ahead.val;
          const { host, port } = fromWasi(peer);
          if (sender.host !== host || sender.port !== port) ahead = undefined;
        }
        let permit = 0n;
        return [
          {
            receive: (most: bigint) => {
              this.#stray();
              const received: object[] = [];
              while (
                BigInt(received.length) < most &&
                !this.#refuses() &&
                isReadable() &&
                ahead !== undefined
              ) {
                if (ahead.tag === "err") {
                  // Those before it come first.
                  if (received.length > 0) break;
                  const { val } = ahead;
                  ahead = undefined;
                  fail(codes[val]);
                }
                const [data, sender] = ahead.val;
                ahead = undefined;
                received.push({ data, remoteAddress: toWasi(sender) });
              }
              return received;
            },
            subscribe: () => new Pollable(this, isReadable),
            [Symbol.dispose]: () => undefined,
          },
          {
            checkSend: () => {
              this.#stray();
              return (permit = BigInt(
                this.#refuses() ? 0 : this.random.within(1, 4),
              ));
            },
            send: (
              datagrams: readonly {
                readonly data: Uint8Array;
                readonly remoteAddress?: WasiAddress | undefined;
              }[],
            ) => {
              if (BigInt(datagrams.length) > permit)
                throw new Error("trap: more was sent than was permitted");
              this.#stray();
              if (this.#refuses()) return 0n;
              let sent = 0n;
              for (const { data, remoteAddress } of datagrams) {
                if (remoteAddress === undefined && peer === undefined)
                  fail("invalid-argument");
                const result =
                  remoteAddress === undefined
                    ? sockets.send(handle, data)
                    : sockets.sendTo(handle, data, fromWasi(remoteAddress));
                if (result.tag === "err") {
                  if (sent > 0n) return sent;
                  const isTooLarge = data.length > 65_000;
                  fail(
                    isTooLarge && result.val === "invalid-input"
                      ? "datagram-too-large"
                      : codes[result.val],
                  );
                }
                sent += 1n;
              }
              permit -= sent;
              return sent;
            },
            subscribe: () => new Pollable(this, () => true),
            [Symbol.dispose]: () => undefined,
          },
        ];
      },
      localAddress: () => {
        this.#stray();
        if (state !== "bound") fail("invalid-state");
        return toWasi(this.#value(sockets.getLocalAddress(handle)));
      },
      subscribe: () => new Pollable(this, () => true),
      [Symbol.dispose]: () => {
        this.#release(handle);
      },
    };
  }

  #imports(): WasiImports {
    const { clock } = this.#network;
    const create = (
      family: "ipv4" | "ipv6",
      protocol: "tcp" | "udp",
    ): number => {
      this.#stray();
      return this.#value(this.#sockets.createSocket(family, protocol));
    };
    return {
      sockets: {
        network: {},
        tcp: {},
        udp: {},
        instanceNetwork: {
          instanceNetwork: () => ({ [Symbol.dispose]: () => undefined }),
        },
        tcpCreateSocket: {
          createTcpSocket: (family: "ipv4" | "ipv6") =>
            this.#tcpSocket(create(family, "tcp")),
        },
        udpCreateSocket: {
          createUdpSocket: (family: "ipv4" | "ipv6") =>
            this.#udpSocket(create(family, "udp")),
        },
        ipNameLookup: {
          resolveAddresses: (_network: object, name: string) => {
            this.#stray();
            const found = this.#names[name]?.map(toIpAddress);
            return {
              resolveNextAddress: () => {
                this.#balk();
                if (found === undefined) fail("name-unresolvable");
                return found.shift();
              },
              subscribe: () => new Pollable(this, () => true),
              [Symbol.dispose]: () => undefined,
            };
          },
        },
      },
      io: {
        error: {},
        streams: {},
        poll: {
          poll: (pollables: readonly Pollable[]) =>
            Uint32Array.from(this.poll(pollables)),
        },
      },
      clocks: {
        monotonicClock: {
          now: () => BigInt(Math.round(clock.now() * nanoseconds)),
          resolution: () => 1n,
          subscribeInstant: (at: bigint) => {
            const time = Number(at) / nanoseconds;
            return new Pollable(this, () => clock.now() >= time, time);
          },
          subscribeDuration: () => {
            throw new Error("instants are all that is needed");
          },
        },
      },
    };
  }
}
