import {
  createAsyncSocket,
  PENDING,
  systemError,
  type AsyncDriver,
  type AsyncSocketBackend,
  type NumericAddress,
  type Readiness,
  type SocketOptions,
} from "@wit2ts/socket";

/** One direction of a connection: the bytes in transit, and how it ends. */
class Pipe {
  bytes: number[] = [];
  /** The sender has finished. */
  isEnded = false;
  /** The receiver is closed. */
  isBroken = false;
}

/** The state of a socket, which is opaque to the host. */
class ToySocket {
  local: NumericAddress | undefined;
  peer: NumericAddress | undefined;
  incoming: Pipe | undefined;
  outgoing: Pipe | undefined;
  /** Of a listener: the connections that wait to be accepted, and their maximum number. */
  queue: ToySocket[] | undefined;
  backlog = 0;
  readonly waits = new Map<Readiness, () => void>();
}

const address = "127.0.0.1";
const capacity = 65_536;

/** A toy network: TCP over IPv4, one machine, in the memory of this process. */
export class ToyNetwork {
  readonly #ports = new Map<number, ToySocket>();
  readonly #sockets = new Set<ToySocket>();
  #lastPort = 49_151;

  createSocket(options?: SocketOptions): AsyncSocketBackend {
    return createAsyncSocket(this.#driver(), options);
  }

  #driver(): AsyncDriver<ToySocket> {
    return {
      name: "toy",
      supports: { ipv6: false, udp: false, resetAfterData: true },
      clock: {
        now: () => performance.now(),
        schedule: (delay, callback) => {
          const timer = setTimeout(callback, delay);
          return () => {
            clearTimeout(timer);
          };
        },
      },

      lookup: () => ({}),
      tryLookup: () => {
        throw systemError("ENOTFOUND", "this network has no names");
      },

      open: () => {
        const socket = new ToySocket();
        this.#sockets.add(socket);
        return socket;
      },

      tryBind: (socket, { host, port }) => {
        if (host !== address && host !== "0.0.0.0") {
          throw systemError("EADDRNOTAVAIL", `nobody has the address ${host}`);
        }
        if (this.#ports.has(port))
          throw systemError("EADDRINUSE", `port ${String(port)} is taken`);
        socket.local = { host, port: port === 0 ? ++this.#lastPort : port };
        this.#ports.set(socket.local.port, socket);
      },

      tryConnect: (socket, destination) => {
        const listener = this.#ports.get(destination.port);
        if (destination.host !== address)
          throw systemError("EHOSTUNREACH", "one machine only");
        if (listener?.queue === undefined)
          throw systemError("ECONNREFUSED", "nobody listens");
        if (listener.queue.length >= listener.backlog) return PENDING;
        const port = socket.local?.port ?? ++this.#lastPort;
        this.#ports.set(port, socket);
        socket.local = { host: address, port };
        socket.peer = destination;
        const accepted = new ToySocket();
        this.#sockets.add(accepted);
        accepted.local = destination;
        accepted.peer = socket.local;
        accepted.incoming = socket.outgoing = new Pipe();
        accepted.outgoing = socket.incoming = new Pipe();
        listener.queue.push(accepted);
        this.#wakeEverybody();
        return undefined;
      },

      tryListen: (socket, backlog) => {
        socket.queue = [];
        socket.backlog = backlog;
      },

      tryAccept: (socket) => {
        const accepted = socket.queue?.shift();
        if (accepted !== undefined) this.#wakeEverybody();
        return accepted ?? PENDING;
      },

      trySend: ({ outgoing }, data) => {
        if (outgoing === undefined || outgoing.isBroken)
          throw systemError("EPIPE", "nobody receives");
        const taken = data.subarray(0, capacity - outgoing.bytes.length);
        if (taken.length === 0) return PENDING;
        outgoing.bytes.push(...taken);
        this.#wakeEverybody();
        return taken.length;
      },

      tryReceive: ({ incoming }, maxLength) => {
        if (incoming === undefined)
          throw systemError("ENOTCONN", "not connected");
        if (incoming.bytes.length === 0 && !incoming.isEnded) return PENDING;
        this.#wakeEverybody();
        return new Uint8Array(incoming.bytes.splice(0, maxLength));
      },

      trySendTo: () => {
        throw systemError("EPROTOTYPE", "no datagrams");
      },
      tryReceiveFrom: () => {
        throw systemError("EPROTOTYPE", "no datagrams");
      },

      localAddress: ({ local }) => known(local),
      peerAddress: ({ peer }) => known(peer),

      close: (socket) => {
        this.#close(socket);
        this.#wakeEverybody();
      },

      wait: (socket, readiness, ready) => {
        if (socket instanceof ToySocket) socket.waits.set(readiness, ready);
      },
      unwait: (socket, readiness) => {
        if (socket instanceof ToySocket) socket.waits.delete(readiness);
      },
    };
  }

  #close(socket: ToySocket): void {
    this.#sockets.delete(socket);
    const port = socket.local?.port ?? 0;
    if (this.#ports.get(port) === socket) this.#ports.delete(port);
    if (socket.outgoing !== undefined) socket.outgoing.isEnded = true;
    if (socket.incoming !== undefined) socket.incoming.isBroken = true;
    for (const waiting of socket.queue ?? []) this.#close(waiting);
  }

  /** Wakes all waits. A wait may end for no reason: the host tries again, and waits again if necessary. */
  #wakeEverybody(): void {
    for (const { waits } of this.#sockets) {
      for (const [readiness, ready] of waits) {
        queueMicrotask(() => {
          if (waits.get(readiness) !== ready) return;
          waits.delete(readiness);
          ready();
        });
      }
    }
  }
}

function known(address: NumericAddress | undefined): NumericAddress {
  if (address === undefined) throw systemError("EINVAL", "there is no address");
  return address;
}
