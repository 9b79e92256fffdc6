import net from "node:net";
import { PENDING, type Attempt, type NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";
import type { NodeContext } from "./context.js";
import { LocalEnd } from "./local-end.js";
import { NodeSocket } from "./node-socket.js";
import { ReceivedBytes, sharedBuffer } from "./received-bytes.js";
import { TcpStream, type StreamSink } from "./tcp-stream.js";

/**
 * The local host of the last connection. Most connections have the same one, so they share one string, to keep idle
 * connections small.
 */
let lastHost = "";

function compact({ address, port }: net.AddressInfo): NumericAddress {
  if (address !== lastHost) lastHost = address;
  return { host: lastHost, port };
}

/** Returns the sink for the bytes of a connection. */
function sinkOf(socket: TcpSocket, { createSink }: NodeContext): StreamSink {
  return createSink?.(socket) ?? socket;
}

/**
 * A TCP socket: unbound, bound, a listener or a connection. It is the sink of its own connection, unless the driver has
 * the option `createSink`.
 */
export class TcpSocket extends NodeSocket implements StreamSink {
  /** The connection, once it is established or being established. */
  stream: TcpStream | undefined = undefined;
  readonly #context: NodeContext;
  /** The bound address and its listener, if the socket is bound. */
  #bound: LocalEnd | undefined = undefined;
  #local: NumericAddress | undefined = undefined;
  #peer: NumericAddress | undefined = undefined;
  /** Received bytes. Created when the first ones arrive. */
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
    // Read it now: once the connection is broken, the kernel no longer has the address.
    this.#local = compact(this.stream.localAddress());
    this.#peer = address;
  }

  override tryListen(backlog: number): Attempt<void> {
    if (this.#bound === undefined) throw systemError("EINVAL", "not bound");
    const { acceptQueue } = this.#context.limits;
    return this.#bound.tryListen(this, backlog, acceptQueue);
  }

  override tryAccept(): Attempt<TcpSocket> {
    const accepted = this.#bound?.shift();
    if (accepted === undefined) return PENDING;
    const socket = new TcpSocket(this.#context);
    // If the connection broke before it was accepted, its addresses are unknown. It is accepted anyway, and its operations
    // fail.
    const local = accepted.address();
    if ("address" in local) socket.#local = compact(local);
    const { remoteAddress: host, remotePort: port } = accepted;
    if (host !== undefined && port !== undefined) socket.#peer = { host, port };
    socket.stream = TcpStream.adopt(sinkOf(socket, this.#context), accepted);
    return socket;
  }

  /** This method, and the others down to `writable`, are called by the connection: see {@link StreamSink}. */
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
    // The end of the stream is permanent, even if data sent after it was answered with a reset.
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
