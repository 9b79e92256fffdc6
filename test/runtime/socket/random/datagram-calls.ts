/** The expected results of the calls on UDP sockets. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import type { Command } from "./commands.js";
import {
  isSameAddress,
  loopback,
  patternBytes,
  wildcard,
  type Arrived,
  type ModelSocket,
} from "./model.js";
import type { Answer, Run } from "./run.js";

export const largestDatagram = { ipv4: 65_507, ipv6: 65_527 } as const;

/** The most datagrams and bytes that a script leaves in a socket's queue; every operating system has room for them. */
const mostQueued = 8;
const mostQueuedBytes = 40_000;

const lengths = [0, 1, 40, 1_500, 9_000];

export async function connectDatagrams(
  run: Run,
  socket: ModelSocket,
  address: SocketAddress,
): Promise<void> {
  const before = socket.local;
  const peer = { host: loopback[socket.family], port: address.port };
  // Datagrams in the kernel's queue are dropped when they are read, if they are not from the peer. After a connect back
  // to their sender, they may be received after all.
  if (socket.dropped.some((sender) => isSameAddress(sender, peer))) return;
  const isAnother = !isSameAddress(socket.peer, peer);
  const isLost = isAnother && !run.backend.keepsOnConnect;
  if (socket.arrived.length > 0 && isLost) return;
  const answer = await run.arrived(
    socket,
    socket.writeTimeout,
    "connect",
    address,
  );
  if (
    address.host !== "loop.test" &&
    address.host !== loopback[socket.family]
  ) {
    run.fails(answer, "address-not-available");
    return;
  }
  run.ok(answer);
  socket.peer = peer;
  socket.state = "connected";
  for (const { sender } of socket.arrived)
    if (!isSameAddress(sender, peer)) socket.dropped.push(sender);
  socket.arrived = socket.arrived.filter(({ sender }) =>
    isSameAddress(sender, socket.peer),
  );
  await run.learnLocal(socket, loopback[socket.family]);
  if (before !== undefined)
    run.equal(socket.local?.port, before.port, "the port after connect");
}

/** Makes a `send-to`, or a `send` if there is no address. */
export async function sendDatagram(
  run: Run,
  socket: ModelSocket,
  address: SocketAddress | undefined,
  { bad, argument, other }: Command,
): Promise<void> {
  const { family } = socket;
  const call = address === undefined ? "send" : "sendTo";
  const rest = address === undefined ? [] : [address];
  if (bad) {
    const length = largestDatagram[family] + (other % 2 === 0 ? 1 : 100_000);
    const answer = await sent(run, socket, call, new Uint8Array(length), rest);
    const hasName = address?.host === "loop.test" || address === undefined;
    const isKnown = hasName || address.host === loopback[family];
    run.fails(answer, isKnown ? "invalid-input" : "address-not-available");
    if (isKnown) await implicitlyBound(run, socket);
    return;
  }
  if (
    address !== undefined &&
    address.host !== "loop.test" &&
    address.host !== loopback[family]
  ) {
    const answer = await sent(run, socket, call, new Uint8Array(1), rest);
    run.fails(answer, "address-not-available");
    return;
  }
  const destination =
    address === undefined
      ? socket.peer
      : { host: loopback[family], port: address.port };
  if (destination === undefined) return run.fail("there is no peer");
  if (socket.peer !== undefined && !isSameAddress(socket.peer, destination)) {
    const answer = await sent(run, socket, call, new Uint8Array(1), rest);
    run.fails(answer, "invalid-input");
    return;
  }
  // A refusal would end the calls pending on the socket, at an unpredictable time.
  const isRefused =
    socket.state === "connected" &&
    run.model.receiverOf(socket, destination) === undefined;
  if (isRefused && socket.pending.length > 0) return;
  // An unbound socket has no source address yet, so the receiver is known only after the call.
  const before = run.model.at(socket, destination.port)[0];
  const room = before === undefined ? Infinity : roomOf(run, before);
  let length = lengths[argument % lengths.length] ?? 0;
  if (room === mostQueuedBytes && argument % 10 === 9)
    length = largestDatagram[family];
  else if (room < length) return;
  const data = patternBytes(run.model.newKey(), 0, length);
  const answer = await sent(run, socket, call, data.slice(), rest);
  run.equal(run.ok(answer), BigInt(length), "the count");
  await implicitlyBound(run, socket);
  const receiver = run.model.receiverOf(socket, destination);
  const sender = socket.reachable;
  if (sender === undefined) return run.fail("a socket sends from nowhere");
  if (receiver !== undefined) receiver.arrived.push({ data, sender });
  else if (socket.state === "connected") socket.refusals++;
}

function roomOf({ backend }: Run, { arrived }: ModelSocket): number {
  const most = backend.tight?.queuedDatagrams ?? mostQueued;
  if (arrived.length >= most) return -1;
  const bytes = arrived.reduce((sum, { data }) => sum + data.length, 0);
  return mostQueuedBytes - bytes;
}

function sent(
  run: Run,
  socket: ModelSocket,
  call: string,
  data: Uint8Array,
  rest: readonly unknown[],
): Promise<Answer> {
  return run.arrived(socket, socket.writeTimeout, call, data, ...rest);
}

/** Updates the model after a send, which binds an unbound socket. */
async function implicitlyBound(run: Run, socket: ModelSocket): Promise<void> {
  if (socket.state !== "unbound") return;
  socket.state = "bound";
  await run.learnLocal(socket, wildcard[socket.family]);
}

/** Checks a received datagram, and its sender after a `receive-from`. */
export function receivedDatagram(
  run: Run,
  call: string,
  { data, sender }: Arrived,
  answer: Answer,
  maxLength: number,
): void {
  const value = run.ok(answer);
  const bytes: unknown = call === "receive" ? value : (value as unknown[])[0];
  if (!(bytes instanceof Uint8Array)) return run.fail("no datagram");
  const most = Math.min(maxLength, run.backend.tight?.receiveBytes ?? Infinity);
  const expected = data.subarray(0, Math.min(most, data.length));
  if (Buffer.compare(bytes, expected) !== 0)
    run.fail(
      `another datagram was sent, of ${String(data.length)} bytes from port ${String(sender.port)}`,
    );
  if (call === "receiveFrom")
    run.equal((value as unknown[])[1], sender, "the sender");
}
