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

/** How often to ask for another free port when the system names one that a socket of this process holds. */
const ephemeralTries = 16;

/** The address that a TCP socket has bound, and the listener at it, once there is one. */
export class LocalEnd {
  readonly address: BoundAddress;
  /** The port in hand, until a connection or a listener takes it. */
  #port: BoundPort | undefined;
  #listener: TcpListener | undefined = undefined;

  /** Takes an address. Throws an error with the code of the system if it cannot be had. */
  constructor(family: Family, address: NumericAddress) {
    this.#port = bind(family, address);
    this.address = take(family, this.#port.address);
  }

  /** Gives away a handle that is bound to the address. One that failed has used the port up, and the next takes it anew. */
  handOver(): TcpHandle {
    const { handle } =
      this.#port ?? bindPort(this.address.family, this.address);
    this.#port = undefined;
    return handle;
  }

  /** @param owner - is told of every connection. */
  tryListen(owner: NodeSocket, backlog: number): Attempt<void> {
    this.#listener ??= new TcpListener(owner, this.handOver(), backlog);
    try {
      return this.#listener.tryListen();
    } catch (error) {
      this.#listener.close();
      this.#listener = undefined;
      throw error;
    }
  }

  /** The connection that has waited longest, if there is one. */
  shift(): net.Socket | undefined {
    return this.#listener?.shift();
  }

  /** Gives the address back, and stops listening. */
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
