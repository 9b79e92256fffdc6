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

/** What Node has beyond the declarations of its oldest supported version. */
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

/** Under which Node keeps the handle of a datagram socket: the same for all of them. */
let stateSymbol: symbol | undefined;

/** A datagram on its way into the system. */
interface Sending {
  readonly data: Uint8Array;
  isDone: boolean;
  error: Error | null;
}

/** A peer that is being set. */
interface Connecting {
  /** The peer until now. */
  readonly former: NumericAddress | undefined;
  isDone: boolean;
  error: Error | undefined;
}

/** The most bytes that a datagram carries: 65,535 less the headers. */
const largest = { ipv4: 65_507, ipv6: 65_527 };

/** Node binds to a numeric address at once. Where others do it later, nobody would ever hear of it. */
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
  #peer: NumericAddress | undefined = undefined;
  /** Most often there is one datagram at most, so the others stand apart. */
  #first: Datagram | undefined = undefined;
  #others: Datagram[] = [];
  #queuedBytes = 0;
  /** What the system reported without being asked, such as a refusal by the peer; the next call gets it. */
  #error: Error | undefined = undefined;
  #sending: Sending | undefined = undefined;
  /** The system did not take a datagram at once, so Node may have some of them in its own queue. */
  #mayBeQueued = false;
  /** Where the last datagram went, if it went well. */
  #proven: NumericAddress | "peer" | undefined = undefined;
  /** Hears of the datagrams that were not waited for. */
  readonly #onSent = (error: Error | null): void => {
    const sending = this.#sending;
    if (error !== null) {
      this.#proven = undefined;
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
    this.#socket = this.#open(address, reuseAddress);
  }

  #open({ host, port }: NumericAddress, reuseAddr: boolean): DatagramSocket {
    const socket: DatagramSocket = dgram.createSocket({
      type: this.#family === "ipv4" ? "udp4" : "udp6",
      ipv6Only: this.#family === "ipv6",
      reuseAddr,
      // Addresses are numeric already, and without a detour through the resolver Node binds and sends at once.
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
    // Calls that wait keep the process alive, and so does what is being sent.
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
    // Node makes a new piece of memory for every datagram and does not look at it again. The caller gets the memory, but
    // no `Buffer`, whose `slice` would not copy as that of a `Uint8Array` does.
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
      // To set the same peer anew would lose what has come from it and is not read yet.
      if (former !== undefined && isSameAddress(former, address)) {
        this.#error = undefined;
        return;
      }
      const socket = this.#disconnect();
      const connecting: Connecting = {
        former,
        isDone: false,
        error: undefined,
      };
      this.#connecting = connecting;
      socket.connect(address.port, address.host, (error?: Error) => {
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

  /** Sets the peer again that there was before another one was asked for in vain. */
  #restorePeer({ host, port }: NumericAddress): void {
    const socket = this.#opened();
    // What the callback hears is known at once.
    socket.connect(port, host, () => undefined);
    const peer = peerOf(socket);
    if (peer !== undefined) this.#setPeer(peer);
  }

  #setPeer(peer: NumericAddress): void {
    this.#peer = peer;
    this.#error = undefined;
    this.#proven = undefined;
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

  /** Takes the former peer off the socket, which keeps its port. */
  #disconnect(): DatagramSocket {
    const socket = this.#opened();
    if (peerOf(socket) === undefined) return socket;
    const { host, port } = this.localAddress();
    socket.disconnect();
    this.#peer = undefined;
    if (socket.address().port === port) return socket;
    // Linux gives a port up with the peer if it picked that port itself; so it is asked for by number this time.
    socket.close();
    this.#socket = this.#open({ host, port }, this.#reuseAddress);
    return this.#socket;
  }

  /** What Node holds of the socket, if it can be found: it has no public name. */
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
    if (!this.#mayBeQueued && this.#isProven(address)) {
      this.#send(socket, bytes, address, this.#onSent);
      // With nothing queued the system has taken the datagram or refused it, and is done with the bytes either way. Node
      // says which only a tick later; after one that went the same way well, the next call is early enough to hear it.
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
      this.#proven = error === null ? (address ?? "peer") : undefined;
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
      // Node would take it for a datagram without a destination, and complain of its own arguments.
      if (this.#peer === undefined)
        throw systemError("EDESTADDRREQ", "the socket has no peer");
      socket.send(bytes, callback);
    } else socket.send(bytes, address.port, address.host, callback);
  }

  #isProven(address: NumericAddress | undefined): boolean {
    const proven = this.#proven;
    if (proven === undefined) return false;
    if (proven === "peer" || address === undefined)
      return proven === "peer" && address === undefined;
    return proven.port === address.port && proven.host === address.host;
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

  /** Throws what the system reported since the last call. The socket stays usable. */
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
    // Node throws for a socket without a peer, and has no other way to ask.
    return undefined;
  }
}
