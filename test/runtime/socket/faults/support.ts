import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  createServer,
  type AddressInfo,
  type Server,
  type Socket as NetSocket,
} from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type {
  AsyncSocket,
  SocketAddress,
  SocketError,
} from "@wit2ts/core-libs/socket";
import { unwrap, type Result } from "@wit2ts/runtime";

const run = promisify(execFile);

/** Awaits a result and returns its value, or throws its error. */
export async function ok<T>(
  result: PromiseLike<Result<T, SocketError>>,
): Promise<T> {
  return unwrap(await result);
}

/** The path of a program beside the tests. */
export function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

/** Runs a command to its end, and returns the JSON it prints. */
export async function runForJson(
  command: string,
  ...words: string[]
): Promise<unknown> {
  const { stdout } = await run(command, words, { timeout: 15_000 });
  return JSON.parse(stdout);
}

/** Whether this system lets a test create its own network namespace. */
export async function canMakeNamespaces(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  try {
    await run(
      "unshare",
      [
        "-rn",
        "ip",
        "link",
        "add",
        "wire0",
        "type",
        "veth",
        "peer",
        "name",
        "wire1",
      ],
      { timeout: 5000 },
    );
    return true;
  } catch {
    return false;
  }
}

/** A plain `node:net` server, with the connections it has accepted. */
export async function rawServer(): Promise<{
  readonly server: Server;
  readonly address: SocketAddress;
  readonly connections: readonly NetSocket[];
  /** The next connection, paused. */
  next(): Promise<NetSocket>;
  close(): void;
}> {
  const connections: NetSocket[] = [];
  let given = 0;
  const server = createServer(
    { allowHalfOpen: true, pauseOnConnect: true },
    (socket) => {
      socket.on("error", () => undefined);
      connections.push(socket);
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    server,
    address: { host: "127.0.0.1", port },
    connections,
    next: async () => {
      while (connections.length <= given) await once(server, "connection");
      const socket = connections[given++];
      if (socket === undefined) throw new Error("no connection");
      return socket;
    },
    close: () => {
      for (const socket of connections) socket.destroy();
      server.close();
    },
  };
}

/** A connected socket of a backend. */
export async function connect(
  socket: AsyncSocket,
  address: SocketAddress,
): Promise<number> {
  const handle = await ok(socket.createSocket("ipv4", "tcp"));
  await ok(socket.connect(handle, address));
  return handle;
}

/** Starts a program that prints the port it listens on. */
export async function startVictim(
  mode: "reads" | "does not read",
): Promise<{ child: ChildProcess; address: SocketAddress }> {
  const child = spawn(process.execPath, [program("victim.mjs"), mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    child,
    address: { host: "127.0.0.1", port: Number(line.toString()) },
  };
}
