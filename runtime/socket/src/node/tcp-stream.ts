/**
 * A TCP connection over `net.Socket`. Reads go around Node's stream machinery (`onread`), which costs more than the
 * reading itself.
 */
import net from "node:net";
import { PENDING, type Attempt, type NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";
import type { TcpHandle } from "./bound-port.js";

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

/** A write of this length or more is expected to fill the system's buffer, so Node is asked at once to say when it is done. */
const longWrite = 16_384;

/** Written after bytes that the system did not take at once, to hear when it has. */
const nothing = new Uint8Array(0);

/** What Node's sockets have beyond their declarations. */
interface SocketParts {
  _handle: TcpHandle | null;
  /** The local address, once anybody has asked for it. */
  _sockname: unknown;
}

/**
 * How far reading has come. `current`: all that has come in is read. `behind`: more may have come in, since a read filled its
 * buffer, or reading was stopped a moment ago. `stopped`: the sink wants no more for now. `ended`: the peer has finished.
 */
type Input = "current" | "behind" | "stopped" | "ended";

/** Whether there may be input that is not read yet. */
function mayHaveMore(input: Input): boolean {
  return input === "behind" || input === "stopped";
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
  /** Tells the sink that bytes were written; made for the first write that has to wait. */
  #written: (() => void) | undefined = undefined;
  #error: Error | undefined = undefined;
  #isConnected: boolean;
  #input: Input = "current";
  /** Nobody is left who wants what comes in. */
  #isClosing = false;
  /** The caller's bytes that Node sends from without a copy. */
  #held: Uint8Array | undefined = undefined;

  private constructor(
    sink: StreamSink,
    handle: TcpHandle | undefined,
    isConnected: boolean,
  ) {
    this.#sink = sink;
    this.#isConnected = isConnected;
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
    const stream = new TcpStream(sink, bound, false);
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
    const stream = new TcpStream(sink, handle, true);
    stream.#socket.unref();
    stream.#socket.resume();
    return stream;
  }

  /** For the listeners. */
  connected(): void {
    this.#isConnected = true;
    // Calls that wait keep the process alive, and so does what is being written.
    this.#socket.unref();
    this.#sink.writable();
  }

  /** For the listeners. */
  failed(error: Error): void {
    this.#error ??= error;
    this.#sink.fail(error);
  }

  /** For the listeners. */
  ended(): void {
    this.#input = "ended";
    this.#sink.end();
  }

  /** For the socket: takes what was read; false stops reading. */
  take(length: number, buffer: Uint8Array): boolean {
    const isWanted = this.#isClosing || this.#sink.take(length, buffer);
    reader = this.#sink;
    if (!isWanted) this.#input = "stopped";
    else this.#input = length === buffer.length ? "behind" : "current";
    return isWanted;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  /** What Node holds of the connection; null once it is closed. */
  get handle(): TcpHandle | null {
    return (this.#socket as unknown as SocketParts)._handle;
  }

  get isEnded(): boolean {
    return this.#input === "ended";
  }

  tryConnect(): Attempt<void> {
    if (this.#error !== undefined) throw this.#error;
    return this.#isConnected ? undefined : PENDING;
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
    if (this.#error !== undefined) throw this.#error;
    // Known before the event: until then Node queues what is written, and would count it as taken.
    throwErrored(socket);
    const queued = socket.writableLength;
    if (this.#held !== undefined) {
      // Node has the bytes until all of them are in the system; only then may their owner touch them again.
      if (queued > 0) return PENDING;
      this.#held = undefined;
      return data.length;
    }
    if (hold) {
      if (queued > 0) return PENDING;
      // A callback costs a turn of the tick queue each time, and short writes hardly ever have to wait.
      const isLong = data.length >= longWrite;
      if (isLong) TcpStream.#write(this, data);
      else socket.write(data);
      if (socket.writableLength > 0) {
        this.#held = data;
        if (!isLong) TcpStream.#write(this, nothing);
        return PENDING;
      }
      // Node wrote at once, and the system took all of it or refused it.
      throwErrored(socket);
      return data.length;
    }
    const room = mostCopied - queued;
    if (room <= 0) return PENDING;
    const copy = Uint8Array.prototype.slice.call(data, 0, room);
    TcpStream.#write(this, copy);
    throwErrored(socket);
    return copy.length;
  }

  /** Writes, and tells the sink when it is done. (A private method of an instance would cost each connection a field.) */
  static #write(stream: TcpStream, data: Uint8Array): void {
    stream.#socket.write(
      data,
      (stream.#written ??= () => {
        stream.#sink.writable();
      }),
    );
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
    const isDone =
      !this.#isConnected ||
      this.#error !== undefined ||
      // The rest of a call that was not finished must not be sent: its owner may change the bytes now. What earlier calls
      // sent is in the system already.
      this.#held !== undefined ||
      (socket.writableLength === 0 && !mayHaveMore(this.#input));
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
    this.#isClosing = true;
    socket.ref();
    const hadInput = mayHaveMore(this.#input);
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
    this.resume();
    return socket;
  }
}

/** Throws what a write has found out, before Node emits it. */
function throwErrored(socket: net.Socket): void {
  if (socket.errored !== null) throw socket.errored;
}
