import net from "node:net";
import { PENDING, type Attempt } from "../driver.js";
import type { TcpHandle } from "./bound-port.js";
import type { NodeSocket } from "./node-socket.js";

/** A listening socket and its connections that have not been accepted yet. */
export class TcpListener {
  readonly #server: net.Server;
  readonly #most: number;
  #waiting: net.Socket[] = [];
  #error: Error | undefined = undefined;

  /**
   * @param owner - signalled for each connection, and when the outcome of `listen` is known.
   * @param limit - the maximum number of connections that wait, whatever the backlog is.
   */
  constructor(
    owner: NodeSocket,
    handle: TcpHandle,
    backlog: number,
    limit: number,
  ) {
    // The kernel also lets one connection more than the backlog wait.
    this.#most = Math.min(backlog + 1, limit);
    const server = net.createServer({
      allowHalfOpen: true,
      // The client's bytes stay in the kernel until the connection is accepted.
      pauseOnConnect: true,
    });
    this.#server = server;
    server.on("connection", (socket) => {
      // Node accepts every connection immediately, so the kernel's backlog does not limit this queue. The only way left to
      // refuse a connection is a reset.
      if (this.#waiting.length >= this.#most) {
        socket.resetAndDestroy();
        return;
      }
      this.#waiting.push(socket);
      socket.on("error", ignore);
      owner.signalRead();
    });
    server.on("error", (error) => {
      this.#error ??= error;
      owner.signalWrite();
    });
    server.on("listening", () => {
      owner.signalWrite();
    });
    server.listen(handle, backlog);
    // Calls that wait for a connection keep the process alive (see `process-lifetime.ts`).
    server.unref();
  }

  tryListen(): Attempt<void> {
    if (this.#error !== undefined) throw this.#error;
    return this.#server.listening ? undefined : PENDING;
  }

  /** Returns the connection that has waited longest, if there is one. */
  shift(): net.Socket | undefined {
    return this.#waiting.shift();
  }

  /** Stops listening immediately, and resets the connections that have not been accepted, as the kernel does. */
  close(): void {
    this.#server.close(ignore);
    for (const socket of this.#waiting) socket.resetAndDestroy();
    this.#waiting = [];
  }
}

function ignore(): void {
  // No call waits for this event.
}
