/** The backends that run the scripts, and the behavior in which they may differ. */
import type {
  AddressFamily,
  AsyncSocket,
  Socket,
} from "@wit2ts/core-libs/socket";
import type { SocketOptions } from "@wit2ts/socket";
import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { createNodeSocket, nodeSupports } from "@wit2ts/socket/node";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { createBlockingSocket } from "../../../../runtime/socket/dist/host/blocking.js";
import { resolveLimits } from "../../../../runtime/socket/dist/host/limits.js";
import { NodeSyncDriver } from "../../../../runtime/socket/dist/node-sync/driver.js";
import { createWasiSocket } from "@wit2ts/socket/wasi";
import { DifficultHost, type Difficulties } from "../wasi/difficult-host.js";
import { loadShim, withNames } from "../wasi/support.js";
import { TrackedHost } from "../wasi/tracked-host.js";
import { names } from "./run.js";

/** A backend opened for one script. */
export interface OpenBackend {
  readonly socket: Socket | AsyncSocket;
  /** Closes everything. Rejects if something is left open. */
  dispose(): Promise<void>;
}

/** Limits so low that scripts reach them. */
interface TightLimits {
  /** The most bytes that one `receive` returns. */
  readonly receiveBytes: number;
  /** The most datagrams that a script leaves unread in a socket. */
  readonly queuedDatagrams: number;
  /** The most bytes that a script leaves unread in a stream. */
  readonly unreadBytes: number;
}

/** A kind of backend. */
export interface Backend {
  readonly name: string;
  /** Whether it uses the machine's real network, whose ports other processes use as well. */
  readonly isReal: boolean;
  /** Whether several calls may be pending at the same time. */
  readonly concurrent: boolean;
  readonly families: readonly AddressFamily[];
  /** Whether connections are refused between `bind` and `listen`. */
  readonly refusesBeforeListen: boolean;
  /** Whether a reset after data is reported as a reset, rather than as the end of the stream. */
  readonly resetAfterData: boolean;
  /** Whether datagrams that have just arrived are kept by a `connect` to their sender. */
  readonly keepsOnConnect: boolean;
  /** The limits, if they are lower than the defaults. */
  readonly tight?: TightLimits;
  /** @param seed - of the backend's random decisions. */
  create(seed: number): OpenBackend;
}

const both: readonly AddressFamily[] = ["ipv4", "ipv6"];
const families = nodeSupports.ipv6 ? both : both.slice(0, 1);

function lookup(name: string, family: AddressFamily): readonly string[] {
  const found = (names[name] ?? []).filter(
    (address) => address.includes(":") === (family === "ipv6"),
  );
  if (found.length > 0) return found;
  throw Object.assign(new Error(`${name} is unknown`), { code: "ENOTFOUND" });
}

function memoryMachine() {
  const network = createMemoryNetwork();
  for (const [name, addresses] of Object.entries(names))
    network.name(name, addresses);
  return network.machine("10.0.0.1", "fd00::1");
}

/**
 * Ends a call that would block for ever, because of a defect in the model or the backend, after so many milliseconds.
 */
const limits = { longestWait: 20_000 };

function nothingOpen(left: readonly unknown[]): void {
  if (left.length > 0)
    throw new Error(`${String(left.length)} sockets outlive their backend`);
}

/** Limits that leave the backend very small buffers. */
const tightLimits = {
  bufferedBytes: 500,
  queuedDatagrams: 1,
  receiveBytes: 90,
};

const tight: TightLimits = {
  receiveBytes: tightLimits.receiveBytes,
  queuedDatagrams: tightLimits.queuedDatagrams,
  // The kernel buffers what the backend does not.
  unreadBytes: 60_000,
};

function memoryBackend(options: SocketOptions): Backend["create"] {
  return () => {
    const socket = memoryMachine().createAsyncSocket(options);
    return {
      socket,
      dispose: async () => {
        await socket.dispose();
        nothingOpen(socket.openHandles());
      },
    };
  };
}

export const memory: Backend = {
  name: "memory",
  isReal: false,
  concurrent: true,
  families: both,
  refusesBeforeListen: true,
  resetAfterData: true,
  keepsOnConnect: true,
  create: memoryBackend({}),
};

export const memoryTight: Backend = {
  ...memory,
  name: "memory, tight",
  // There is no kernel: only the reader's own buffer holds unread bytes.
  tight: { ...tight, unreadBytes: tightLimits.bufferedBytes },
  create: memoryBackend({ limits: tightLimits }),
};

export const memoryBlocking: Backend = {
  ...memory,
  name: "memory, blocking",
  concurrent: false,
  create: () => {
    const socket = memoryMachine().createSocket();
    return {
      socket,
      dispose: async () => {
        socket.dispose();
        nothingOpen(socket.openHandles());
        await Promise.resolve();
      },
    };
  },
};

function nodeBackend(options: SocketOptions): Backend["create"] {
  return () => {
    const socket = createNodeSocket({
      ...options,
      lookup: (name, { family }, callback) => {
        try {
          const found = lookup(name, family === 4 ? "ipv4" : "ipv6");
          callback(
            null,
            found.map((address) => ({ address, family })),
          );
        } catch (error) {
          callback(error as Error, []);
        }
      },
    });
    return {
      socket,
      dispose: async () => {
        await socket.dispose();
        nothingOpen(socket.openHandles());
      },
    };
  };
}

export const node: Backend = {
  name: "node",
  isReal: true,
  concurrent: true,
  families,
  refusesBeforeListen: true,
  resetAfterData: nodeSupports.resetAfterData,
  keepsOnConnect: true,
  create: nodeBackend({}),
};

export const nodeTight: Backend = {
  ...node,
  name: "node, tight",
  tight,
  create: nodeBackend({ limits: tightLimits }),
};

/**
 * Shares one worker among all scripts, since starting a worker takes longer than a script; each script closes its
 * sockets.
 */
export function nodeSync(isTight: boolean): Backend & Disposable {
  // With tight limits, connections block in the kernel from their first wait on.
  const tightOptions = { limits: { ...limits, ...tightLimits } };
  const socket = isTight
    ? createBlockingSocket(
        new NodeSyncDriver({
          lookup,
          limits: resolveLimits(tightOptions.limits),
          sleepsBeforeBlocking: 0,
        }),
        tightOptions,
      )
    : createNodeSyncSocket({ lookup, limits });
  return {
    name: isTight ? "node-sync, tight" : "node-sync",
    ...(isTight ? { tight } : {}),
    isReal: true,
    concurrent: false,
    families,
    refusesBeforeListen: true,
    resetAfterData: nodeSupports.resetAfterData,
    keepsOnConnect: true,
    create: () => ({
      socket,
      dispose: async () => {
        for (const { handle } of socket.openHandles()) socket.close(handle);
        nothingOpen(socket.openHandles());
        await Promise.resolve();
      },
    }),
    [Symbol.dispose]: () => {
      socket.dispose();
    },
  };
}

/** The WASI backend on preview2-shim; checks that it drops every resource. */
export async function wasi(): Promise<Backend> {
  const shim = await loadShim("preview2-shim-0.26");
  return {
    name: "wasi",
    isReal: true,
    concurrent: false,
    families,
    // The shim binds by listening, and closes connections that arrive before `start-listen`.
    refusesBeforeListen: false,
    resetAfterData: false,
    // The shim discards datagrams that its worker has not read yet.
    keepsOnConnect: false,
    create: () => {
      const host = new TrackedHost(withNames(shim, names));
      const socket = createWasiSocket(host.imports, { limits });
      return {
        socket,
        dispose: async () => {
          socket.dispose();
          nothingOpen(socket.openHandles());
          await Promise.resolve();
          if (host.account().length > 0)
            throw new Error(`left behind: ${host.account().join(", ")}`);
        },
      };
    },
  };
}

/** The WASI backend on a host that returns `would-block` and accepts less than offered at random. */
export const wasiDifficult: Backend = {
  name: "wasi, difficult",
  isReal: false,
  concurrent: false,
  families: both,
  refusesBeforeListen: true,
  resetAfterData: false,
  keepsOnConnect: false,
  create: (seed) => {
    const difficulties: Difficulties = {
      refusal: 0.3,
      idleWake: 0.2,
      error: 0,
    };
    const difficult = new DifficultHost(seed, difficulties, names);
    const host = new TrackedHost(difficult.imports);
    const socket = createWasiSocket(host.imports, { limits });
    return {
      socket,
      dispose: async () => {
        socket.dispose();
        nothingOpen(socket.openHandles());
        await Promise.resolve();
        const left = host.account();
        if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
        if (difficult.leftOpen() > 0) throw new Error("a socket is left open");
      },
    };
  },
};
