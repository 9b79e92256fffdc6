import net from "node:net";
import { PENDING, type Attempt, type NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";
import type { NodeContext } from "./context.js";
import { LocalEnd } from "./local-end.js";
import { NodeSocket } from "./node-socket.js";
import { ReceivedBytes, sharedBuffer } from "./received-bytes.js";
import { TcpStream, type StreamSink } from "./tcp-stream.js";

/** The last local address of a connection. Most have the same, and idle ones should be small, so its text is kept once. */
let lastHost = "";

function compact({ address, port }: net.AddressInfo): NumericAddress {
  if (address !== lastHost) lastHost = address;
  return { host: lastHost, port };
}

/** Where the bytes of a connection go. */
function sinkOf(socket: TcpSocket, { createSink }: NodeContext): StreamSink {
  return createSink?.(socket) ?? socket;
}

/**
 * A TCP socket: unbound, bound, a listener or a connection. It is the sink of its connection itself, unless the driver was
 * told to make another.
 */
export class TcpSocket extends NodeSocket implements StreamSink {
  /** The connection, once there is one or is to be one. */
  stream: TcpStream | undefined = undefined;
  readonly #context: NodeContext;
  /** What was bound, if anything was. */
  #bound: LocalEnd | undefined = undefined;
  #local: NumericAddress | undefined = undefined;
  #peer: NumericAddress | undefined = undefined;
  /** The bytes that have come, once there were any. */
  #received: ReceivedBytes | undefined = undefined;

  constructor(context: NodeContext) {
    super();
    this.#context = context;
  }

  override tryBind(address: NumericAddress): void {
    const family = net.isIPv6(address.host) ? "ipv6" : "ipv4";
    this.#bound = new LocalEnd(family, address);
  }

  override tryConnect(address: NumericAddress): Attempt<void> {
    if (this.stream === undefined) {
      const handle = this.#bound?.handOver();
      this.stream = TcpStream.connect(
        sinkOf(this, this.#context),
        address,
        handle,
      );
    }
    try {
      if (this.stream.tryConnect() === PENDING) return PENDING;
    } catch (error) {
      this.stream.close(0);
      this.stream = undefined;
      throw error;
    }
    // Asked for now: once the connection is broken, the system no longer knows.
    this.#local = compact(this.stream.localAddress());
    this.#peer = address;
  }

  override tryListen(backlog: number): Attempt<void> {
    if (this.#bound === undefined) throw systemError("EINVAL", "not bound");
    return this.#bound.tryListen(this, backlog);
  }

  override tryAccept(): Attempt<TcpSocket> {
    const accepted = this.#bound?.shift();
    if (accepted === undefined) return PENDING;
    const socket = new TcpSocket(this.#context);
    // Where the connection broke before it was accepted, its addresses are gone; it is still accepted, and then fails.
    const local = accepted.address();
    if ("address" in local) socket.#local = compact(local);
    const { remoteAddress: host, remotePort: port } = accepted;
    if (host !== undefined && port !== undefined) socket.#peer = { host, port };
    socket.stream = TcpStream.adopt(sinkOf(socket, this.#context), accepted);
    return socket;
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
    if (this.stream === undefined)
      throw systemError("ENOTCONN", "not connected");
    return this.stream.trySend(data, hold, this.#context.limits.bufferedBytes);
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
    // An end lasts, also where what was sent after it has come back.
    if (stream?.isEnded === true) return new Uint8Array(0);
    const error = stream?.error;
    if (error !== undefined) throw error;
    return PENDING;
  }

  override localAddress(): NumericAddress {
    const local = this.#local ?? this.#bound?.address;
    if (local === undefined) throw systemError("EINVAL", "no local address");
    return local;
  }

  override peerAddress(): NumericAddress {
    if (this.#peer === undefined) throw systemError("ENOTCONN", "no peer");
    return this.#peer;
  }

  override close(): void {
    this.#bound?.close();
    const lingering = this.stream?.close(this.#context.deliveryTimeout);
    if (lingering === undefined) return;
    const all = this.#context.lingering;
    all.add(lingering);
    lingering.once("close", () => {
      all.delete(lingering);
    });
  }
}
