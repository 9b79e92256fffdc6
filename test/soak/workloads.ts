import { setTimeout as sleep } from "node:timers/promises";
import type {
  AsyncSocket,
  SocketAddress,
  SocketError,
} from "@wit2ts/core-libs/socket";
import { unwrap, type Result } from "@wit2ts/runtime";
import {
  createNodePeer,
  Digest,
  pattern,
  patternDigest,
  type Peer,
  type PeerRun,
  type PeerStep,
} from "@wit2ts/socket/conformance";
import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { createNodeSocket } from "@wit2ts/socket/node";

/** The arguments of a workload for one round. */
export interface Round {
  readonly socket: AsyncSocket;
  readonly peer: Peer;
  /** A random integer from `least` to `most`, inclusive. */
  integer(least: number, most: number): number;
}

/** A workload. A round runs it once, checks every byte, and returns the number of bytes. */
export type Workload = (round: Round) => Promise<number>;

const loopback = "127.0.0.1";
const family = "ipv4";

/** Awaits a result and returns its value, or throws its error. */
async function ok<T>(result: PromiseLike<Result<T, SocketError>>): Promise<T> {
  return unwrap(await result);
}

function check(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected)
    throw new Error(
      `${what}: ${String(actual)} instead of ${String(expected)}`,
    );
}

async function fails(
  what: string,
  call: PromiseLike<Result<unknown, SocketError>>,
  ...errors: SocketError[]
): Promise<void> {
  const result = await call;
  if (result.tag === "ok") throw new Error(`${what} succeeded`);
  if (!errors.includes(result.val))
    throw new Error(
      `${what} failed with ${result.val}, not ${errors.join(" or ")}`,
    );
}

/** The digest of the first step of a peer's run that receives. */
async function received(run: PeerRun): Promise<string | undefined> {
  return (await run.finished).find(({ step }) => step === "receive")?.digest;
}

async function connect(
  { socket, peer }: Round,
  ...steps: PeerStep[]
): Promise<{ handle: number; run: PeerRun }> {
  const run = await peer.run([
    { step: "listen", family },
    { step: "accept" },
    { step: "unlisten" },
    ...steps,
  ]);
  const handle = await ok(socket.createSocket(family, "tcp"));
  await ok(socket.connect(handle, run.address));
  return { handle, run };
}

async function listen(
  { socket }: Round,
  backlog: number,
): Promise<{ listener: number; address: SocketAddress }> {
  const listener = await ok(socket.createSocket(family, "tcp"));
  await ok(socket.bind(listener, { host: loopback, port: 0 }));
  await ok(socket.listen(listener, backlog));
  return { listener, address: await ok(socket.getLocalAddress(listener)) };
}

/** Receives to the end of the stream in pieces of random size, and returns the digest. */
async function receiveAll(
  { socket, integer }: Round,
  handle: number,
): Promise<Digest> {
  const digest = new Digest();
  for (;;) {
    const part = await ok(socket.receive(handle, BigInt(integer(1, 200_000))));
    if (part.length === 0) return digest;
    digest.add(part);
  }
}

const workloads: Readonly<Record<string, Workload>> = {
  /** Sends from one buffer, which is refilled each time, with and without a timeout, and closes with bytes in flight. */
  send: async (round) => {
    const { socket, integer } = round;
    const { handle, run } = await connect(
      round,
      { step: "pause", milliseconds: integer(0, 5) },
      { step: "receive" },
    );
    const digest = new Digest();
    const buffer = new Uint8Array(integer(1, 300_000));
    for (let count = integer(1, 12); count > 0; count--) {
      await ok(
        socket.setWriteTimeout(handle, integer(0, 1) === 0 ? undefined : 5n),
      );
      buffer.set(pattern(buffer.length, count));
      const sent = await socket.send(handle, buffer);
      if (sent.tag === "ok") digest.add(buffer.subarray(0, Number(sent.val)));
      else check("send", sent.val, "timeout");
      buffer.fill(0xaa);
    }
    await ok(socket.close(handle));
    check("what the peer received", await received(run), digest.toString());
    return digest.length;
  },

  /** Receives what the peer sends. */
  receive: async (round) => {
    const length = round.integer(0, 1_500_000);
    const seed = round.integer(1, 1000);
    const { handle } = await connect(
      round,
      { step: "send-pattern", length, seed },
      { step: "close" },
    );
    check(
      "what was received",
      (await receiveAll(round, handle)).toString(),
      patternDigest(length, seed),
    );
    await ok(round.socket.close(handle));
    return length;
  },

  /** Echoes the bytes of several clients concurrently. */
  echo: async (round) => {
    const { socket, peer, integer } = round;
    const clients = integer(1, 8);
    const { listener, address } = await listen(round, clients);
    const length = integer(1, 40_000);
    const runs = await Promise.all(
      Array.from({ length: clients }, (_, seed) =>
        peer.run([
          { step: "connect", address },
          { step: "send-pattern", length, seed },
          { step: "finish" },
          { step: "receive" },
          { step: "close" },
        ]),
      ),
    );
    const serve = async (handle: number): Promise<void> => {
      for (;;) {
        const part = await ok(socket.receive(handle, 10_000n));
        if (part.length === 0) break;
        await ok(socket.send(handle, part));
      }
      await ok(socket.close(handle));
    };
    await Promise.all(
      runs.map(async () => serve(await ok(socket.accept(listener)))),
    );
    await ok(socket.close(listener));
    for (const [seed, run] of runs.entries()) {
      check("what came back", await received(run), patternDigest(length, seed));
    }
    return 2 * clients * length;
  },

  /** Exchanges datagrams with a peer. */
  datagrams: async ({ socket, peer, integer }) => {
    const count = integer(1, 20);
    const exchanges = Array.from({ length: count }, (_, seed) => [
      { step: "receive-from" } as const,
      { step: "send-to", data: pattern(1000, seed) } as const,
    ]);
    const run = await peer.run([{ step: "bind", family }, ...exchanges.flat()]);
    const handle = await ok(socket.createSocket(family, "udp"));
    await ok(socket.connect(handle, run.address));
    await ok(socket.setReadTimeout(handle, 5000n));
    for (let seed = 0; seed < count; seed++) {
      await ok(socket.send(handle, pattern(500, seed)));
      const answer = await ok(socket.receive(handle, 2000n));
      check(
        "the answer",
        new Digest().add(answer).toString(),
        patternDigest(1000, seed),
      );
    }
    const asked = (await run.finished).filter(
      ({ step }) => step === "receive-from",
    );
    for (const [seed, { digest }] of asked.entries())
      check("the question", digest, patternDigest(500, seed));
    await ok(socket.close(handle));
    return 1500 * count;
  },

  /** Lets `accept`, `receive` and `receive-from` time out. */
  timeouts: async (round) => {
    const { socket, integer } = round;
    const { listener } = await listen(round, 1);
    const { handle } = await connect(round);
    const udp = await ok(socket.createSocket(family, "udp"));
    await ok(socket.bind(udp, { host: loopback, port: 0 }));
    const time = BigInt(integer(0, 10));
    const error = time === 0n ? "would-block" : "timeout";
    for (const each of [listener, handle, udp])
      await ok(socket.setReadTimeout(each, time));
    await Promise.all([
      fails("accept", socket.accept(listener), error),
      fails("receive", socket.receive(handle, 10n), error),
      fails("receive", socket.receive(handle, 10n), error),
      fails("receive-from", socket.receiveFrom(udp, 10n), error),
    ]);
    for (const each of [listener, handle, udp]) await ok(socket.close(each));
    return 0;
  },

  /** Sends until the peer resets the connection. */
  resets: async (round) => {
    const { socket, integer } = round;
    const length = integer(1, 500_000);
    const { handle } = await connect(
      round,
      { step: "receive", length },
      { step: "reset" },
    );
    let taken = 0;
    for (;;) {
      const sent = await socket.send(handle, new Uint8Array(65_536));
      if (sent.tag === "ok") {
        taken += Number(sent.val);
        continue;
      }
      check("the end of it", sent.val, "connection-reset");
      break;
    }
    check("that enough was taken", taken >= length, true);
    await ok(socket.close(handle));
    return taken;
  },

  /** Connects to a port without a listener. */
  refusals: async ({ socket, peer }) => {
    const { address } = await peer.run([
      { step: "vacate", family, protocol: "tcp" },
    ]);
    const handle = await ok(socket.createSocket(family, "tcp"));
    await fails(
      "connect",
      socket.connect(handle, address),
      "connection-refused",
    );
    await ok(socket.close(handle));
    return 0;
  },

  /** Closes sockets with pending calls. */
  closes: async (round) => {
    const { socket, integer } = round;
    const { listener } = await listen(round, 1);
    const { handle } = await connect(round, {
      step: "pause",
      milliseconds: 20,
    });
    const waiting = [
      socket.accept(listener),
      socket.accept(listener),
      socket.receive(handle, 1n),
      socket.send(handle, new Uint8Array(30_000_000)),
      socket.send(handle, new Uint8Array(10)),
    ];
    await sleep(integer(0, 3));
    await ok(socket.close(handle));
    await ok(socket.close(listener));
    for (const call of waiting)
      await fails("a call that waited", call, "connection-aborted");
    return 0;
  },

  /** Sends over a memory network with latency, jitter, loss and a limited bandwidth, by a random seed. */
  memory: async ({ integer }) => {
    const seed = integer(1, 1_000_000);
    const network = createMemoryNetwork({ seed });
    await using client = network.machine("10.0.0.1").createAsyncSocket();
    await using server = network.machine("10.0.0.2").createAsyncSocket();
    network.impose({
      latency: 5,
      jitter: 10,
      loss: 0.05,
      bandwidth: 10_000_000,
    });
    const listener = await ok(server.createSocket(family, "tcp"));
    await ok(server.bind(listener, { host: "10.0.0.2", port: 80 }));
    await ok(server.listen(listener, 1));
    const handle = await ok(client.createSocket(family, "tcp"));
    await ok(client.connect(handle, { host: "10.0.0.2", port: 80 }));
    const accepted = await ok(server.accept(listener));
    const length = integer(1, 300_000);
    const sending = ok(client.send(handle, pattern(length, seed))).then(() =>
      client.close(handle),
    );
    const digest = new Digest();
    for (;;) {
      const part = await ok(server.receive(accepted, 20_000n));
      if (part.length === 0) break;
      digest.add(part);
    }
    await sending;
    check(
      `seed ${String(seed)}`,
      digest.toString(),
      patternDigest(length, seed),
    );
    return length;
  },
};

/** The names of all workloads. */
export const workloadNames: readonly string[] = Object.keys(workloads);

/** Runs one round of a workload, and checks that no handle is left open. */
export async function runRound(
  name: string,
  integer: Round["integer"],
): Promise<number> {
  const workload = workloads[name];
  if (workload === undefined) throw new Error(`there is no workload ${name}`);
  await using peer = await createNodePeer();
  await using socket = createNodeSocket();
  const bytes = await workload({ socket, peer, integer });
  const open = socket.openHandles();
  check(`handles left open by ${name}`, JSON.stringify(open), "[]");
  return bytes;
}
