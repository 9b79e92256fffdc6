/**
 * UDP on the calling thread. The worker reads datagrams into a ring. The caller writes datagrams to a peer directly to the
 * kernel; the worker sends the others.
 */
import {
  PENDING,
  type Attempt,
  type Datagram,
  type NumericAddress,
} from "../driver.js";
import { setArgument, type Caller } from "./caller.js";
import {
  DATAGRAM_HOST_LENGTH,
  writeDatagram,
  type DatagramView,
} from "./datagrams.js";
import type { Direct } from "./direct.js";
import { Command, Control, socketBits, type ControlBlock } from "./layout.js";
import { attached, systemError, type NodeSyncSocket } from "./socket.js";

/** Maximum payload of a datagram, in bytes: over IPv4 (RFC 791, RFC 768) and IPv6 (RFC 8200, without jumbograms). */
const LARGEST_DATAGRAM = { ipv4: 65_507, ipv6: 65_527 } as const;

export class DatagramSockets {
  readonly #caller: Caller;
  readonly #direct: Direct;

  constructor(caller: Caller, direct: Direct) {
    this.#caller = caller;
    this.#direct = direct;
  }

  connect(
    socket: NodeSyncSocket,
    control: ControlBlock,
    address: NumericAddress,
  ): void {
    const rings = this.#caller.attach(socket, control);
    setArgument(control, address);
    const bits = socketBits(socket.family, socket.protocol, false);
    this.#caller.call(control, Command.Connect, bits, rings);
    socket.peer = control.peer;
    // An error that was reported for the previous peer does not concern the new one.
    control.store(Control.Failed, 0);
    const { host, port } = socket.peer;
    countOut(control, attached(socket.datagrams).keepOnly(host, port));
    // Free the dropped datagrams at the front of the ring, so that they take no room from those of the peer.
    this.#next(socket, control);
  }

  send(
    socket: NodeSyncSocket,
    data: Uint8Array,
    address: NumericAddress | undefined,
  ): Attempt<void> {
    this.#caller.link.check();
    const control = this.#caller.control(socket);
    reportError(control);
    const destination = address ?? socket.peer;
    if (destination === undefined)
      throw systemError("EDESTADDRREQ", "the datagram has no destination");
    if (
      data.length > LARGEST_DATAGRAM[socket.family] ||
      destination.host.length > DATAGRAM_HOST_LENGTH
    )
      throw systemError("EMSGSIZE", "the datagram is too large");
    if (
      address === undefined &&
      data.length > 0 &&
      control.load(Control.SendIdle) === 1 &&
      this.#direct.write(control, data) > 0
    )
      return;
    // With an empty host the worker sends to the peer. The socket host passes an address only if there is no peer.
    const written = writeDatagram(
      attached(socket.sending),
      data,
      address === undefined ? "" : address.host,
      address?.port ?? 0,
    );
    if (!written) return PENDING;
    const known = socket.knownDestination;
    if (known?.host === destination.host && known.port === destination.port) {
      if (Atomics.exchange(control.words, Control.SendIdle, 0) === 1)
        this.#caller.link.command(Command.Send, control.id);
      return;
    }
    // The first datagram to a destination waits for the outcome of the system call, such as ENETUNREACH or EACCES.
    control.store(Control.SendIdle, 0);
    this.#caller.call(control, Command.Send, 1, 0);
    socket.knownDestination = {
      host: destination.host,
      port: destination.port,
    };
  }

  receive(socket: NodeSyncSocket, maxLength: number): Attempt<Datagram> {
    this.#caller.endLoan();
    const control = this.#caller.control(socket);
    const reader = attached(socket.datagrams);
    const found = this.#next(socket, control);
    if (found === undefined) {
      this.#caller.link.check();
      reportError(control);
      return PENDING;
    }
    const { data, host, port } = found;
    const sender: NumericAddress = { host, port };
    countOut(control);
    if (this.#caller.borrow) {
      this.#caller.lend(() => {
        reader.release();
      });
      return { data: data.subarray(0, maxLength), sender };
    }
    const copy = data.slice(0, maxLength);
    reader.release();
    return { data: copy, sender };
  }

  /** Returns the next datagram, without removing it. If there is a peer, drops datagrams of other senders before it. */
  #next(
    socket: NodeSyncSocket,
    control: ControlBlock,
  ): DatagramView | undefined {
    const reader = attached(socket.datagrams);
    const { peer } = socket;
    for (;;) {
      const found = reader.peek();
      if (
        found === undefined ||
        peer === undefined ||
        (peer.port === found.port && peer.host === found.host)
      )
        return found;
      countOut(control);
      reader.release();
    }
  }

  /** Whether a wait for a datagram, or for room for one, is over. */
  isReady(
    socket: NodeSyncSocket,
    control: ControlBlock,
    readiness: "read" | "write",
  ): boolean {
    if (control.load(Control.Failed) === 1) return true;
    if (readiness === "read") return !attached(socket.receiving).isEmpty();
    // A datagram may need twice its size, if the end of the ring has to be skipped.
    const ring = attached(socket.sending);
    return ring.free >= ring.size - (ring.size >> 2);
  }
}

/** Counts datagrams as removed from the receive ring. */
function countOut(control: ControlBlock, count = 1): void {
  control.store(
    Control.DatagramsOut,
    (control.load(Control.DatagramsOut) + count) | 0,
  );
}

/** Throws the pending error of a UDP socket, if there is one, and clears it. */
function reportError(control: ControlBlock): void {
  if (control.load(Control.Failed) === 0) return;
  const { error } = control;
  control.store(Control.Failed, 0);
  throw error;
}
