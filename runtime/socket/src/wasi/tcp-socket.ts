/** One TCP socket over `wasi:sockets/tcp`: a connection, a listener, or what becomes one. */
import type { Result } from "@wit2ts/runtime";
import {
  PENDING,
  type Attempt,
  type Family,
  type NumericAddress,
  type Readiness,
} from "../driver.js";
import { systemError } from "../host/errors.js";
import { fromWasiAddress, toWasiAddress } from "./address.js";
import { compact } from "./bytes.js";
import type { WasiContext } from "./context.js";
import { attemptOf, streamError, valueOf } from "./errors.js";
import type {
  InputStream,
  OutputStream,
  Pollable,
  StreamError,
} from "./generated/wasi/io/streams.js";
import type { TcpSocket } from "./generated/wasi/sockets/tcp.js";
import { release } from "./resources.js";

/**
 * State of the WASI resource. In WASI, a socket cannot be used again after a failure (`spent`), but the socket host may
 * try another address. A fresh resource then replaces the spent one.
 */
type State =
  | "fresh"
  | "binding"
  | "bound"
  | "connecting"
  | "beginning to listen"
  | "listening"
  | "connected"
  | "spent";

/**
 * Maximum number of connections that are refused when a listener closes. Clients may connect faster than their
 * connections are refused, so there must be a limit.
 */
const MOST_REFUSED = 65_536;

export class WasiTcpSocket {
  /** Number of consecutive waits that have ended without a result, to read and to write. */
  idleReads = 0;
  idleWrites = 0;
  readonly family: Family;
  readonly #context: WasiContext;
  #state: State = "fresh";
  #socket: TcpSocket | undefined;
  #input: InputStream | undefined;
  #output: OutputStream | undefined;
  /** Pollables are kept as long as the resources they belong to: creating and dropping one costs two host calls. */
  #socketPollable: Pollable | undefined;
  #inputPollable: Pollable | undefined;
  #outputPollable: Pollable | undefined;
  /** The address that is being bound. */
  #binding: NumericAddress | undefined;
  #local: NumericAddress | undefined;
  #peer: NumericAddress | undefined;
  /** Bytes that were read and have not been received yet. */
  #received: Uint8Array | undefined;
  /** How many bytes the last `receive` requested. */
  #wanted = 0;
  /** Whether the input stream has ended, normally or by an error. */
  #isEnded = false;
  /** Whether the input ended normally, with no error known at that time. An error of a later send does not change that. */
  #isFinished = false;
  /** The error that broke the connection. */
  #failure: Error | undefined;
  /** How many bytes may be written without another `check-write`. */
  #permit = 0;
  /** The largest permit so far, which the host grants when no output is pending. */
  #fullPermit = 0;

  constructor(
    context: WasiContext,
    family: Family,
    connection?: [TcpSocket, InputStream, OutputStream],
  ) {
    this.#context = context;
    this.family = family;
    if (connection === undefined) this.#socket = this.#create();
    else {
      [this.#socket, this.#input, this.#output] = connection;
      this.#state = "connected";
    }
  }

  tryBind(address: NumericAddress): Attempt<void> {
    const isUnderWay =
      this.#state === "binding" &&
      this.#binding?.host === address.host &&
      this.#binding.port === address.port;
    try {
      if (!isUnderWay) {
        const socket = this.#unused();
        this.#state = "binding";
        this.#binding = address;
        const { network } = this.#context;
        valueOf(
          socket.startBind(network, toWasiAddress(address)),
          "start-bind",
        );
      }
      const socket = this.#open;
      if (attemptOf(socket.finishBind(), "finish-bind") === PENDING)
        return PENDING;
      this.#state = "bound";
      const local = valueOf(socket.localAddress(), "local-address");
      this.#local = fromWasiAddress(local);
    } catch (cause) {
      this.#releaseAll();
      throw cause;
    }
  }

  tryConnect(address: NumericAddress): Attempt<void> {
    try {
      if (this.#state !== "connecting") {
        if (this.#claim() === PENDING) return PENDING;
        const { network } = this.#context;
        const target = toWasiAddress(address);
        valueOf(this.#open.startConnect(network, target), "start-connect");
        this.#state = "connecting";
        // The peer cannot have answered yet.
        return PENDING;
      }
      const streams = attemptOf(this.#open.finishConnect(), "finish-connect");
      if (streams === PENDING) return PENDING;
      [this.#input, this.#output] = streams;
      this.#state = "connected";
      this.#local = undefined;
    } catch (cause) {
      this.#releaseAll();
      throw cause;
    }
  }

  tryListen(backlog: number): Attempt<void> {
    try {
      if (this.#state !== "beginning to listen") {
        if (this.#claim() === PENDING) return PENDING;
        const socket = this.#open;
        // This is a hint, which the host may not support, so the result is ignored.
        socket.setListenBacklogSize(BigInt(backlog));
        valueOf(socket.startListen(), "start-listen");
        this.#state = "beginning to listen";
      }
      if (attemptOf(this.#open.finishListen(), "finish-listen") === PENDING)
        return PENDING;
      this.#state = "listening";
    } catch (cause) {
      this.#releaseAll();
      // The socket must stay bound, so bind a fresh resource: now if possible, otherwise in the next call.
      try {
        this.#claim();
      } catch {
        // The next attempt to listen reports the error.
      }
      throw cause;
    }
  }

  tryAccept(): Attempt<WasiTcpSocket> {
    const accepted = attemptOf(this.#open.accept(), "accept");
    if (accepted === PENDING) return PENDING;
    const socket = new WasiTcpSocket(this.#context, this.family, accepted);
    socket.#keepAddresses();
    return socket;
  }

  /** Reads the addresses now: hosts no longer have them once the connection is reset. */
  #keepAddresses(): void {
    try {
      this.localAddress();
      this.peerAddress();
    } catch {
      // The connection was reset before it was accepted. It is accepted anyway, and its operations fail.
    }
  }

  trySend(data: Uint8Array): Attempt<number> {
    if (this.#failure !== undefined) throw this.#failure;
    const output = attached(this.#output);
    if (this.#permit === 0) {
      // The host decides how much it buffers. The limit applies to what one permit allows.
      this.#permit = Math.min(
        this.#askPermit(output),
        this.#context.limits.bufferedBytes,
      );
      if (this.#permit === 0) return PENDING;
    }
    const count = Math.min(this.#permit, data.length);
    const part = count === data.length ? data : data.subarray(0, count);
    this.#outputOf(output.write(compact(part)));
    this.#permit -= count;
    return count;
  }

  tryReceive(maxLength: number): Attempt<Uint8Array> {
    const received = this.#received;
    if (received !== undefined) {
      if (received.length <= maxLength) {
        this.#received = undefined;
        return received;
      }
      this.#received = received.subarray(maxLength);
      return received.slice(0, maxLength);
    }
    if (this.#isEnded) {
      if (this.#failure !== undefined && !this.#isFinished) throw this.#failure;
      return new Uint8Array(0);
    }
    // The wait does the reading: it knows whether it may block, so a single host call, the main cost, can be enough.
    this.#wanted = maxLength;
    return PENDING;
  }

  /**
   * Reads available bytes, for {@link tryReceive}.
   *
   * @param blocks - whether to wait until there are some.
   * @returns whether there is something to receive: bytes, the end or an error.
   */
  read(blocks: boolean): boolean {
    if (this.#received !== undefined || this.#isEnded) return true;
    const input = attached(this.#input);
    const length = BigInt(this.#wanted);
    const read = blocks ? input.blockingRead(length) : input.read(length);
    if (read.tag === "err") {
      this.#isEnded = true;
      // An end after an error, which may be that of a send, is not a normal end.
      if (read.val.tag === "last-operation-failed")
        this.#failure ??= streamError(read.val.val);
      this.#isFinished = this.#failure === undefined;
      return true;
    }
    if (read.val.length === 0) return false;
    this.#received = read.val;
    return true;
  }

  localAddress(): NumericAddress {
    return (this.#local ??= fromWasiAddress(
      valueOf(this.#open.localAddress(), "local-address"),
    ));
  }

  peerAddress(): NumericAddress {
    return (this.#peer ??= fromWasiAddress(
      valueOf(this.#open.remoteAddress(), "remote-address"),
    ));
  }

  /** Returns the pollable that is ready when another attempt may succeed. */
  pollable(readiness: Readiness): Pollable {
    switch (readiness) {
      case "read":
        return (this.#inputPollable ??= attached(this.#input).subscribe());
      case "write":
        return (this.#outputPollable ??= attached(this.#output).subscribe());
      case "bind":
      case "connect":
      case "listen":
      case "accept":
      case "lookup":
        return (this.#socketPollable ??= this.#open.subscribe());
    }
  }

  /** Whether the kernel has all bytes that `send` has taken, or can no longer get them. */
  isDelivered(): boolean {
    const output = this.#output;
    // Nothing was ever written.
    if (output === undefined || this.#fullPermit === 0) return true;
    if (this.#failure !== undefined) return true;
    try {
      return this.#askPermit(output) === this.#fullPermit;
    } catch {
      return true;
    }
  }

  /** Ends the connection: gracefully if all output is delivered. */
  close(): void {
    if (this.#state === "listening") this.#refuseQueue();
    this.#releaseAll();
  }

  /** Drops connections that have not been accepted: not every host closes them with their listener. */
  #refuseQueue(): void {
    const { acceptQueue } = this.#context.limits;
    for (let left = Math.min(acceptQueue, MOST_REFUSED); left > 0; left--) {
      const accepted = this.#open.accept();
      if (accepted.tag === "err") return;
      const [socket, input, output] = accepted.val;
      release(output, input, socket);
    }
  }

  /** Returns how many bytes the host takes now. */
  #askPermit(output: OutputStream): number {
    const permit = Number(this.#outputOf(output.checkWrite()));
    if (permit > this.#fullPermit) this.#fullPermit = permit;
    return permit;
  }

  #outputOf<T>(result: Result<T, StreamError>): T {
    if (result.tag === "ok") return result.val;
    this.#failure ??=
      result.val.tag === "closed"
        ? systemError("EPIPE", "the connection cannot be written to")
        : streamError(result.val.val);
    this.#permit = 0;
    throw this.#failure;
  }

  /** Provides a resource that can start an operation, with the local address of the previous one. */
  #claim(): Attempt<void> {
    if (this.#state === "fresh" || this.#state === "bound") return;
    if (this.#local !== undefined) return this.tryBind(this.#local);
    this.#unused();
  }

  /** Returns a fresh resource. */
  #unused(): TcpSocket {
    if (this.#state !== "fresh") {
      this.#releaseAll();
      this.#socket = this.#create();
      this.#state = "fresh";
    }
    return this.#open;
  }

  get #open(): TcpSocket {
    return attached(this.#socket);
  }

  #create(): TcpSocket {
    const { tcpCreateSocket } = this.#context.bindings;
    return valueOf(
      tcpCreateSocket.createTcpSocket(this.family),
      "create-tcp-socket",
    );
  }

  /** Releases all resources. */
  #releaseAll(): void {
    const resources = [
      this.#inputPollable,
      this.#outputPollable,
      this.#socketPollable,
      this.#output,
      this.#input,
      this.#socket,
    ];
    this.#inputPollable = undefined;
    this.#outputPollable = undefined;
    this.#socketPollable = undefined;
    this.#output = undefined;
    this.#input = undefined;
    this.#socket = undefined;
    this.#binding = undefined;
    this.#state = "spent";
    release(...resources);
  }
}

function attached<T>(resource: T | undefined): T {
  if (resource === undefined)
    throw systemError("EBADF", "the socket is not open");
  return resource;
}
