/** The driver over `node:net` and `node:dgram`. */
import type net from "node:net";
import { networkInterfaces } from "node:os";
import {
  type AsyncDriver,
  type Attempt,
  type Datagram,
  type DriverLimits,
  type DriverSupports,
  type Family,
  type NumericAddress,
  type Protocol,
  type Readiness,
} from "../driver.js";
import { resolveDeliveryTimeout, resolveLimits } from "../host/limits.js";
import { nodeClock } from "./clock.js";
import type { NodeContext } from "./context.js";
import { NameLookup, systemLookup, type LookupFunction } from "./lookup.js";
import type { NodeSocket } from "./node-socket.js";
import { TcpSocket } from "./tcp-socket.js";
import type { StreamSink } from "./tcp-stream.js";
import { UdpSocket } from "./udp-socket.js";

/** Options of {@link createNodeDriver}. */
export interface NodeDriverOptions {
  /** The function that looks up names. Default: `dns.lookup`. */
  readonly lookup?: LookupFunction;
  /**
   * How long a closed connection may take to deliver the bytes that its socket has taken, in milliseconds. After that
   * the connection is reset. `Infinity` means no limit. Default: 30,000.
   */
  readonly deliveryTimeout?: number;
  /** The limits of the driver's buffers and queues. */
  readonly limits?: Partial<DriverLimits>;
  /** Creates the sink for the bytes of a connection. The default sink keeps them for `tryReceive`. */
  readonly createSink?: (socket: TcpSocket) => StreamSink;
}

/** Maximum delay of Node's timers, in milliseconds: about 24 days. A longer delivery timeout counts as `Infinity`. */
const longestDelay = 0x7fff_ffff;

/** What the Node driver supports. */
export const nodeSupports: DriverSupports = {
  /**
   * Whether this machine has any IPv6 address, including `::1`. Evaluated on each access, because networks change.
   */
  get ipv6() {
    return Object.values(networkInterfaces()).some((addresses) =>
      addresses?.some(({ family }) => family === "IPv6"),
    );
  },
  udp: true,
  resetAfterData: reportsLateResets(process.versions.uv),
};

/**
 * Whether a version of libuv, such as `1.51.0`, reports a reset that arrived while reading was paused. Before 1.52 it
 * reports the end of the stream instead. This affects all releases of Node 20 and 22, and the first releases of Node 24.
 */
function reportsLateResets(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 52);
}

/** The driver over `node:net` and `node:dgram`. */
export type NodeDriver = AsyncDriver<NodeSocket, NameLookup>;

/**
 * Creates a driver over `node:net` and `node:dgram`.
 *
 * @param options - name lookup, limits, and how long `close` may take to deliver (in milliseconds).
 * @returns the driver, to be passed to `createAsyncSocket`. It then belongs to that backend.
 * @throws RangeError - if a limit is unknown, not a number or less than 1, or `deliveryTimeout` is not a number or
 * less than 0.
 */
export function createNodeDriver(options: NodeDriverOptions = {}): NodeDriver {
  return new NetDriver(options);
}

class NetDriver implements NodeDriver {
  readonly name = "node";
  readonly supports = nodeSupports;
  readonly clock = nodeClock;
  readonly #context: NodeContext;

  constructor(options: NodeDriverOptions) {
    const { lookup, limits, createSink } = options;
    const deliveryTimeout = resolveDeliveryTimeout(options.deliveryTimeout);
    this.#context = {
      limits: resolveLimits(limits),
      deliveryTimeout:
        deliveryTimeout > longestDelay ? Infinity : deliveryTimeout,
      lookup: lookup ?? systemLookup,
      lingering: new Set<net.Socket>(),
      createSink,
    };
  }

  lookup(name: string, family: Family): NameLookup {
    return new NameLookup(name, family, this.#context.lookup);
  }

  tryLookup(lookup: NameLookup): Attempt<readonly string[]> {
    return lookup.attempt();
  }

  open(family: Family, protocol: Protocol): NodeSocket {
    return protocol === "tcp"
      ? new TcpSocket(this.#context)
      : new UdpSocket(this.#context, family);
  }

  tryBind(
    socket: NodeSocket,
    address: NumericAddress,
    reuseAddress: boolean,
  ): Attempt<void> {
    return socket.tryBind(address, reuseAddress);
  }

  tryConnect(socket: NodeSocket, address: NumericAddress): Attempt<void> {
    return socket.tryConnect(address);
  }

  tryListen(socket: NodeSocket, backlog: number): Attempt<void> {
    return socket.tryListen(backlog);
  }

  tryAccept(socket: NodeSocket): Attempt<NodeSocket> {
    return socket.tryAccept();
  }

  trySend(
    socket: NodeSocket,
    data: Uint8Array,
    hold: boolean,
  ): Attempt<number> {
    return socket.trySend(data, hold);
  }

  tryReceive(socket: NodeSocket, maxLength: number): Attempt<Uint8Array> {
    return socket.tryReceive(maxLength);
  }

  trySendTo(
    socket: NodeSocket,
    data: Uint8Array,
    address: NumericAddress | undefined,
    hold: boolean,
  ): Attempt<void> {
    return socket.trySendTo(data, address, hold);
  }

  tryReceiveFrom(socket: NodeSocket, maxLength: number): Attempt<Datagram> {
    return socket.tryReceiveFrom(maxLength);
  }

  localAddress(socket: NodeSocket): NumericAddress {
    return socket.localAddress();
  }

  peerAddress(socket: NodeSocket): NumericAddress {
    return socket.peerAddress();
  }

  close(socket: NodeSocket): void {
    socket.unwaitToRead();
    socket.unwaitToWrite();
    socket.close();
  }

  wait(
    target: NodeSocket | NameLookup,
    readiness: Readiness,
    ready: () => void,
  ): void {
    if (target instanceof NameLookup) target.wait(ready);
    else if (readiness === "read" || readiness === "accept")
      target.waitToRead(ready);
    else target.waitToWrite(ready);
  }

  unwait(target: NodeSocket | NameLookup, readiness: Readiness): void {
    if (target instanceof NameLookup) target.unwait();
    else if (readiness === "read" || readiness === "accept")
      target.unwaitToRead();
    else target.unwaitToWrite();
  }

  async dispose(): Promise<void> {
    const closed = [...this.#context.lingering].map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once("close", () => {
            resolve();
          });
        }),
    );
    await Promise.all(closed);
  }
}
