import type net from "node:net";
import type { DriverLimits } from "../driver.js";
import type { LookupFunction } from "./lookup.js";
import type { StreamSink } from "./tcp-stream.js";
import type { TcpSocket } from "./tcp-socket.js";

/** What the sockets of one driver share. */
export interface NodeContext {
  readonly limits: DriverLimits;
  readonly lookup: LookupFunction;
  /** How long a closed connection may take to deliver what it still holds, in milliseconds. */
  readonly deliveryTimeout: number;
  /** Connections that are closed but still delivering. */
  readonly lingering: Set<net.Socket>;
  /**
   * Makes the sink for the bytes of a connection, where it is not the socket itself. Then `tryReceive` is not to be used: it
   * reads from the usual one.
   */
  readonly createSink: ((socket: TcpSocket) => StreamSink) | undefined;
}
