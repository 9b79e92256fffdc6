import type net from "node:net";
import {
  PENDING,
  type Attempt,
  type Family,
  type NumericAddress,
} from "../driver.js";
import { systemError } from "../host/errors.js";
import {
  isTaken,
  release,
  take,
  type BoundAddress,
} from "./bound-addresses.js";
import { bindPort, type BoundPort } from "./bound-port.js";
import type { NodeContext } from "./context.js";
import { NodeSocket } from "./node-socket.js";
import { ReceivedBytes, sharedBuffer } from "./received-bytes.js";
import { TcpListener } from "./tcp-listener.js";
import { TcpStream, type StreamSink } from "./tcp-stream.js";

/** How often to ask for another free port when the system names one that a socket of this process holds. */
const ephemeralTries = 16;

/**
 * A TCP socket: unbound, bound, a listener or a connection. It is the sink of its connection itself, unless the driver was
 * told to make another.
 */
export class TcpSocket extends NodeSocket implements StreamSink {
  /** The connection, once there is one or is to be one. */
  stream: TcpStream | undefined = undefined;
  readonly #family: Family;
  readonly #context: NodeContext;
  #bound: BoundPort | undefined = undefined;
  /** The bound address in the table of the process. */
  #taken: BoundAddress | undefined = undefined;
  #listener: TcpListener | undefined = undefined;
  /** Node's own record of it, kept as it is: idle connections should be small. */
  #local: net.AddressInfo | undefined = undefined;
  #peer: NumericAddress | undefined = undefined;
  /** The bytes that have come, once there were any. */
  #received: ReceivedBytes | undefined = undefined;

  constructor(context: NodeContext, family: Family) {
    super();
    this.#context = context;
    this.#family = family;
  }

  override tryBind(address: NumericAddress): void {
    const bound = this.#bind(address);
    this.#bound = bound;
    this.#taken = take(this.#family, bound.address);
  }

  #bind(address: NumericAddress): BoundPort {
    const { host, port } = address;
    if (port !== 0 && isTaken(this.#family, address))
      throw systemError("EADDRINUSE", `${host} port ${String(port)} is taken`);
    for (let tries = 0; ; tries++) {
      const bound = bindPort(this.#family, address);
      if (!isTaken(this.#family, bound.address)) return bound;
      bound.handle.close();
      if (tries === ephemeralTries)
        throw systemError("EADDRINUSE", `${host} has no free port`);
    }
  }

  override tryConnect(address: NumericAddress): Attempt<void> {
    if (this.stream === undefined) {
      // Only a further address finds the bound port used up by the one before.
      const bound =
        this.#taken === undefined
          ? undefined
          : (this.#bound ?? bindPort(this.#family, this.#taken));
      this.#bound = undefined;
      this.stream = TcpStream.connect(this.#sink, address, bound?.handle);
    }
    try {
      if (this.stream.tryConnect() === PENDING) return PENDING;
    } catch (error) {
      this.stream.close(0);
      this.stream = undefined;
      throw error;
    }
    // Asked for now: once the connection is broken, the system no longer knows.
    this.#local = this.stream.localAddress();
    this.#peer = address;
  }

  override tryListen(backlog: number): Attempt<void> {
    if (this.#listener === undefined) {
      const taken = this.#taken;
      if (taken === undefined) throw systemError("EINVAL", "not bound");
      // A listener that failed has used the bound port up.
      const bound = this.#bound ?? bindPort(this.#family, taken);
      this.#bound = undefined;
      this.#listener = new TcpListener(this, bound.handle, backlog);
    }
    try {
      return this.#listener.tryListen();
    } catch (error) {
      this.#listener.close();
      this.#listener = undefined;
      throw error;
    }
  }

  override tryAccept(): Attempt<TcpSocket> {
    const accepted = this.#listener?.shift();
    if (accepted === undefined) return PENDING;
    const socket = new TcpSocket(this.#context, this.#family);
    socket.#adopt(accepted);
    return socket;
  }

  #adopt(accepted: net.Socket): void {
    // Where the connection broke before it was accepted, its addresses are gone; it is still accepted, and then fails.
    const local = accepted.address();
    if ("address" in local) this.#local = local;
    const { remoteAddress: host, remotePort: port } = accepted;
    if (host !== undefined && port !== undefined) this.#peer = { host, port };
    this.stream = TcpStream.adopt(this.#sink, accepted);
  }

  get #sink(): StreamSink {
    return this.#context.createSink?.(this) ?? this;
  }

  /** For the connection, as what follows. */
  buffer(): Uint8Array {
    return this.#received?.buffer ?? sharedBuffer;
  }

  take(length: number, buffer: Uint8Array): boolean {
    const received = (this.#received ??= new ReceivedBytes());
    received.take(length, buffer);
    this.signalRead();
    return received.length < this.#context.limits.bufferedBytes;
  }

  end(): void {
    this.signalRead();
  }

  fail(): void {
    this.signalRead();
    this.signalWrite();
  }

  writable(): void {
    this.signalWrite();
  }

  override trySend(data: Uint8Array, hold: boolean): Attempt<number> {
    return this.#connection().trySend(
      data,
      hold,
      this.#context.limits.bufferedBytes,
    );
  }

  override tryReceive(maxLength: number): Attempt<Uint8Array> {
    const received = this.#received;
    const data = received?.shift(maxLength);
    const { stream } = this;
    if (received !== undefined && data !== undefined) {
      if (received.length < this.#context.limits.bufferedBytes)
        stream?.resume();
      return data;
    }
    if (stream?.error !== undefined) throw stream.error;
    return stream?.isEnded === true ? new Uint8Array(0) : PENDING;
  }

  #connection(): TcpStream {
    if (this.stream === undefined)
      throw systemError("ENOTCONN", "not connected");
    return this.stream;
  }

  override localAddress(): NumericAddress {
    const local = this.#local;
    if (local !== undefined) return { host: local.address, port: local.port };
    if (this.#taken === undefined)
      throw systemError("EINVAL", "no local address");
    return this.#taken;
  }

  override peerAddress(): NumericAddress {
    if (this.#peer === undefined) throw systemError("ENOTCONN", "no peer");
    return this.#peer;
  }

  override close(): void {
    if (this.#taken !== undefined) release(this.#taken);
    this.#bound?.handle.close();
    this.#listener?.close();
    const lingering = this.stream?.close(this.#context.deliveryTimeout);
    if (lingering === undefined) return;
    const all = this.#context.lingering;
    all.add(lingering);
    lingering.once("close", () => {
      all.delete(lingering);
    });
  }
}
