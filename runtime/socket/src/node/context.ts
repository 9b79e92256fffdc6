import type net from "node:net";
import type { DriverLimits } from "../driver.js";
import type { LookupFunction } from "./lookup.js";
import type { StreamSink } from "./tcp-stream.js";
import type { TcpSocket } from "./tcp-socket.js";

/** State shared by all sockets of one driver. */
export interface NodeContext {
  readonly limits: DriverLimits;
  readonly lookup: LookupFunction;
  /** How long a closed connection may take to deliver its pending output, in milliseconds. */
  readonly deliveryTimeout: number;
  /** Closed connections that still deliver pending output. */
  readonly lingering: Set<net.Socket>;
  /**
   * Creates the sink for the bytes of a connection. If absent, the socket is its own sink. If present, `tryReceive` must
   * not be called: it only returns bytes that the socket itself has received as the sink.
   */
  readonly createSink: ((socket: TcpSocket) => StreamSink) | undefined;
}
