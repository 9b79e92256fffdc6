/** The calls on listeners and connections, and their allowed results. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { patternBytes } from "../model.js";
import type { Command } from "./commands.js";
import { isAt, mayBeConfined } from "./places.js";
import type { Player } from "./player.js";
import type { LiveCall, OverlapSocket } from "./socket.js";
import { textOf } from "./stream.js";
import { forbiddenPort, silentPort, unknownName } from "./world.js";

/** The maximum number of pending calls on one socket. */
export const mostLive = 4;

const streamLengths = [0, 1, 10, 900, 20_000, 300_000];
const readLengths = [0n, 1n, 4n, 100n, 70_000n, 2n ** 64n - 1n];

export function listen(
  player: Player,
  socket: OverlapSocket,
  { argument }: Command,
): void {
  const backlog = [16, 0, 1, 2, 128][argument % 5] ?? 1;
  const { hasPolicy } = player.world;
  const isForbidden = hasPolicy && socket.local?.port === silentPort;
  player.begin(socket, "listen", [backlog], {
    lane: "write",
    isForbidden: hasPolicy && (isForbidden || socket.local === undefined),
    succeeded: () => (isForbidden ? "the policy forbids it" : undefined),
  });
}

export function accept(player: Player, listener: OverlapSocket): void {
  if (listener.live.length >= mostLive) return;
  player.begin(listener, "accept", [], {
    lane: "read",
    succeeded: (handle) => {
      const { machine, family } = listener;
      const socket = player.add(
        machine,
        handle as number,
        family,
        "tcp",
        "connected",
      );
      // If the backend was disposed of in the same turn, it has closed this socket as well.
      socket.isClosed = machine.isDisposed;
      void learnConnection(player, socket, "server");
      return undefined;
    },
  });
}

export function connectStream(
  player: Player,
  socket: OverlapSocket,
  address: SocketAddress,
): void {
  const { world, departed, deeds } = player;
  const { machine, family } = socket;
  const isForbidden = world.hasPolicy && address.port === forbiddenPort;
  const isUnknown = address.host === unknownName;
  socket.connects++;
  // A second connection between the same two addresses could not be told apart from the first.
  const from = `${machine.name} ${family} ${String(socket.local?.port)}`;
  const mayDepart = socket.mayBe("unbound") || socket.mayBe("bound");
  if (mayDepart && socket.local !== undefined) {
    if (departed.has(from)) return;
    departed.add(from);
  }
  // Neither could one whose local address is not known yet.
  if (mayDepart && socket.live.length > 0) return;
  const listener = player
    .open()
    .find(
      (each) =>
        each.isSurely("listening") &&
        each.family === family &&
        isAt(each, machine, address),
    );
  player.begin(socket, "connect", [address], {
    lane: "write",
    isForbidden,
    isUnknown,
    mayBeWrong: mayBeConfined(socket, address),
    isListenedAt: () =>
      listener !== undefined &&
      !listener.isClosed &&
      !deeds.ways.has("refused"),
    succeeded: () => {
      if (isForbidden) return "the policy forbids it";
      void learnConnection(player, socket, "client");
      return undefined;
    },
    // The listener may have accepted the connection nevertheless.
    failed: () => {
      player.deedsDone.connectsFailed = true;
    },
  });
}

/** Finds out which connection a socket has, by its addresses. */
async function learnConnection(
  player: Player,
  socket: OverlapSocket,
  side: "client" | "server",
): Promise<void> {
  const local = await player.ask(socket, "getLocalAddress");
  const peer = await player.ask(socket, "getPeerAddress");
  if (local.tag === "err" || peer.tag === "err") {
    // The socket is closed, and it is unknown which connection it had.
    player.deedsDone.connectsFailed = true;
    // Node does not know the addresses of a connection that was reset before it was accepted.
    if (!socket.isClosed && player.world.isVirtual)
      player.blame(`${socket.name} has no addresses`);
    return;
  }
  const here = local.val as SocketAddress;
  const there = peer.val as SocketAddress;
  socket.local = here;
  const { name, hosts } = socket.machine;
  const [, loopback] = hosts[socket.family];
  const place = [here.host, there.host].includes(loopback ?? "") ? name : "";
  const stream =
    side === "client"
      ? player.streams.between(place, here, there)
      : player.streams.between(place, there, here);
  const end = stream[side];
  if (end.socket !== undefined)
    player.blame(`${end.socket.name} and ${socket.name} have one connection`);
  end.socket = socket;
  end.peer = there;
  end.isClosed = socket.isClosed;
  socket.end = end;
  player.note(
    `${socket.name} is at ${textOf(here)}, its peer at ${textOf(there)}`,
  );
}

export function sendBytes(
  player: Player,
  socket: OverlapSocket,
  { argument }: Command,
): void {
  const { end } = socket;
  const { bufferedBytes, receiveBytes } = socket.machine.limits;
  const length = Math.min(
    streamLengths[argument % streamLengths.length] ?? 0,
    // With tiny limits, it would take too long to receive more.
    200 * Math.min(bufferedBytes, receiveBytes),
  );
  // Without a known connection, send no bytes, since their position in the stream would be unknown.
  if (end === undefined) {
    player.begin(socket, "send", [new Uint8Array(0)], { lane: "write" });
    return;
  }
  // The position of the next byte is known only if the pending sends are accepted entirely or not at all.
  const isOpenEnded = socket.live.every(
    ({ lane, timeout }) => lane === "read" || timeout === Infinity,
  );
  if (!isOpenEnded || (end.sendFailed && socket.live.length > 0)) return;
  const data = patternBytes(end.key, end.offered, length);
  end.offered += length;
  const succeeded = (value: unknown, { timeout }: LiveCall) => {
    const count = Number(value);
    if (count > length || (count === 0 && length > 0))
      return "a count of nothing that was sent";
    if (end.sendFailed && count > 0) return "a broken connection takes bytes";
    end.counted += count;
    if (count < length) {
      if (timeout < Infinity) end.offered -= length - count;
      else if (!mayBreak(player, socket)) return "not all was taken";
      else end.sendFailed = true;
    }
    return undefined;
  };
  player.begin(socket, "send", [data], {
    lane: "write",
    succeeded,
    failed: (error, { timeout }) => {
      const hasSentNothing =
        timeout < Infinity && (error === "timeout" || error === "would-block");
      if (hasSentNothing) end.offered -= length;
    },
  });
}

/** Whether a connection may have broken. */
function mayBreak(player: Player, { end }: OverlapSocket): boolean {
  const { ways } = player.deeds;
  return (
    end === undefined ||
    end.mayBeReset() ||
    end.isFinished ||
    ways.has("silent") ||
    ways.has("unreachable")
  );
}

/** Starts a `receive`, and checks its result. */
export function receiveBytes(
  player: Player,
  socket: OverlapSocket,
  { argument }: Pick<Command, "argument">,
): void {
  const { end } = socket;
  const length =
    end === undefined ? 0n : (readLengths[argument % readLengths.length] ?? 0n);
  const most = Math.min(Number(length), socket.machine.limits.receiveBytes);
  player.begin(socket, "receive", [length], {
    lane: "read",
    succeeded: (value) => {
      if (!(value instanceof Uint8Array)) return "no bytes";
      if (value.length > most) return "more bytes than were asked for";
      if (length === 0n) return undefined;
      if (end === undefined) return "a connection that nobody knows";
      if (value.length > 0) return end.takeBytes(value);
      if (end.readFailed) return "an orderly end of a broken connection";
      end.hasEnded = true;
      const { other } = end;
      const mayBeGone =
        other.socket === undefined && player.deedsDone.connectsFailed;
      if (!other.isClosed && !other.isFinished && !mayBeGone)
        return "an end too early";
      // Some versions of Node report a reset as the end of the stream.
      const mayLose = !player.world.isVirtual && end.mayBeReset();
      if (end.taken < other.counted && !mayLose)
        return `an end after ${String(end.taken)} of ${String(other.counted)} bytes`;
      return undefined;
    },
    failed: (error, { timeout }) => {
      const isOver = error === "timeout" && timeout < Infinity;
      if (error === "connection-reset" && end?.hasEnded === true)
        player.blame("the end of a stream did not last");
      if (isOver && end?.readFailed === true && player.world.isVirtual)
        player.blame("a broken connection waits");
    },
  });
}
