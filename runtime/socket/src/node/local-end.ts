import type net from "node:net";
import type { Attempt, Family, NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";
import {
  isTaken,
  release,
  take,
  type BoundAddress,
} from "./bound-addresses.js";
import { bindPort, type BoundPort, type TcpHandle } from "./bound-port.js";
import type { NodeSocket } from "./node-socket.js";
import { TcpListener } from "./tcp-listener.js";

/** How often to request another ephemeral port if the kernel returns one that another socket of this thread has bound. */
const ephemeralTries = 16;

/** The address that a TCP socket has bound, and its listener, once there is one. */
export class LocalEnd {
  readonly address: BoundAddress;
  /** The bound port, until a connection or a listener takes it over. */
  #port: BoundPort | undefined;
  #listener: TcpListener | undefined = undefined;

  /** Binds an address. Throws an error with the system's code on failure. */
  constructor(family: Family, address: NumericAddress) {
    this.#port = bind(family, address);
    this.address = take(family, this.#port.address);
  }

  /**
   * Hands over a handle that is bound to the address. If the previous handle was handed over before, to a connection or
   * listener that failed, the address is bound again.
   */
  handOver(): TcpHandle {
    const { handle } =
      this.#port ?? bindPort(this.address.family, this.address);
    this.#port = undefined;
    return handle;
  }

  /**
   * @param owner - signalled for each connection, and when the outcome of `listen` is known.
   * @param limit - the maximum number of connections that wait, whatever the backlog is.
   */
  tryListen(owner: NodeSocket, backlog: number, limit: number): Attempt<void> {
    this.#listener ??= new TcpListener(owner, this.handOver(), backlog, limit);
    try {
      return this.#listener.tryListen();
    } catch (error) {
      this.#listener.close();
      this.#listener = undefined;
      throw error;
    }
  }

  /** Returns the connection that has waited longest, if there is one. */
  shift(): net.Socket | undefined {
    return this.#listener?.shift();
  }

  /** Releases the address, and stops listening. */
  close(): void {
    release(this.address);
    this.#port?.handle.close();
    this.#listener?.close();
  }
}

function bind(family: Family, address: NumericAddress): BoundPort {
  const { host, port } = address;
  if (port !== 0 && isTaken(family, address))
    throw systemError("EADDRINUSE", `${host} port ${String(port)} is taken`);
  for (let tries = 0; ; tries++) {
    const bound = bindPort(family, address);
    if (!isTaken(family, bound.address)) return bound;
    bound.handle.close();
    if (tries === ephemeralTries)
      throw systemError("EADDRINUSE", `${host} has no free port`);
  }
}
