import type { AsyncSocket, SocketAddress } from "@wit2ts/core-libs/socket";
import { err, map, ok } from "@wit2ts/runtime";
import {
  socketConformance,
  type ConformanceSetup,
} from "@wit2ts/socket/conformance";
import type { MemoryNetwork } from "@wit2ts/socket/memory";
import { expect, it } from "vitest";
import {
  createAsyncPeer,
  createConformanceNetwork,
} from "../memory/support.js";

/**
 * Tests of the suite itself: each introduces one typical mistake of backends, and a test of the named group must fail.
 */
interface Mistake {
  readonly group: string;
  readonly make: (
    socket: AsyncSocket,
    network: MemoryNetwork,
  ) => Partial<AsyncSocket>;
}

/** Reuses handles as soon as they are closed. */
function recycleHandles(socket: AsyncSocket): Partial<AsyncSocket> {
  const real = new Map<number, number>();
  return {
    createSocket: async (family, protocol) =>
      map(await socket.createSocket(family, protocol), (handle) => {
        let least = 1;
        while (real.has(least)) least++;
        real.set(least, handle);
        return least;
      }),
    close: async (handle) => {
      const closed = await socket.close(real.get(handle) ?? handle);
      real.delete(handle);
      return closed;
    },
  };
}

const withHost = (
  address: SocketAddress,
  from: string,
  to: string,
): SocketAddress =>
  address.host === from ? { ...address, host: to } : address;

const mistakes: Readonly<Record<string, Mistake>> = {
  "send returns before the bytes are safe": {
    group: "send, TCP over IPv4",
    make: (socket) => ({
      send: (handle, data) => {
        setTimeout(() => void socket.send(handle, data), 1);
        return Promise.resolve(ok(BigInt(data.length)));
      },
    }),
  },
  "send counts what it was given, not what it took": {
    group: "send, TCP over IPv4",
    make: (socket) => ({
      send: async (handle, data) =>
        map(await socket.send(handle, data), () => BigInt(data.length)),
    }),
  },
  "receive gives more than was asked for": {
    group: "receive, TCP over IPv4",
    make: (socket) => ({
      receive: (handle, length) =>
        socket.receive(
          handle,
          length > 0n && length < 100n ? length + 1n : length,
        ),
    }),
  },
  "receive gives an empty list where it would block": {
    group: "receive, TCP over IPv4",
    make: (socket) => ({
      receive: async (handle, length) => {
        const received = await socket.receive(handle, length);
        return received.tag === "err" && received.val === "would-block"
          ? ok(new Uint8Array())
          : received;
      },
    }),
  },
  "receive tells the end once": {
    group: "receive, TCP over IPv4",
    make: (socket) => {
      const ended = new Set<number>();
      return {
        receive: async (handle, length) => {
          const received = await socket.receive(handle, length);
          if (
            received.tag === "err" ||
            received.val.length > 0 ||
            length === 0n
          )
            return received;
          if (ended.has(handle)) return err("connection-reset");
          ended.add(handle);
          return received;
        },
      };
    },
  },
  "close succeeds twice": {
    group: "close, TCP over IPv4",
    make: (socket) => ({
      close: (handle) => socket.close(handle).then(() => ok()),
    }),
  },
  "close breaks the connection off": {
    group: "close, TCP over IPv4",
    make: (socket, network) => ({
      close: (handle) => {
        network.reset();
        return socket.close(handle);
      },
    }),
  },
  "handles are recycled": {
    group: "handles, TCP over IPv4",
    make: recycleHandles,
  },
  "bind listens already": {
    group: "bind, TCP over IPv4",
    make: (socket) => ({
      bind: async (handle, address) => {
        const bound = await socket.bind(handle, address);
        if (bound.tag === "ok") await socket.listen(handle, 4);
        return bound;
      },
      listen: () => Promise.resolve(ok()),
    }),
  },
  "a timeout of zero waits a little": {
    group: "accept, TCP over IPv4",
    make: (socket) => ({
      setReadTimeout: (handle, time) =>
        socket.setReadTimeout(handle, time === 0n ? 1n : time),
    }),
  },
  "accepted sockets inherit the timeout": {
    group: "accept, TCP over IPv4",
    make: (socket) => {
      const times = new Map<number, bigint | undefined>();
      return {
        setReadTimeout: (handle, time) => {
          times.set(handle, time);
          return socket.setReadTimeout(handle, time);
        },
        accept: async (listener) => {
          const accepted = await socket.accept(listener);
          if (accepted.tag === "ok")
            await socket.setReadTimeout(accepted.val, times.get(listener));
          return accepted;
        },
      };
    },
  },
  "connect takes the wildcard for loopback": {
    group: "connect, TCP over IPv4",
    make: (socket) => ({
      connect: (handle, address) =>
        socket.connect(handle, withHost(address, "0.0.0.0", "127.0.0.1")),
    }),
  },
  "a refusal is called other": {
    group: "connect, TCP over IPv4",
    make: (socket) => ({
      connect: async (handle, address) => {
        const connected = await socket.connect(handle, address);
        return connected.tag === "err" && connected.val === "connection-refused"
          ? err("other")
          : connected;
      },
    }),
  },
  "a connected UDP socket sends to anyone": {
    group: "send-to, UDP over IPv4",
    make: (socket) => ({
      sendTo: async (handle, data, address) => {
        const sent = await socket.sendTo(handle, data, address);
        return sent.tag === "err" ? ok(BigInt(data.length)) : sent;
      },
    }),
  },
  "datagrams are not cut": {
    group: "receive-from, UDP over IPv4",
    make: (socket) => ({
      receiveFrom: (handle) => socket.receiveFrom(handle, 65_536n),
    }),
  },
  "what the state forbids succeeds": {
    group: "states, UDP over IPv4",
    make: (socket) => ({
      setReuseAddress: () => Promise.resolve(ok()),
      close: socket.close,
    }),
  },
  "no timeout but the first one counts": {
    group: "timeouts, TCP over IPv4",
    make: (socket) => {
      const set = new Set<number>();
      return {
        setReadTimeout: (handle, time) => {
          if (set.has(handle)) return Promise.resolve(ok());
          set.add(handle);
          return socket.setReadTimeout(handle, time);
        },
      };
    },
  },
};

/** Runs one group of the suite without a test runner until a test fails, and returns the title of that test, if any. */
async function failuresOf({ group, make }: Mistake): Promise<string[]> {
  const tests: { title: string; body: () => Promise<void> }[] = [];
  let current = "";
  socketConformance({
    describe: (title, body) => {
      current = title;
      body();
    },
    it: Object.assign(
      (title: string, body: () => Promise<void>) => {
        if (current === group) tests.push({ title, body });
      },
      { skip: () => undefined },
    ),
    expect,
    supports: { concurrent: true },
    create: (setup: ConformanceSetup) => {
      const { network, machine } = createConformanceNetwork(setup);
      const socket = machine.createAsyncSocket(setup.options);
      return {
        socket: { ...socket, ...make(socket, network) },
        peer: createAsyncPeer(network, machine),
        clock: network.clock,
      };
    },
  });
  expect(tests.length).toBeGreaterThan(0);
  const failed: string[] = [];
  for (const { title, body } of tests) {
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error("hangs"));
      }, 2000);
    });
    await Promise.race([body(), hang]).catch(() => failed.push(title));
    clearTimeout(timer);
    if (failed.length > 0) break;
  }
  return failed;
}

it.each(Object.entries(mistakes))(
  "the suite notices that %s",
  async (_name, mistake) => {
    expect(await failuresOf(mistake)).not.toEqual([]);
  },
);

it("the suite passes without a mistake", async () => {
  const groups = new Set(Object.values(mistakes).map(({ group }) => group));
  for (const group of groups)
    expect(await failuresOf({ group, make: () => ({}) })).toEqual([]);
});
