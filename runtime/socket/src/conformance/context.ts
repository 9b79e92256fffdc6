import type {
  AddressFamily,
  AsyncSocket,
  Socket,
  SocketAddress,
  SocketError,
  SocketProtocol,
} from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import { Digest } from "./pattern.js";
import type { Peer, PeerObservation, PeerRun, PeerStep } from "./peer.js";
import type { ConformanceEndpoint, ConformanceRunner } from "./suite.js";

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/** The context of one test: the backend, its peer, and helpers for common steps. */
export class TestContext {
  readonly socket: AsyncSocket | Socket;
  readonly peer: Peer;
  readonly clock: { now(): number } | undefined;
  readonly family: AddressFamily;
  /** The loopback address of the family. */
  readonly loopback: string;
  readonly wildcard: string;
  /** A numeric address of the other family. */
  readonly foreign: string;
  readonly #expect: ConformanceRunner["expect"];

  /** Whether values that match no WIT type reach the backend unchanged. */
  readonly isUntyped: boolean;

  constructor(
    endpoint: ConformanceEndpoint,
    family: AddressFamily,
    expect: ConformanceRunner["expect"],
    isUntyped = true,
  ) {
    this.isUntyped = isUntyped;
    this.socket = endpoint.socket;
    this.peer = endpoint.peer;
    this.clock = endpoint.clock;
    this.family = family;
    this.loopback = family === "ipv4" ? "127.0.0.1" : "::1";
    this.wildcard = family === "ipv4" ? "0.0.0.0" : "::";
    this.foreign = family === "ipv4" ? "::1" : "127.0.0.1";
    this.#expect = expect;
  }

  /** Expects two values to be equal. Byte arrays are compared by content, regardless of their class. */
  equal(actual: unknown, expected: unknown, message?: string): void {
    this.#expect(plain(actual), message).toEqual(plain(expected));
  }

  /** Expects a success and returns its value. */
  async ok<T>(
    call: Awaitable<Result<T, SocketError>>,
    message?: string,
  ): Promise<T> {
    const result = await call;
    if (result.tag === "ok") return result.val;
    this.equal(result, { tag: "ok" }, message);
    throw new Error(`expected a success, not ${result.val}`);
  }

  /** Expects a failure with one of these errors. */
  async fails(
    call: Awaitable<Result<unknown, SocketError>>,
    error: SocketError | readonly SocketError[],
    message?: string,
  ): Promise<void> {
    const result = await call;
    const errors: readonly SocketError[] =
      typeof error === "string" ? [error] : error;
    const expected =
      result.tag === "err" && errors.includes(result.val)
        ? result.val
        : errors[0];
    this.equal(result, { tag: "err", val: expected }, message);
  }

  create(protocol: SocketProtocol): Promise<number> {
    return this.ok(this.socket.createSocket(this.family, protocol));
  }

  /** Creates a socket that is bound to a free port on loopback. */
  async bound(
    protocol: SocketProtocol,
  ): Promise<{ handle: number; address: SocketAddress }> {
    const handle = await this.create(protocol);
    await this.ok(this.socket.bind(handle, { host: this.loopback, port: 0 }));
    return {
      handle,
      address: await this.ok(this.socket.getLocalAddress(handle)),
    };
  }

  async listening(
    backlog = 16,
  ): Promise<{ handle: number; address: SocketAddress }> {
    const bound = await this.bound("tcp");
    await this.ok(this.socket.listen(bound.handle, backlog));
    return bound;
  }

  /** Creates a TCP socket that is connected to a peer, which runs the steps after it has accepted. */
  async connected(
    ...steps: PeerStep[]
  ): Promise<{ handle: number; run: PeerRun }> {
    const run = await this.peer.run([
      { step: "listen", family: this.family },
      { step: "accept" },
      ...steps,
    ]);
    const handle = await this.create("tcp");
    await this.ok(this.socket.connect(handle, run.address));
    return { handle, run };
  }

  /**
   * Creates a TCP socket that is connected to a peer, which runs the steps only after `tell` is called and reads
   * nothing until then. `tell` uses a separate connection, which comes first in the observations of `accept` and
   * `receive`.
   */
  async connectedToIdlePeer(
    ...steps: PeerStep[]
  ): Promise<{ handle: number; run: PeerRun; tell: () => Promise<void> }> {
    const run = await this.peer.run([
      { step: "listen", family: this.family },
      { step: "accept" },
      { step: "receive", length: 1 },
      { step: "accept" },
      ...steps,
    ]);
    const signal = await this.create("tcp");
    await this.ok(this.socket.connect(signal, run.address));
    const handle = await this.create("tcp");
    await this.ok(this.socket.connect(handle, run.address));
    const tell = async (): Promise<void> => {
      await this.ok(this.socket.send(signal, bytes("!")));
    };
    return { handle, run, tell };
  }

  /** Creates a UDP socket that is connected to a peer, which runs the steps. */
  async connectedDatagrams(
    ...steps: PeerStep[]
  ): Promise<{ handle: number; run: PeerRun }> {
    const run = await this.peer.run([
      { step: "bind", family: this.family },
      ...steps,
    ]);
    const handle = await this.create("udp");
    await this.ok(this.socket.connect(handle, run.address));
    return { handle, run };
  }

  /** Returns an address that is not in use. */
  async vacant(protocol: SocketProtocol): Promise<SocketAddress> {
    return (
      await this.peer.run([{ step: "vacate", family: this.family, protocol }])
    ).address;
  }

  /** Receives until the end of the stream and returns the digest of all bytes. */
  async receiveAll(handle: number): Promise<Digest> {
    const digest = new Digest();
    for (;;) {
      const most = 262_144;
      const data = await this.ok(this.socket.receive(handle, BigInt(most)));
      if (data.length === 0) return digest;
      this.equal(
        data.length <= most,
        true,
        "a receive gives at most max-len bytes",
      );
      digest.add(data);
      // The caller owns the bytes: changing them must not affect later calls.
      data.fill(0xee);
    }
  }

  /** Receives exactly `length` bytes in as many calls as necessary, or fewer if the stream ends. */
  async receiveExactly(handle: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const data = await this.ok(
        this.socket.receive(handle, BigInt(length - filled)),
      );
      if (data.length === 0) return bytes.slice(0, filled);
      bytes.set(data, filled);
      filled += data.length;
    }
    return bytes;
  }

  /** Waits for the end of a script and returns the observations of all steps of one kind. */
  async observed(
    run: PeerRun,
    step: PeerStep["step"],
  ): Promise<readonly PeerObservation[]> {
    return (await run.finished).filter(
      (observation) => observation.step === step,
    );
  }

  /** Waits in real time and lets pending events and microtasks run. */
  async pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  }

  /** Repeats a call with a timeout of 0 until it succeeds. */
  async poll<T>(call: () => Awaitable<Result<T, SocketError>>): Promise<T> {
    for (let polls = 0; polls < 2000; polls++) {
      const result = await call();
      if (result.tag === "ok") return result.val;
      this.equal(result, { tag: "err", val: "would-block" });
      await this.pause(1);
    }
    throw new Error("polling with a timeout of zero never made progress");
  }

  /** Starts a call that stays pending while others are made. Requires `concurrent`. */
  async begin<T>(call: Awaitable<T>): Promise<{ result: Promise<T> }> {
    const result = Promise.resolve(call);
    // Virtual time advances by itself, so the call might finish during a pause.
    if (this.clock === undefined) await this.pause(5);
    return { result };
  }
}

/** Converts byte arrays to plain `Uint8Array`s: those of Node are often `Buffer`s, a subclass. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return Array.isArray(value) ? value.map(plain) : value;
}

/** Encodes a string as UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Decodes UTF-8 bytes. */
export function text(data: Uint8Array | undefined): string {
  return new TextDecoder().decode(data);
}
