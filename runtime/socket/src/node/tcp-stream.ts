/**
 * A TCP connection over `net.Socket`. Reads use `onread`, which bypasses Node's stream machinery: that costs more than
 * the reading itself.
 */
import net from "node:net";
import { PENDING, type Attempt, type NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";
import type { TcpHandle } from "./bound-port.js";
import { writeDirectly } from "./direct-write.js";

/**
 * Receives the bytes and events of a connection. All methods are called from Node's event loop, except that `buffer` is
 * also called synchronously while a {@link TcpStream} is created.
 */
export interface StreamSink {
  /** Returns the buffer for the next read. Called before the first read and directly after each read. */
  buffer(): Uint8Array;
  /**
   * Takes the first `length` bytes of the buffer that `buffer` returned last. Returning `false` stops reading until
   * {@link TcpStream.resume}.
   */
  take(length: number, buffer: Uint8Array): boolean;
  /** Called when the peer has ended its side of the connection. */
  end(): void;
  /** Called when the connection broke, or could not be established. */
  fail(error: Error): void;
  /** Called when the connection is established, or when queued bytes have been written. */
  writable(): void;
  /** The socket is closed after {@link TcpStream.close}, and no buffer is in use any more. */
  closed?(): void;
}

/**
 * How long a closed connection continues to read and discard input, in milliseconds, so that the peer gets the last bytes
 * and not a reset.
 */
const drainTime = 2_000;

/** The buffer for a read without a {@link reader}. */
const nothing = new Uint8Array(0);

/** Undeclared properties of Node's sockets. */
interface SocketParts {
  _handle: TcpHandle | null;
  /** The local address, which Node caches when it is first requested. */
  _sockname: unknown;
}

/**
 * The state of reading.
 *
 * - `unconnected`: reading has not started.
 * - `current`: all input that has arrived has been read.
 * - `behind`: there may be unread input, because the last read filled its buffer, or because reading has only just resumed.
 * - `stopped`: reading is stopped until {@link TcpStream.resume}.
 * - `ended`: the peer has ended its side.
 * - `draining`: the connection is closed; input is read and discarded.
 */
type Input =
  "unconnected" | "current" | "behind" | "stopped" | "ended" | "draining";

/** Whether there may be unread input. */
function mayHaveMore(input: Input): boolean {
  return input === "behind" || input === "stopped";
}

/** State of output that the kernel did not take immediately. Created when that first happens. */
interface Output {
  /** The caller's bytes, which Node sends without a copy. */
  held: Uint8Array | undefined;
  /** Notifies the sink that bytes have been written. */
  readonly written: () => void;
}

/** A socket with a reference to its stream, so that all connections can share the same listener functions. */
class OwnedSocket extends net.Socket {
  owner: TcpStream | undefined = undefined;

  /**
   * Detects the end of the input: with `onread`, Node pushes nothing else. A listener of `end` would cost an array of
   * listeners per socket, because Node already has one of its own.
   */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null) this.owner?.ended();
    return super.push(chunk, encoding);
  }
}

function onConnect(this: OwnedSocket): void {
  this.owner?.connected();
}

function onError(this: OwnedSocket, error: Error): void {
  this.owner?.failed(error);
}

/**
 * The sink whose buffer Node requests next. Node requests a buffer when a socket gets its handle (in the constructor or in
 * `connect`) and directly after each read, so all connections can share this variable and {@link nextBuffer}.
 */
let reader: StreamSink | undefined;

function nextBuffer(): Uint8Array {
  return reader?.buffer() ?? nothing;
}

/** A connection that is established or being established. */
export class TcpStream {
  readonly #socket: OwnedSocket;
  readonly #sink: StreamSink;
  #input: Input;
  #output: Output | undefined = undefined;

  private constructor(
    sink: StreamSink,
    handle: TcpHandle | undefined,
    input: Input,
  ) {
    this.#sink = sink;
    this.#input = input;
    reader = sink;
    const onread: net.OnReadOpts = {
      buffer: nextBuffer,
      // A bound function takes half the memory of a closure.
      callback: this.take.bind(this),
    };
    const options: net.SocketConstructorOpts & {
      readonly handle?: TcpHandle;
      readonly manualStart?: boolean;
      readonly onread: net.OnReadOpts;
    } =
      handle === undefined
        ? { allowHalfOpen: true, onread }
        : { allowHalfOpen: true, onread, handle, manualStart: true };
    const socket = new OwnedSocket(options);
    socket.owner = this;
    this.#socket = socket;
    socket.on("error", onError);
  }

  /** Starts to connect, from a bound address if there is one. {@link tryConnect} returns the outcome. */
  static connect(
    sink: StreamSink,
    address: NumericAddress,
    bound: TcpHandle | undefined,
  ): TcpStream {
    const stream = new TcpStream(sink, bound, "unconnected");
    const { host, port } = address;
    // Not passed to `connect`, which would register it with `once`: removing a listener costs more than keeping it.
    stream.#socket.on("connect", onConnect);
    reader = sink;
    stream.#socket.connect({ host, port });
    return stream;
  }

  /**
   * Takes over a connection that a `net.Server` with `pauseOnConnect` has accepted, before any byte of it has been read.
   * `onread` can only be set when a socket is created, so the handle is moved to a new socket.
   */
  static adopt(sink: StreamSink, accepted: net.Socket): TcpStream {
    const owner = accepted as unknown as SocketParts;
    const handle = owner._handle;
    if (handle === null)
      throw systemError("ECONNABORTED", "the connection broke before accept");
    owner._handle = null;
    const stream = new TcpStream(sink, handle, "current");
    stream.#socket.unref();
    // Starts to read now. `resume` alone does so once more in the next tick, even if `pause` has been called meanwhile.
    stream.#socket.read(0);
    stream.#socket.resume();
    return stream;
  }

  /** Called by the listener of `connect`. */
  connected(): void {
    this.#input = "current";
    // Waiting calls keep the process alive (see `process-lifetime.ts`), and so do writes in progress.
    this.#socket.unref();
    this.#sink.writable();
  }

  /** Called by the listener of `error`. */
  failed(error: Error): void {
    this.#sink.fail(error);
  }

  /** Called by {@link OwnedSocket.push} at the end of the input. */
  ended(): void {
    this.#input = "ended";
    this.#sink.end();
  }

  /** Called by the socket with the bytes of a read. Returning `false` stops reading. */
  take(length: number, buffer: Uint8Array): boolean {
    const isDraining = this.#input === "draining";
    const isWanted = isDraining || this.#sink.take(length, buffer);
    reader = this.#sink;
    if (isDraining) return true;
    if (!isWanted) this.#input = "stopped";
    else this.#input = length === buffer.length ? "behind" : "current";
    return isWanted;
  }

  /** The error that broke the connection. */
  get error(): Error | undefined {
    return this.#socket.errored ?? undefined;
  }

  /** Node's internal handle of the connection; `null` once it is closed. */
  get handle(): TcpHandle | null {
    return (this.#socket as unknown as SocketParts)._handle;
  }

  get isEnded(): boolean {
    return this.#input === "ended";
  }

  tryConnect(): Attempt<void> {
    throwErrored(this.#socket);
    return this.#input === "unconnected" ? PENDING : undefined;
  }

  /** Returns the local address. Only valid while the connection is established: the kernel discards it afterwards. */
  localAddress(): net.AddressInfo {
    const address = this.#socket.address() as net.AddressInfo;
    // Drops Node's cached copy, to keep idle connections small.
    (this.#socket as unknown as SocketParts)._sockname = null;
    return address;
  }

  /** Implements `Driver.trySend`. Queues copies of at most `maxCopied` bytes in total. */
  trySend(data: Uint8Array, hold: boolean, maxCopied: number): Attempt<number> {
    const socket = this.#socket;
    // Check before Node emits "error": until then, Node queues further writes and would report them as accepted.
    throwErrored(socket);
    const queued = socket.writableLength;
    const output = this.#output;
    if (output?.held !== undefined) {
      // Node sends from the caller's array until the kernel has all bytes. Only then may the caller change the array.
      if (queued > 0) return PENDING;
      output.held = undefined;
      return data.length;
    }
    if (queued > 0 && (hold || queued >= maxCopied)) return PENDING;
    const written = queued === 0 ? TcpStream.#writeDirectly(socket, data) : 0;
    if (written === data.length) return written;
    const rest =
      written === 0 ? data : Uint8Array.prototype.subarray.call(data, written);
    if (hold) {
      const waiting = TcpStream.#write(this, rest);
      throwErrored(socket);
      // Node tries the write synchronously, and the kernel may have had room again.
      if (socket.writableLength === 0) return data.length;
      waiting.held = data;
      return PENDING;
    }
    const copy = Uint8Array.prototype.slice.call(rest, 0, maxCopied - queued);
    TcpStream.#write(this, copy);
    throwErrored(socket);
    return written + copy.length;
  }

  /**
   * Writes as much as the kernel takes immediately, and returns the number of bytes. Nothing may be queued. On an error,
   * destroys the socket, as Node does.
   */
  static #writeDirectly(socket: net.Socket, data: Uint8Array): number {
    try {
      return writeDirectly((socket as unknown as SocketParts)._handle, data);
    } catch (error) {
      socket.destroy(error as Error);
      throw error;
    }
  }

  /**
   * Writes through Node, and notifies the sink when the write is done. Static, because a private instance method would
   * cost each connection a field.
   */
  static #write(stream: TcpStream, data: Uint8Array): Output {
    const sink = stream.#sink;
    const output = (stream.#output ??= {
      held: undefined,
      written: () => {
        sink.writable();
      },
    });
    stream.#socket.write(data, output.written);
    return output;
  }

  /** Stops reading until {@link resume}. */
  pause(): void {
    if (this.#input !== "current" && this.#input !== "behind") return;
    this.#input = "stopped";
    this.#socket.pause();
  }

  /** Resumes reading after the sink or {@link pause} has stopped it. */
  resume(): void {
    if (this.#input !== "stopped") return;
    this.#input = "behind";
    this.#socket.resume();
  }

  /** Resets the connection, before {@link close}. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /**
   * Closes the connection gracefully. If that takes time, returns the socket, which emits `close` when it is done.
   *
   * @param deliveryTimeout - how long that may take, in milliseconds; `Infinity` means no limit.
   */
  close(deliveryTimeout: number): net.Socket | undefined {
    const socket = this.#socket;
    const input = this.#input;
    const isDone =
      input === "unconnected" ||
      this.error !== undefined ||
      // The rest of an unfinished `send` must not be sent, because the caller may change the bytes from now on. Bytes of
      // earlier calls are already in the kernel.
      this.#output?.held !== undefined ||
      (socket.writableLength === 0 && !mayHaveMore(input));
    if (isDone) {
      socket.destroy();
      this.#sink.closed?.();
      return undefined;
    }
    // The kernel resets a connection that is closed with unread input, and then discards output that the peer has not
    // received. So that input is read and discarded first.
    let timer: NodeJS.Timeout | undefined;
    let drainTimer: NodeJS.Timeout | undefined;
    if (deliveryTimeout !== Infinity) {
      timer = setTimeout(() => {
        // The peer must not mistake truncated output for a normal end.
        if (socket.writableLength > 0) socket.resetAndDestroy();
        else socket.destroy();
      }, deliveryTimeout);
      timer.unref();
    }
    socket.on("close", () => {
      clearTimeout(timer);
      clearTimeout(drainTimer);
      this.#sink.closed?.();
    });
    this.#input = "draining";
    socket.ref();
    const hadInput = mayHaveMore(input);
    socket.end(() => {
      if (!hadInput) {
        socket.destroy();
        return;
      }
      // The delivery timeout still applies.
      drainTimer = setTimeout(() => socket.destroy(), drainTime);
      drainTimer.unref();
    });
    socket.on("end", () => {
      if (socket.writableFinished) socket.destroy();
    });
    if (input === "stopped") socket.resume();
    return socket;
  }
}

/** Throws the error of a failed write before Node emits it. */
function throwErrored(socket: net.Socket): void {
  if (socket.errored !== null) throw socket.errored;
}
