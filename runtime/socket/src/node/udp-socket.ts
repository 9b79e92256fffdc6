import dgram from "node:dgram";
import {
  PENDING,
  type Attempt,
  type Datagram,
  type Family,
  type NumericAddress,
} from "../driver.js";
import { isSameAddress } from "../host/destination.js";
import { systemError } from "../host/errors.js";
import type { NodeContext } from "./context.js";
import { writeDirectly, type SystemHandle } from "./direct-write.js";
import { NodeSocket } from "./node-socket.js";

/** Members of a socket that are missing from the type declarations of the oldest supported version of Node. */
interface DatagramSocket extends dgram.Socket {
  /** Since Node 26. */
  bindSync?(options: {
    readonly address: string;
    readonly port: number;
  }): unknown;
}

interface HandleOwner {
  readonly handle?: SystemHandle | null;
}

/** The symbol under which Node stores the internal state of every datagram socket, which includes the handle. */
let stateSymbol: symbol | undefined;

/** A datagram that is being passed to the kernel. */
interface Sending {
  readonly data: Uint8Array;
  isDone: boolean;
  error: Error | null;
}

/** A change of the peer in progress. */
interface Connecting {
  /** The previous peer. */
  readonly former: NumericAddress | undefined;
  isDone: boolean;
  error: Error | undefined;
}

/** Maximum payload of a datagram: 65,535 bytes less the headers. */
const largest = { ipv4: 65_507, ipv6: 65_527 };

/**
 * Throws if the socket is not bound yet. Node binds to a numeric address synchronously. In a runtime that binds later, a
 * failure would go unnoticed.
 */
function requireBound(socket: DatagramSocket): void {
  try {
    socket.address();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EBADF") throw error;
    throw systemError(
      "ENOTSUP",
      "this runtime, which is not Node, cannot bind a UDP socket at once",
    );
  }
}

/** A UDP socket. */
export class UdpSocket extends NodeSocket {
  readonly #context: NodeContext;
  readonly #family: Family;
  readonly #mostBytes: number;
  #socket: DatagramSocket | undefined = undefined;
  #reuseAddress = false;
  /** The host that the socket was bound to. While a socket bound to the wildcard has a peer, its local host differs. */
  #boundHost = "";
  #peer: NumericAddress | undefined = undefined;
  /** The first queued datagram. Kept apart from the others, because usually at most one is queued. */
  #first: Datagram | undefined = undefined;
  #others: Datagram[] = [];
  #queuedBytes = 0;
  /** An error that was reported asynchronously, such as a refusal by the peer. The next call throws it. */
  #error: Error | undefined = undefined;
  #sending: Sending | undefined = undefined;
  /** Whether Node may have datagrams in its own queue, because the kernel did not take one immediately. */
  #mayBeQueued = false;
  /** The destination of the last datagram that is known to have been sent; `undefined` after a failure. */
  #lastGoodDestination: NumericAddress | "peer" | undefined = undefined;
  /** Called for each datagram to the last good destination, when it has been sent or has failed. */
  readonly #onSent = (error: Error | null): void => {
    const sending = this.#sending;
    if (error !== null) {
      this.#lastGoodDestination = undefined;
      if (sending === undefined) this.#error = error;
    }
    if (sending === undefined || this.#opened().getSendQueueCount() > 0) return;
    sending.isDone = true;
    sending.error = error;
    this.signalWrite();
  };
  #connecting: Connecting | undefined = undefined;

  constructor(context: NodeContext, family: Family) {
    super();
    this.#context = context;
    this.#family = family;
    this.#mostBytes = largest[family];
  }

  override tryBind(address: NumericAddress, reuseAddress: boolean): void {
    this.#reuseAddress = reuseAddress;
    this.#boundHost = address.host;
    this.#socket = this.#open(address, reuseAddress);
  }

  #open({ host, port }: NumericAddress, reuseAddr: boolean): DatagramSocket {
    const socket: DatagramSocket = dgram.createSocket({
      type: this.#family === "ipv4" ? "udp4" : "udp6",
      ipv6Only: this.#family === "ipv6",
      reuseAddr,
      // Addresses are already numeric. Without the resolver, Node binds and sends synchronously.
      lookup: (name, _options, callback) => {
        callback(null, name, this.#family === "ipv4" ? 4 : 6);
      },
    });
    let failed: Error | undefined;
    const onBindError = (error: Error): void => {
      failed = error;
    };
    socket.on("error", onBindError);
    try {
      if (socket.bindSync === undefined)
        socket.bind({ address: host, port, exclusive: true });
      else socket.bindSync({ address: host, port });
      if (failed === undefined) requireBound(socket);
    } catch (error) {
      socket.close();
      throw error;
    }
    if (failed !== undefined) {
      socket.close();
      throw failed;
    }
    socket.off("error", onBindError);
    // Waiting calls keep the process alive, and so do datagrams that are being sent.
    socket.unref();
    socket.on("error", (error) => {
      this.#error = error;
      this.signalRead();
    });
    socket.on("message", (data, { address, port: senderPort }) => {
      this.#receive(data, address, senderPort);
    });
    return socket;
  }

  #receive(data: Uint8Array, host: string, port: number): void {
    const peer = this.#peer;
    if (peer !== undefined && (port !== peer.port || host !== peer.host))
      return;
    const { length } = data;
    // Node allocates memory for every datagram and does not use it again, so the caller gets it without a copy. But not
    // as a `Buffer`: its `slice` does not copy, unlike that of a `Uint8Array`.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, length);
    const datagram = { data: bytes, sender: { host, port } };
    if (this.#first === undefined) this.#first = datagram;
    else {
      const { queuedDatagrams, bufferedBytes } = this.#context.limits;
      if (this.#others.length + 1 >= queuedDatagrams) return;
      if (this.#queuedBytes + length > bufferedBytes) return;
      this.#others.push(datagram);
    }
    this.#queuedBytes += length;
    this.signalRead();
  }

  override tryConnect(address: NumericAddress): Attempt<void> {
    if (this.#connecting === undefined) {
      const former = this.#peer;
      // Setting the same peer again would lose its unread datagrams.
      if (former !== undefined && isSameAddress(former, address)) {
        this.#error = undefined;
        return;
      }
      let socket: DatagramSocket;
      try {
        socket = this.#disconnect();
      } catch (error) {
        if (former !== undefined) this.#restorePeer(former);
        throw error;
      }
      const connecting: Connecting = {
        former,
        isDone: false,
        error: undefined,
      };
      this.#connecting = connecting;
      socket.connect(address.port, address.host, (error?: Error) => {
        // Node calls this for any "connect" event, so also for that of an earlier call, which is emitted a tick later.
        if (error === undefined && peerOf(socket) === undefined) return;
        connecting.isDone = true;
        connecting.error = error;
        if (this.#connecting === connecting) this.signalWrite();
      });
      const peer = peerOf(socket);
      if (peer === undefined) return PENDING;
      this.#connecting = undefined;
      this.#setPeer(peer);
      return;
    }
    const { former, isDone, error } = this.#connecting;
    if (!isDone) return PENDING;
    this.#connecting = undefined;
    if (error !== undefined) {
      if (former !== undefined) this.#restorePeer(former);
      throw error;
    }
    this.#setPeer(peerOf(this.#opened()) ?? address);
  }

  /** Restores the previous peer after another one could not be set. */
  #restorePeer({ host, port }: NumericAddress): void {
    const socket = this.#opened();
    // The callback is not needed: the outcome is known synchronously.
    socket.connect(port, host, () => undefined);
    const peer = peerOf(socket);
    if (peer !== undefined) this.#setPeer(peer);
  }

  #setPeer(peer: NumericAddress): void {
    this.#peer = peer;
    this.#error = undefined;
    this.#lastGoodDestination = undefined;
    if (this.#first === undefined) return;
    const [first, ...others] = [this.#first, ...this.#others].filter(
      ({ sender }) => sender.port === peer.port && sender.host === peer.host,
    );
    this.#first = first;
    this.#others = others;
    this.#queuedBytes = others.reduce(
      (sum, { data }) => sum + data.length,
      first?.data.length ?? 0,
    );
  }

  /** Removes the previous peer from the socket, which keeps its port. Returns the socket, which may be a new one. */
  #disconnect(): DatagramSocket {
    const socket = this.#opened();
    if (peerOf(socket) === undefined) return socket;
    const local = this.localAddress();
    socket.disconnect();
    this.#peer = undefined;
    if (socket.address().port === local.port) return socket;
    // When the peer is removed, Linux also releases a port that it chose itself. So bind again, with the port number.
    const bound = this.#openAgain(local);
    socket.close();
    this.#socket = bound;
    return bound;
  }

  /** Opens another socket at the address that this one was bound to. `local` is its address while it had a peer. */
  #openAgain(local: NumericAddress): DatagramSocket {
    try {
      return this.#open(
        { host: this.#boundHost, port: local.port },
        this.#reuseAddress,
      );
    } catch (error) {
      // While this socket had a peer, others could bind the port at other addresses.
      if (local.host === this.#boundHost) throw error;
      return this.#open(local, this.#reuseAddress);
    }
  }

  /** Node's internal handle of the socket, if it can be found: it has no public name. */
  get handle(): SystemHandle | undefined {
    const socket = this.#socket;
    if (socket === undefined) return undefined;
    stateSymbol ??= Object.getOwnPropertySymbols(socket).find(
      ({ description }) => description === "state symbol",
    );
    if (stateSymbol === undefined) return undefined;
    const held = socket as unknown as Record<symbol, HandleOwner | undefined>;
    return held[stateSymbol]?.handle ?? undefined;
  }

  #opened(): DatagramSocket {
    if (this.#socket === undefined) throw systemError("EINVAL", "not bound");
    return this.#socket;
  }

  override trySendTo(
    data: Uint8Array,
    address: NumericAddress | undefined,
    hold: boolean,
  ): Attempt<void> {
    const sending = this.#sending;
    if (sending?.data === data) {
      if (!sending.isDone) return PENDING;
      this.#sending = undefined;
      if (sending.error !== null) throw sending.error;
      return;
    }
    if (data.length > this.#mostBytes)
      throw systemError("EMSGSIZE", "the datagram is too large");
    this.#throwError();
    const socket = this.#opened();
    const bytes = hold ? data : Uint8Array.prototype.slice.call(data);
    if (this.#mayBeQueued) this.#mayBeQueued = socket.getSendQueueCount() > 0;
    if (
      address === undefined &&
      this.#peer !== undefined &&
      !this.#mayBeQueued &&
      data.length > 0 &&
      writeDirectly(this.handle, data) > 0
    )
      return;
    if (!this.#mayBeQueued && this.#isLastGoodDestination(address)) {
      this.#send(socket, bytes, address, this.#onSent);
      // If nothing is queued, the kernel has either taken or refused the datagram, and no longer needs the bytes. Node
      // reports which only a tick later. Since an earlier datagram to this destination succeeded, it is enough if the next
      // call reports an error.
      if (socket.getSendQueueCount() === 0) return;
      this.#mayBeQueued = true;
      if (!hold) return;
      this.#sending = { data, isDone: false, error: null };
      return PENDING;
    }
    const started: Sending = { data, isDone: false, error: null };
    this.#sending = started;
    this.#mayBeQueued = true;
    this.#send(socket, bytes, address, (error) => {
      started.isDone = true;
      started.error = error;
      this.#lastGoodDestination =
        error === null ? (address ?? "peer") : undefined;
      if (this.#sending === started) this.signalWrite();
    });
    return PENDING;
  }

  #send(
    socket: dgram.Socket,
    bytes: Uint8Array,
    address: NumericAddress | undefined,
    callback: (error: Error | null) => void,
  ): void {
    if (address === undefined) {
      // Node would report a missing argument instead.
      if (this.#peer === undefined)
        throw systemError("EDESTADDRREQ", "the socket has no peer");
      socket.send(bytes, callback);
    } else socket.send(bytes, address.port, address.host, callback);
  }

  #isLastGoodDestination(address: NumericAddress | undefined): boolean {
    const last = this.#lastGoodDestination;
    if (last === undefined) return false;
    if (last === "peer" || address === undefined)
      return last === "peer" && address === undefined;
    return last.port === address.port && last.host === address.host;
  }

  override tryReceiveFrom(maxLength: number): Attempt<Datagram> {
    this.#throwError();
    const datagram = this.#first;
    if (datagram === undefined) return PENDING;
    this.#first = this.#others.length > 0 ? this.#others.shift() : undefined;
    const { data, sender } = datagram;
    this.#queuedBytes -= data.length;
    return data.length <= maxLength
      ? datagram
      : { data: data.slice(0, maxLength), sender };
  }

  /** Throws the error that was reported since the last call, if there is one. The socket stays usable. */
  #throwError(): void {
    const error = this.#error;
    if (error === undefined) return;
    this.#error = undefined;
    throw error;
  }

  override localAddress(): NumericAddress {
    const { address, port } = this.#opened().address();
    return { host: address, port };
  }

  override peerAddress(): NumericAddress {
    if (this.#peer === undefined) throw systemError("ENOTCONN", "no peer");
    return this.#peer;
  }

  override close(): void {
    this.#first = undefined;
    this.#others = [];
    this.#sending = undefined;
    this.#socket?.close();
  }
}

function peerOf(socket: dgram.Socket): NumericAddress | undefined {
  try {
    const { address, port } = socket.remoteAddress();
    return { host: address, port };
  } catch {
    // Node throws for a socket without a peer, and offers no other way to query it.
    return undefined;
  }
}
