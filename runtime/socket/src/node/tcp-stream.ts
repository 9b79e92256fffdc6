/**
 * A TCP connection over `net.Socket`. Reads go around Node's stream machinery (`onread`), which costs more than the
 * reading itself.
 */
import net from "node:net";
import { PENDING, type Attempt, type NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";
import type { TcpHandle } from "./bound-port.js";
import { writeDirectly } from "./direct-write.js";

/** Where the bytes and the news of a connection go. Everything is called from Node's event loop. */
export interface StreamSink {
  /** The buffer for the next read: asked for before the first read and after each. */
  buffer(): Uint8Array;
  /** Takes the first `length` bytes of the buffer last given out. False stops reading until {@link TcpStream.resume}. */
  take(length: number, buffer: Uint8Array): boolean;
  /** The peer has finished. */
  end(): void;
  /** The connection broke, or could not be made. */
  fail(error: Error): void;
  /** The connection is made, or bytes were written. */
  writable(): void;
}

/** How long a closed connection goes on reading what nobody wants, so that the peer gets the last bytes and no reset. */
const drainTime = 2_000;

/** What is read into where nobody reads. */
const nothing = new Uint8Array(0);

/** What Node's sockets have beyond their declarations. */
interface SocketParts {
  _handle: TcpHandle | null;
  /** The local address, once anybody has asked for it. */
  _sockname: unknown;
}

/**
 * How far reading has come. `unconnected`: not begun. `current`: all that has come in is read. `behind`: more may have come in,
 * since a read filled its buffer, or reading was stopped a moment ago. `stopped`: the sink wants no more for now. `ended`: the peer has
 * finished. `draining`: nobody is left who wants what comes in.
 */
type Input =
  "unconnected" | "current" | "behind" | "stopped" | "ended" | "draining";

/** Whether there may be input that is not read yet. */
function mayHaveMore(input: Input): boolean {
  return input === "behind" || input === "stopped";
}

/** What has to wait until the system has room. Made when that first happens. */
interface Output {
  /** The caller's bytes that Node sends from without a copy. */
  held: Uint8Array | undefined;
  /** Tells the sink that bytes were written. */
  readonly written: () => void;
}

/** A socket that knows whose it is: so its listeners are the same few functions for all connections. */
class OwnedSocket extends net.Socket {
  owner: TcpStream | undefined = undefined;

  /** Reads go around the stream, so what is pushed is its end. A listener of `end`, beside that of Node, would cost a list of both. */
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
 * Whose buffer Node asks for next. It asks when a socket gets its handle, which is while it is made or told to connect, and
 * right after each read: so one function does for all connections.
 */
let reader: StreamSink | undefined;

function nextBuffer(): Uint8Array {
  return reader?.buffer() ?? nothing;
}

/** A connection, being made or made. */
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
      // Takes half the memory of a function that sees its surroundings.
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

  /** Begins to connect, from a bound address where there is one. {@link tryConnect} says how it went. */
  static connect(
    sink: StreamSink,
    address: NumericAddress,
    bound: TcpHandle | undefined,
  ): TcpStream {
    const stream = new TcpStream(sink, bound, "unconnected");
    const { host, port } = address;
    // Not with `connect`'s own parameter: a listener that is taken off again costs more than one that stays.
    stream.#socket.on("connect", onConnect);
    reader = sink;
    stream.#socket.connect({ host, port });
    return stream;
  }

  /**
   * Takes over a connection that `net.Server` made with `pauseOnConnect`, before a byte of it is read: `onread` can
   * be asked for when a socket is made only, so the handle moves to one of our own.
   */
  static adopt(sink: StreamSink, accepted: net.Socket): TcpStream {
    const owner = accepted as unknown as SocketParts;
    const handle = owner._handle;
    if (handle === null)
      throw systemError("ECONNABORTED", "the connection broke before accept");
    owner._handle = null;
    const stream = new TcpStream(sink, handle, "current");
    stream.#socket.unref();
    stream.#socket.resume();
    return stream;
  }

  /** For the listeners. */
  connected(): void {
    this.#input = "current";
    // Calls that wait keep the process alive, and so does what is being written.
    this.#socket.unref();
    this.#sink.writable();
  }

  /** For the listeners. */
  failed(error: Error): void {
    this.#sink.fail(error);
  }

  /** For the listeners. */
  ended(): void {
    this.#input = "ended";
    this.#sink.end();
  }

  /** For the socket: takes what was read; false stops reading. */
  take(length: number, buffer: Uint8Array): boolean {
    const isDraining = this.#input === "draining";
    const isWanted = isDraining || this.#sink.take(length, buffer);
    reader = this.#sink;
    if (isDraining) return true;
    if (!isWanted) this.#input = "stopped";
    else this.#input = length === buffer.length ? "behind" : "current";
    return isWanted;
  }

  /** What has broken the connection. */
  get error(): Error | undefined {
    return this.#socket.errored ?? undefined;
  }

  /** What Node holds of the connection; null once it is closed. */
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

  /** Only for a connection that stands; the system forgets it with the connection. */
  localAddress(): net.AddressInfo {
    const address = this.#socket.address() as net.AddressInfo;
    // Node keeps it as well, and idle connections should be small.
    (this.#socket as unknown as SocketParts)._sockname = null;
    return address;
  }

  /** Takes charge of bytes as the contract of drivers says; holds at most `mostCopied` bytes of its own. */
  trySend(
    data: Uint8Array,
    hold: boolean,
    mostCopied: number,
  ): Attempt<number> {
    const socket = this.#socket;
    // Known before the event: until then Node queues what is written, and would count it as taken.
    throwErrored(socket);
    const queued = socket.writableLength;
    const output = this.#output;
    if (output?.held !== undefined) {
      // Node has the bytes until all of them are in the system; only then may their owner touch them again.
      if (queued > 0) return PENDING;
      output.held = undefined;
      return data.length;
    }
    if (queued > 0 && (hold || queued >= mostCopied)) return PENDING;
    const written = queued === 0 ? TcpStream.#writeDirectly(socket, data) : 0;
    if (written === data.length) return written;
    const rest =
      written === 0 ? data : Uint8Array.prototype.subarray.call(data, written);
    if (hold) {
      const waiting = TcpStream.#write(this, rest);
      throwErrored(socket);
      // The system may have found room in the meantime.
      if (socket.writableLength === 0) return data.length;
      waiting.held = data;
      return PENDING;
    }
    const copy = Uint8Array.prototype.slice.call(rest, 0, mostCopied - queued);
    TcpStream.#write(this, copy);
    throwErrored(socket);
    return written + copy.length;
  }

  /** Writes what the system takes at once; nothing may be queued. Returns how many bytes, and breaks the connection as Node does if it fails. */
  static #writeDirectly(socket: net.Socket, data: Uint8Array): number {
    try {
      return writeDirectly((socket as unknown as SocketParts)._handle, data);
    } catch (error) {
      socket.destroy(error as Error);
      throw error;
    }
  }

  /** Writes, and tells the sink when it is done. (A private method of an instance would cost each connection a field.) */
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

  /** Goes on reading after the sink has stopped it. */
  resume(): void {
    if (this.#input !== "stopped") return;
    this.#input = "behind";
    this.#socket.resume();
  }

  /**
   * Ends the connection in order. Returns the socket if that takes time: it is to be kept, and asked to
   * {@link net.Socket.destroy} itself if need be, until it has emitted `close`.
   *
   * @param deliveryTimeout - how long that may take, in milliseconds; `Infinity` is as long as it takes.
   */
  close(deliveryTimeout: number): net.Socket | undefined {
    const socket = this.#socket;
    const input = this.#input;
    const isDone =
      input === "unconnected" ||
      this.error !== undefined ||
      // The rest of a call that was not finished must not be sent: its owner may change the bytes now. What earlier calls
      // sent is in the system already.
      this.#output?.held !== undefined ||
      (socket.writableLength === 0 && !mayHaveMore(input));
    if (isDone) {
      socket.destroy();
      return undefined;
    }
    // The system resets a connection that is closed while input is unread, and throws away what the peer has not got
    // yet; so that input is read to nowhere first.
    let timer: NodeJS.Timeout | undefined;
    if (deliveryTimeout !== Infinity) {
      timer = setTimeout(() => {
        // A peer that has not got everything must not take this for the end.
        if (socket.writableLength > 0) socket.resetAndDestroy();
        else socket.destroy();
      }, deliveryTimeout);
      timer.unref();
    }
    socket.on("close", () => {
      clearTimeout(timer);
    });
    this.#input = "draining";
    socket.ref();
    const hadInput = mayHaveMore(input);
    socket.end(() => {
      if (!hadInput) {
        socket.destroy();
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(() => socket.destroy(), drainTime);
      timer.unref();
    });
    socket.on("end", () => {
      if (socket.writableFinished) socket.destroy();
    });
    if (input === "stopped") socket.resume();
    return socket;
  }
}

/** Throws what a write has found out, before Node emits it. */
function throwErrored(socket: net.Socket): void {
  if (socket.errored !== null) throw socket.errored;
}
