/** A blocking driver over `wasi:sockets` 0.2: inside a component, or wherever JavaScript has these interfaces. */
import {
  PENDING,
  type Attempt,
  type BlockingDriver,
  type Datagram,
  type DriverLimits,
  type DriverSupports,
  type Family,
  type NumericAddress,
  type Protocol,
  type Readiness,
} from "../driver.js";
import { systemError } from "../host/errors.js";
import type { WasiBindings } from "./bindings.js";
import { WasiContext } from "./context.js";
import { Lingering, type Timer } from "./lingering.js";
import { WasiLookup } from "./lookup.js";
import { WasiTcpSocket } from "./tcp-socket.js";
import { WasiUdpSocket } from "./udp-socket.js";
import { Waiting } from "./waiting.js";
import { release } from "./resources.js";

/** What the backend supports on every host. */
export const wasiSupports: DriverSupports = {
  ipv6: true,
  udp: true,
  // preview2-shim discards the data that it has read once it receives the reset.
  resetAfterData: false,
};

/** After this many consecutive waits without a result, the driver no longer relies on the waits of the host. */
const IDLE_WAITS = 16;
/** How long it pauses between attempts then, in milliseconds. */
const IDLE_PAUSE = 10;

/** How long the host is given to receive a refusal, in milliseconds. */
const REFUSAL_TIME = 1;

/** A socket of the driver. */
export type WasiSocket = WasiTcpSocket | WasiUdpSocket;

/** Options of {@link WasiDriver}. */
export interface WasiDriverOptions {
  readonly limits: DriverLimits;
  /** How long a closed connection may take to deliver the bytes that `send` has taken, in milliseconds. */
  readonly deliveryTimeout: number;
  /** Checks such connections between calls. */
  readonly timer?: Timer | undefined;
}

export class WasiDriver implements BlockingDriver<WasiSocket, WasiLookup> {
  readonly name = "wasi";
  readonly supports: DriverSupports = wasiSupports;
  readonly clock: { readonly now: () => number };
  readonly #context: WasiContext;
  readonly #waiting: Waiting;
  readonly #lingering: Lingering;
  /**
   * The last lookup. The socket host abandons a lookup without notice, but has at most one at a time; so it is released
   * when the next one starts.
   */
  #lookup: WasiLookup | undefined;

  constructor(bindings: WasiBindings, options: WasiDriverOptions) {
    const waiting = new Waiting(bindings);
    this.#waiting = waiting;
    const { deliveryTimeout, timer } = options;
    this.#lingering = new Lingering(waiting, deliveryTimeout, timer);
    this.#context = new WasiContext(bindings, options.limits);
    this.clock = { now: () => waiting.now() };
  }

  lookup(name: string, family: Family): WasiLookup {
    const former = this.#lookup;
    this.#lookup = undefined;
    release(former);
    return (this.#lookup = new WasiLookup(this.#context, name, family));
  }

  tryLookup(lookup: WasiLookup): Attempt<readonly string[]> {
    return lookup.attempt();
  }

  open(family: Family, protocol: Protocol): WasiSocket {
    return protocol === "tcp"
      ? new WasiTcpSocket(this.#context, family)
      : new WasiUdpSocket(this.#context, family);
  }

  /** Ignores `reuseAddress`: every WASI host enables it for TCP, and WASI lacks it for UDP. */
  tryBind(socket: WasiSocket, address: NumericAddress): Attempt<void> {
    return socket.tryBind(address);
  }

  tryConnect(socket: WasiSocket, address: NumericAddress): Attempt<void> {
    this.#awaitRefusal(socket);
    return socket.tryConnect(address);
  }

  tryListen(socket: WasiSocket, backlog: number): Attempt<void> {
    return tcp(socket).tryListen(backlog);
  }

  tryAccept(socket: WasiSocket): Attempt<WasiSocket> {
    return read(socket, tcp(socket).tryAccept());
  }

  trySend(socket: WasiSocket, data: Uint8Array): Attempt<number> {
    return written(socket, tcp(socket).trySend(data));
  }

  tryReceive(socket: WasiSocket, maxLength: number): Attempt<Uint8Array> {
    return read(socket, tcp(socket).tryReceive(maxLength));
  }

  trySendTo(
    socket: WasiSocket,
    data: Uint8Array,
    address: NumericAddress | undefined,
  ): Attempt<void> {
    return written(socket, udp(socket).trySendTo(data, address));
  }

  tryReceiveFrom(socket: WasiSocket, maxLength: number): Attempt<Datagram> {
    return read(socket, udp(socket).tryReceiveFrom(maxLength));
  }

  localAddress(socket: WasiSocket): NumericAddress {
    return socket.localAddress();
  }

  peerAddress(socket: WasiSocket): NumericAddress {
    return socket.peerAddress();
  }

  close(socket: WasiSocket): void {
    if (socket instanceof WasiTcpSocket) this.#lingering.close(socket);
    else {
      this.#awaitRefusal(socket);
      socket.close();
    }
  }

  /**
   * Gives the host time to receive a refusal before the streams of a UDP socket are dropped. In preview2-shim, a refusal
   * that arrives after the streams have been dropped, but before their socket, breaks every later call of every socket of
   * the process.
   */
  #awaitRefusal(socket: WasiSocket): void {
    if (!(socket instanceof WasiUdpSocket) || !socket.mayBeRefused) return;
    socket.mayBeRefused = false;
    const end = this.#waiting.now() + REFUSAL_TIME;
    // One sleep may end early, by an alarm of an earlier wait.
    while (this.#waiting.now() < end) this.#waiting.sleep(end);
  }

  block(
    target: WasiSocket | WasiLookup,
    readiness: Readiness,
    deadline: number,
  ): void {
    this.#lingering.look();
    const until = Math.min(deadline, this.#lingering.nextLook);
    if (target instanceof WasiTcpSocket && readiness === "read")
      this.#read(target, until);
    else this.#wait(target, readiness, until);
  }

  dispose(): void {
    const lookup = this.#lookup;
    this.#lookup = undefined;
    release(lookup, this.#lingering, this.#waiting, this.#context);
  }

  /**
   * Reads, and waits if there is nothing to read. Without a deadline, one host call does both (`blocking-read`). With one,
   * it takes a `read`, and if there is nothing, a `poll` and another `read`.
   */
  #read(socket: WasiTcpSocket, deadline: number): void {
    const blocks = deadline === Infinity && socket.idleReads < IDLE_WAITS;
    if (blocks) socket.idleReads += 1;
    if (socket.read(blocks) || blocks) return;
    if (this.#wait(socket, "read", deadline)) socket.read(false);
  }

  /** @returns whether the host reports that the target is ready. */
  #wait(
    target: WasiSocket | WasiLookup,
    readiness: Readiness,
    deadline: number,
  ): boolean {
    const now = deadline === Infinity ? 0 : this.#waiting.now();
    if (deadline <= now) return false;
    // If the waits of a host end without a result, further ones would keep this thread, and that of the host, busy forever.
    if (idleWaits(target, readiness) >= IDLE_WAITS) {
      const pause = this.#waiting.now() + IDLE_PAUSE;
      this.#waiting.sleep(Math.min(pause, deadline));
      return false;
    }
    const pollable =
      target instanceof WasiLookup
        ? target.pollable()
        : target.pollable(readiness);
    if (!this.#waiting.wait(pollable, deadline)) return false;
    if (target instanceof WasiLookup || readiness !== "write")
      target.idleReads += 1;
    else target.idleWrites += 1;
    return true;
  }
}

function idleWaits(
  target: WasiSocket | WasiLookup,
  readiness: Readiness,
): number {
  return target instanceof WasiLookup || readiness !== "write"
    ? target.idleReads
    : target.idleWrites;
}

function read<T>(socket: WasiSocket, attempt: Attempt<T>): Attempt<T> {
  if (attempt !== PENDING) socket.idleReads = 0;
  return attempt;
}

function written<T>(socket: WasiSocket, attempt: Attempt<T>): Attempt<T> {
  if (attempt !== PENDING) socket.idleWrites = 0;
  return attempt;
}

function tcp(socket: WasiSocket): WasiTcpSocket {
  if (socket instanceof WasiTcpSocket) return socket;
  throw systemError("EPROTOTYPE", "a UDP socket has no connections");
}

function udp(socket: WasiSocket): WasiUdpSocket {
  if (socket instanceof WasiUdpSocket) return socket;
  throw systemError("EPROTOTYPE", "a TCP socket has no datagrams");
}
