/** The backends that run the scripts, and where they may differ. */
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

/** A backend of one script. */
export interface OpenBackend {
  readonly socket: Socket | AsyncSocket;
  /** Closes all, and says what is left or went wrong. */
  dispose(): Promise<void>;
}

/** Limits that a script runs into. */
interface TightLimits {
  /** The most bytes of one `receive`. */
  readonly receiveBytes: number;
  /** The most datagrams, and the most bytes of a stream, that a script leaves unread. */
  readonly queuedDatagrams: number;
  readonly unreadBytes: number;
}

/** A kind of backend. */
export interface Backend {
  readonly name: string;
  /** Its sockets are those of this machine, which others use as well. */
  readonly isReal: boolean;
  /** Calls may wait at the same time. */
  readonly concurrent: boolean;
  readonly families: readonly AddressFamily[];
  /** Whether peers are refused between `bind` and `listen`. */
  readonly refusesBeforeListen: boolean;
  /** Whether a reset after data is told as such. */
  readonly resetAfterData: boolean;
  /** Whether what has just arrived outlasts a `connect` to its sender. */
  readonly keepsOnConnect: boolean;
  /** Limits other than the usual ones. */
  readonly tight?: TightLimits;
  /** @param seed - of the chances that a backend takes. */
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

/** A call that blocks for ever, because the model is wrong or the backend is, ends after so many milliseconds all the same. */
const limits = { longestWait: 20_000 };

function nothingOpen(left: readonly unknown[]): void {
  if (left.length > 0)
    throw new Error(`${String(left.length)} sockets outlive their backend`);
}

/** Buffers that hold next to nothing. */
const tightLimits = {
  bufferedBytes: 500,
  queuedDatagrams: 1,
  receiveBytes: 90,
};

const tight: TightLimits = {
  receiveBytes: tightLimits.receiveBytes,
  queuedDatagrams: tightLimits.queuedDatagrams,
  // What a backend does not hold, the system does.
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
  // Nobody but the reader's own buffer holds anything.
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

/** One worker for all scripts, which close their sockets; to start one takes longer than a script. */
export function nodeSync(isTight: boolean): Backend & Disposable {
  // With tight limits, connections wait in the system from the first time on.
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

/** Over preview2-shim, whose resources are counted. */
export async function wasi(): Promise<Backend> {
  const shim = await loadShim("preview2-shim-0.26");
  return {
    name: "wasi",
    isReal: true,
    concurrent: false,
    families,
    // The shim binds by listening, and closes what comes before `start-listen`.
    refusesBeforeListen: false,
    resetAfterData: false,
    // The shim forgets what its worker has not read yet.
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

/** Over a host that says `would-block` and takes less at will. */
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
