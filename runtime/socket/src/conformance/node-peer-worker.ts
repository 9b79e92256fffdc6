/**
 * A peer on the network of this machine, in a worker thread, so that it continues while the thread under test blocks.
 * It uses `node:net` and `node:dgram` directly and none of this package's own sockets, so that both ends cannot share a
 * defect.
 */
import {
  createSocket,
  type RemoteInfo,
  type Socket as UdpSocket,
} from "node:dgram";
import { once } from "node:events";
import {
  connect,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import type { AddressFamily, SocketAddress } from "@wit2ts/core-libs/socket";
import { Digest, pattern } from "./pattern.js";
import {
  maxRecordedBytes,
  type PeerObservation,
  type PeerStep,
} from "./peer.js";

/** A request to the worker. */
export type NodePeerRequest =
  | {
      readonly kind: "run";
      readonly id: number;
      readonly script: readonly PeerStep[];
    }
  | { readonly kind: "reset"; readonly id: number };

/** A response of the worker. */
export type NodePeerAnswer =
  | {
      readonly kind: "prepared";
      readonly id: number;
      readonly address: SocketAddress;
    }
  | {
      readonly kind: "finished";
      readonly id: number;
      readonly observations: readonly PeerObservation[];
    }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

const loopback: Readonly<Record<AddressFamily, string>> = {
  ipv4: "127.0.0.1",
  ipv6: "::1",
};
const nowhere: SocketAddress = { host: "", port: 0 };

/** Everything that is open. It is closed after the test. */
const open = new Set<{ close(): void }>();

/** The number of the test. A script of an earlier test does not continue. */
let test = 0;

class Script {
  #server: Server | undefined;
  readonly #accepted: Socket[] = [];
  #connection: Socket | undefined;
  /** The errors of connections. They are kept after the event, because a later step reports them. */
  readonly #errors = new WeakMap<Socket, NodeJS.ErrnoException>();
  #udp: UdpSocket | undefined;
  readonly #datagrams: { data: Uint8Array; from: RemoteInfo }[] = [];
  #lastSender: SocketAddress | undefined;

  async prepare(step: PeerStep | undefined): Promise<SocketAddress> {
    switch (step?.step) {
      case "listen":
        return this.#listen(step.family);
      case "bind":
        return this.#bind(step.family);
      case "vacate":
        return vacate(step.family, step.protocol);
      case "stall":
        return stall(step.family);
      default:
        return nowhere;
    }
  }

  async perform(step: PeerStep): Promise<Omit<PeerObservation, "step">> {
    switch (step.step) {
      case "listen":
      case "bind":
      case "vacate":
      case "stall":
        return {};
      case "accept":
        return this.#accept();
      case "connect":
        return this.#connect(step.address);
      case "send":
        return this.#send(step.data);
      case "send-pattern":
        return this.#send(pattern(step.length, step.seed));
      case "receive":
        return this.#receive(step.length ?? Infinity);
      case "finish":
        this.#current().end();
        return {};
      case "close":
        return this.#close();
      case "reset":
        this.#current().resetAndDestroy();
        return {};
      case "unlisten":
        this.#server?.close();
        return {};
      case "pause":
        await sleep(step.milliseconds);
        return {};
      case "send-to":
        return this.#sendTo(step.data, step.address ?? this.#lastSender);
      case "receive-from":
        return this.#receiveFrom();
    }
  }

  async #listen(family: AddressFamily): Promise<SocketAddress> {
    // Connections are paused, so that unread data stays in the kernel and its buffers fill up, as with a slow reader.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    server.on("connection", (socket) => {
      this.#keep(socket);
      this.#accepted.push(socket);
      server.emit("queued");
    });
    server.listen({ host: loopback[family], port: 0 });
    await once(server, "listening");
    track(server);
    this.#server = server;
    return addressOf(server.address());
  }

  async #accept(): Promise<Omit<PeerObservation, "step">> {
    const server = this.#server;
    if (server === undefined) throw new Error("accept comes after listen");
    while (this.#accepted.length === 0) await once(server, "queued");
    const socket = this.#accepted.shift();
    this.#connection = socket;
    return {
      address: {
        host: socket?.remoteAddress ?? "",
        port: socket?.remotePort ?? 0,
      },
    };
  }

  async #connect(
    address: SocketAddress,
  ): Promise<Omit<PeerObservation, "step">> {
    const socket = connect({ ...address, allowHalfOpen: true });
    this.#keep(socket);
    this.#connection = socket;
    await once(socket, "connect");
    return {
      address: { host: socket.localAddress ?? "", port: socket.localPort ?? 0 },
    };
  }

  async #send(data: Uint8Array): Promise<Omit<PeerObservation, "step">> {
    const socket = this.#current();
    await new Promise<void>((resolve, reject) => {
      socket.write(data, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return {};
  }

  async #receive(length: number): Promise<Omit<PeerObservation, "step">> {
    const socket = this.#current();
    const digest = new Digest();
    const kept: Uint8Array[] = [];
    while (digest.length < length) {
      const available = Math.min(socket.readableLength, length - digest.length);
      const chunk =
        available > 0 ? (socket.read(available) as Buffer | null) : null;
      if (chunk !== null) {
        digest.add(chunk);
        if (digest.length <= maxRecordedBytes) kept.push(chunk);
        continue;
      }
      if (socket.readableEnded || socket.errored !== null || socket.destroyed)
        break;
      socket.read(0);
      await readable(socket);
      if (socket.readableLength === 0) socket.read();
    }
    const error = this.#errors.get(socket);
    return {
      digest: digest.toString(),
      ended: socket.readableEnded,
      ...(digest.length <= maxRecordedBytes
        ? { data: new Uint8Array(Buffer.concat(kept)) }
        : {}),
      ...(error !== undefined && digest.length < length
        ? { error: describe(error) }
        : {}),
    };
  }

  async #close(): Promise<Omit<PeerObservation, "step">> {
    const socket = this.#current();
    if (!socket.destroyed) {
      socket.destroySoon();
      if (!socket.closed)
        await new Promise((resolve) => socket.once("close", resolve));
    }
    return {};
  }

  #current(): Socket {
    if (this.#connection === undefined)
      throw new Error("no connection: accept or connect comes first");
    return this.#connection;
  }

  #keep(socket: Socket): void {
    socket.on("error", (error) => this.#errors.set(socket, error));
    const entry = { close: () => socket.destroy() };
    open.add(entry);
    socket.on("close", () => open.delete(entry));
  }

  async #bind(family: AddressFamily): Promise<SocketAddress> {
    const socket = createSocket(family === "ipv4" ? "udp4" : "udp6");
    socket.on("message", (data, from) => {
      this.#datagrams.push({ data: new Uint8Array(data), from });
      socket.emit("queued");
    });
    socket.on("error", () => undefined);
    socket.bind({ port: 0, address: loopback[family] });
    await once(socket, "listening");
    track(socket);
    this.#udp = socket;
    return addressOf(socket.address());
  }

  async #sendTo(
    data: Uint8Array,
    address: SocketAddress | undefined,
  ): Promise<Omit<PeerObservation, "step">> {
    const socket = this.#udp;
    if (socket === undefined || address === undefined)
      throw new Error("send-to comes after bind");
    await new Promise<void>((resolve, reject) => {
      socket.send(data, address.port, address.host, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return {};
  }

  async #receiveFrom(): Promise<Omit<PeerObservation, "step">> {
    const socket = this.#udp;
    if (socket === undefined) throw new Error("receive-from comes after bind");
    while (this.#datagrams.length === 0) await once(socket, "queued");
    const datagram = this.#datagrams.shift();
    if (datagram === undefined) return {};
    const { data, from } = datagram;
    this.#lastSender = { host: from.address, port: from.port };
    return {
      data,
      digest: new Digest().add(data).toString(),
      address: this.#lastSender,
    };
  }
}

/** Waits until the socket has data to read, or will never have any. */
async function readable(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    const events = ["readable", "end", "error", "close"] as const;
    const settle = (): void => {
      for (const event of events) socket.off(event, settle);
      resolve();
    };
    for (const event of events) socket.on(event, settle);
  });
}

async function vacate(
  family: AddressFamily,
  protocol: "tcp" | "udp",
): Promise<SocketAddress> {
  if (protocol === "tcp") {
    const server = createServer().listen({ host: loopback[family], port: 0 });
    await once(server, "listening");
    const address = addressOf(server.address());
    server.close();
    await once(server, "close");
    return address;
  }
  const socket = createSocket(family === "ipv4" ? "udp4" : "udp6");
  socket.bind({ port: 0, address: loopback[family] });
  await once(socket, "listening");
  const address = addressOf(socket.address());
  socket.close();
  await once(socket, "close");
  return address;
}

/**
 * Starts a listener whose accept queue stays full. `node:net` accepts every connection immediately, so the listener
 * must belong to a blocked thread: a child of this worker, which fills the queue with its own connections and then
 * sleeps.
 */
async function stall(family: AddressFamily): Promise<SocketAddress> {
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(new URL("./node-peer-stall.js", import.meta.url), {
    workerData: { host: loopback[family] },
  });
  open.add({ close: () => void worker.terminate() });
  const [address] = (await once(worker, "message")) as [SocketAddress];
  return address;
}

function track(closable: {
  close(): void;
  on(event: "close", listener: () => void): unknown;
}): void {
  const entry = { close: () => closable.close() };
  open.add(entry);
  closable.on("close", () => open.delete(entry));
}

function addressOf(info: AddressInfo | string | null): SocketAddress {
  if (info === null || typeof info === "string")
    throw new Error("the peer has no address");
  return { host: info.address, port: info.port };
}

/** Maps system error codes to the error names that observations contain. */
const errorNames: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "connection-refused"],
  ["ECONNRESET", "connection-reset"],
  ["EPIPE", "connection-reset"],
]);

/** Returns the name of an error in the socket interface if it has one, otherwise its code or its message. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("code" in error) || typeof error.code !== "string")
    return error.message;
  return errorNames.get(error.code) ?? error.code;
}

function answer(message: NodePeerAnswer): void {
  parentPort?.postMessage(message);
}

async function run(id: number, steps: readonly PeerStep[]): Promise<void> {
  const script = new Script();
  const begun = test;
  try {
    answer({ kind: "prepared", id, address: await script.prepare(steps[0]) });
  } catch (error) {
    answer({ kind: "failed", id, message: describe(error) });
    return;
  }
  const observations: PeerObservation[] = [];
  for (const step of steps) {
    if (test !== begun) return;
    try {
      observations.push({ step: step.step, ...(await script.perform(step)) });
    } catch (error) {
      observations.push({ step: step.step, error: describe(error) });
    }
  }
  answer({ kind: "finished", id, observations });
}

parentPort?.on("message", (request: NodePeerRequest) => {
  if (request.kind === "run") {
    void run(request.id, request.script);
    return;
  }
  test++;
  for (const each of open) {
    try {
      each.close();
    } catch {
      // A server or UDP socket throws if it is already closed, which is the desired state.
    }
  }
  open.clear();
  answer({ kind: "finished", id: request.id, observations: [] });
});
