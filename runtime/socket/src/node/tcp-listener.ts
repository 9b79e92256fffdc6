import net from "node:net";
import { PENDING, type Attempt } from "../driver.js";
import type { TcpHandle } from "./bound-port.js";
import type { NodeSocket } from "./node-socket.js";

/** A listening socket and the connections that nobody has accepted yet. */
export class TcpListener {
  readonly #server: net.Server;
  readonly #most: number;
  #waiting: net.Socket[] = [];
  #error: Error | undefined = undefined;

  /** @param owner - is told of every connection. */
  constructor(owner: NodeSocket, handle: TcpHandle, backlog: number) {
    // The system lets one connection more wait than the backlog says.
    this.#most = backlog + 1;
    const server = net.createServer({
      allowHalfOpen: true,
      // What a client sends stays in the system until somebody accepts the connection.
      pauseOnConnect: true,
    });
    this.#server = server;
    server.on("connection", (socket) => {
      // Node accepts whatever comes. More than the backlog would pile up here, out of the system's sight, so a
      // connection too many is refused in the only way that is left.
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
    // Calls that wait for a connection keep the process alive.
    server.unref();
  }

  tryListen(): Attempt<void> {
    if (this.#error !== undefined) throw this.#error;
    return this.#server.listening ? undefined : PENDING;
  }

  /** The connection that has waited longest. */
  shift(): net.Socket | undefined {
    return this.#waiting.shift();
  }

  /** Stops listening, at once, and resets the connections that nobody has accepted, as the system does. */
  close(): void {
    this.#server.close(ignore);
    for (const socket of this.#waiting) socket.resetAndDestroy();
    this.#waiting = [];
  }
}

function ignore(): void {
  // Nobody is left whom it concerns.
}
