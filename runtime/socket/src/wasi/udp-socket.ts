/** One UDP socket over `wasi:sockets/udp`. */
import {
  PENDING,
  type Attempt,
  type Datagram,
  type Family,
  type NumericAddress,
  type Readiness,
} from "../driver.js";
import { isSameAddress } from "../host/destination.js";
import { systemError } from "../host/errors.js";
import { fromWasiAddress, toWasiAddress } from "./address.js";
import { compact } from "./bytes.js";
import type { WasiContext } from "./context.js";
import { attemptOf, valueOf } from "./errors.js";
import type { Pollable } from "./generated/wasi/io/poll.js";
import type {
  IncomingDatagramStream,
  OutgoingDatagramStream,
  UdpSocket,
} from "./generated/wasi/sockets/udp.js";
import { release } from "./resources.js";

/** Maximum number of datagrams that are fetched with one host call. */
const BATCH = 16;

interface Streams {
  readonly incoming: IncomingDatagramStream;
  readonly outgoing: OutgoingDatagramStream;
}

export class WasiUdpSocket {
  /** Number of consecutive waits that have ended without a result, to read and to write. */
  idleReads = 0;
  idleWrites = 0;
  readonly family: Family;
  readonly #context: WasiContext;
  /** The address that is being bound. */
  #binding: NumericAddress | undefined;
  /** The address that was requested when the socket was last bound. */
  #bound: NumericAddress | undefined;
  /** The addresses to bind again, in order, to remove the peer. */
  #rebinding: NumericAddress[] = [];
  #isFresh = true;
  #socket: UdpSocket | undefined;
  #streams: Streams | undefined;
  #socketPollable: Pollable | undefined;
  #incomingPollable: Pollable | undefined;
  #outgoingPollable: Pollable | undefined;
  #local: NumericAddress | undefined;
  #peer: NumericAddress | undefined;
  /** Datagrams that were fetched and have not been received yet. */
  #queue: Datagram[] = [];
  /** How many datagrams may be sent without another `check-send`. */
  #permit = 0n;
  /** Whether a datagram was sent to the peer, which may be refused shortly because nothing listens there. */
  mayBeRefused = false;

  constructor(context: WasiContext, family: Family) {
    this.#context = context;
    this.family = family;
    this.#socket = this.#create();
  }

  tryBind(address: NumericAddress): Attempt<void> {
    if (this.#bind(address) === PENDING) return PENDING;
    try {
      // With the streams open, datagrams are queued from now on, before the first receive.
      this.#openStreams(undefined);
    } catch (cause) {
      this.close();
      throw cause;
    }
  }

  tryConnect(address: NumericAddress): Attempt<void> {
    // Setting the same peer again would lose its unread datagrams.
    if (this.#peer !== undefined && isSameAddress(this.#peer, address)) return;
    const target = toWasiAddress(address);
    if (this.#rebinding.length === 0) {
      this.#fetchAll();
      // When the peer is removed, the kernel may release a port that it chose itself. So bind again, with the port number.
      if (this.#peer !== undefined && this.#bound?.port === 0) {
        const local = this.localAddress();
        // While this socket had a peer, others could bind the port at other addresses than this one.
        this.#rebinding = [{ ...this.#bound, port: local.port }, local];
      }
    }
    for (let next = this.#rebinding[0]; next !== undefined;) {
      try {
        if (this.#bind(next) === PENDING) return PENDING;
        this.#rebinding = [];
      } catch (cause) {
        this.#rebinding.shift();
        if (this.#rebinding.length === 0) throw cause;
      }
      next = this.#rebinding[0];
    }
    const former = this.#peer;
    this.#closeStreams();
    this.#local = undefined;
    try {
      this.#openStreams(address, target);
    } catch (cause) {
      this.#peer = former;
      throw cause;
    }
    this.#queue = this.#queue.filter(({ sender }) => this.#isPeer(sender));
  }

  trySendTo(
    data: Uint8Array,
    address: NumericAddress | undefined,
  ): Attempt<void> {
    const { outgoing } = this.#opened();
    if (this.#permit === 0n) {
      this.#permit = valueOf(outgoing.checkSend(), "check-send");
      if (this.#permit === 0n) return PENDING;
    }
    const datagram = {
      data: compact(data),
      ...(address === undefined
        ? {}
        : { remoteAddress: toWasiAddress(address) }),
    };
    this.#permit -= 1n;
    if (valueOf(outgoing.send([datagram]), "send") === 0n) return PENDING;
    this.mayBeRefused = this.#peer !== undefined;
  }

  tryReceiveFrom(maxLength: number): Attempt<Datagram> {
    if (this.#queue.length === 0) this.#fetch();
    const datagram = this.#queue.shift();
    if (datagram === undefined) return PENDING;
    const { data, sender } = datagram;
    return data.length <= maxLength
      ? datagram
      : { data: data.slice(0, maxLength), sender };
  }

  localAddress(): NumericAddress {
    return (this.#local ??= fromWasiAddress(
      valueOf(this.#open.localAddress(), "local-address"),
    ));
  }

  peerAddress(): NumericAddress {
    if (this.#peer === undefined)
      throw systemError("ENOTCONN", "the socket has no peer");
    return this.#peer;
  }

  /** Returns the pollable that is ready when another attempt may succeed. */
  pollable(readiness: Readiness): Pollable {
    switch (readiness) {
      case "read":
        return (this.#incomingPollable ??= this.#opened().incoming.subscribe());
      case "write":
        return (this.#outgoingPollable ??= this.#opened().outgoing.subscribe());
      case "bind":
      case "connect":
      case "listen":
      case "accept":
      case "lookup":
        return (this.#socketPollable ??= this.#open.subscribe());
    }
  }

  close(): void {
    const { incoming, outgoing } = this.#streams ?? {};
    const resources = [
      this.#incomingPollable,
      this.#outgoingPollable,
      this.#socketPollable,
      incoming,
      outgoing,
      this.#socket,
    ];
    this.#incomingPollable = undefined;
    this.#outgoingPollable = undefined;
    this.#socketPollable = undefined;
    this.#streams = undefined;
    this.#socket = undefined;
    this.#binding = undefined;
    this.#isFresh = false;
    release(...resources);
  }

  #bind(address: NumericAddress): Attempt<void> {
    const isUnderWay =
      this.#binding?.host === address.host &&
      this.#binding.port === address.port;
    try {
      if (!isUnderWay) {
        const socket = this.#unused();
        this.#isFresh = false;
        this.#binding = address;
        const { network } = this.#context;
        valueOf(
          socket.startBind(network, toWasiAddress(address)),
          "start-bind",
        );
      }
      if (attemptOf(this.#open.finishBind(), "finish-bind") === PENDING)
        return PENDING;
      this.#binding = undefined;
      this.#bound = address;
    } catch (cause) {
      this.close();
      throw cause;
    }
  }

  /** Fetches available datagrams, and drops those that are not from the peer. Throws the error that the network reported. */
  #fetch(): void {
    const { incoming } = this.#opened();
    const { queuedDatagrams } = this.#context.limits;
    const most = Math.min(BATCH, queuedDatagrams);
    const received = incoming.receive(BigInt(most));
    // On some hosts a stream cannot be used after an error. A new one can, on every host.
    if (received.tag === "err") this.#closeStreams();
    for (const { data, remoteAddress } of valueOf(received, "receive")) {
      const sender = fromWasiAddress(remoteAddress);
      if (this.#peer === undefined || this.#isPeer(sender))
        this.#queue.push({ data, sender });
    }
  }

  /** Fetches all available datagrams, up to the limit. */
  #fetchAll(): void {
    const { queuedDatagrams } = this.#context.limits;
    try {
      let before = -1;
      while (this.#queue.length > before) {
        before = this.#queue.length;
        if (before >= queuedDatagrams) return;
        this.#fetch();
      }
    } catch {
      // An error of datagrams to the previous peer does not concern the new one.
    }
  }

  #isPeer({ host, port }: NumericAddress): boolean {
    return this.#peer?.host === host && this.#peer.port === port;
  }

  /** Returns the streams, which are reopened if an error has closed them. */
  #opened(): Streams {
    return this.#streams ?? this.#openStreams(this.#peer);
  }

  #openStreams(
    peer: NumericAddress | undefined,
    target = peer === undefined ? undefined : toWasiAddress(peer),
  ): Streams {
    const [incoming, outgoing] = valueOf(this.#open.stream(target), "stream");
    this.#peer = peer;
    return (this.#streams = { incoming, outgoing });
  }

  #closeStreams(): void {
    const { incoming, outgoing } = this.#streams ?? {};
    const resources = [
      this.#incomingPollable,
      this.#outgoingPollable,
      incoming,
      outgoing,
    ];
    this.#incomingPollable = undefined;
    this.#outgoingPollable = undefined;
    this.#streams = undefined;
    this.#permit = 0n;
    release(...resources);
  }

  /** Returns a fresh resource. */
  #unused(): UdpSocket {
    if (!this.#isFresh) {
      this.close();
      this.#socket = this.#create();
      this.#isFresh = true;
    }
    return this.#open;
  }

  get #open(): UdpSocket {
    if (this.#socket === undefined)
      throw systemError("EBADF", "the socket is not open");
    return this.#socket;
  }

  #create(): UdpSocket {
    const { udpCreateSocket } = this.#context.bindings;
    return valueOf(
      udpCreateSocket.createUdpSocket(this.family),
      "create-udp-socket",
    );
  }
}
