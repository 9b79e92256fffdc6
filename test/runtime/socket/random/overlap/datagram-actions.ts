/** The calls on UDP sockets, and their allowed results. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import type { Command } from "./commands.js";
import { isAt, mayBeConfined } from "./places.js";
import type { Player } from "./player.js";
import type { OverlapSocket } from "./socket.js";
import { textOf } from "./stream.js";
import { forbiddenPort, unknownName } from "./world.js";

const largest = { ipv4: 65_507, ipv6: 65_527 } as const;
const datagramLengths = [0, 3, 4, 20, 1_400, 9_000];
/** At least the 4 bytes of a datagram's number, without which datagrams could not be told apart. */
const readLengths = [4n, 100n, 70_000n, 2n ** 64n - 1n];

export function connectDatagrams(
  player: Player,
  socket: OverlapSocket,
  address: SocketAddress,
): void {
  const { world } = player;
  const isForbidden = world.hasPolicy && address.port === forbiddenPort;
  const isUnknown = address.host === unknownName;
  socket.connects++;
  player.begin(socket, "connect", [address], {
    lane: "write",
    isForbidden,
    isUnknown,
    mayBeWrong: mayBeConfined(socket, address),
    succeeded: () => {
      if (isForbidden) return "the policy forbids it";
      void player.learnLocal(socket);
      socket.peer = undefined;
      void learnPeer(player, socket);
      return undefined;
    },
  });
}

async function learnPeer(player: Player, socket: OverlapSocket): Promise<void> {
  const answer = await player.ask(socket, "getPeerAddress");
  if (answer.tag === "ok") socket.peer = answer.val as SocketAddress;
  else if (!socket.isClosed) player.blame(`${socket.name} has no peer`);
}

export function sendDatagram(
  player: Player,
  socket: OverlapSocket,
  address: SocketAddress | undefined,
  { argument, other }: Command,
): void {
  const { world, datagrams } = player;
  const { family, protocol } = socket;
  const name = address === undefined ? "send" : "sendTo";
  const isTooLarge = other % 40 === 7;
  const length = isTooLarge
    ? largest[family] + 1
    : (datagramLengths[argument % datagramLengths.length] ?? 0);
  const goal = address ?? surePeer(socket);
  const isForbidden = world.hasPolicy && goal?.port === forbiddenPort;
  const isUnknown = goal?.host === unknownName;
  const datagram = datagrams.add(socket, goal, length);
  const parameters = address === undefined ? [] : [address];
  const receivers = player
    .open()
    .filter(
      (each) =>
        each.protocol === "udp" &&
        each.family === family &&
        goal !== undefined &&
        isAt(each, socket.machine, goal),
    );
  const [receiver] = receivers;
  const isCertain =
    receivers.length === 1 &&
    receiver?.isSurely("bound") === true &&
    receiver.connects === 0;
  player.begin(socket, name, [datagram.data.slice(), ...parameters], {
    lane: "write",
    isForbidden: isForbidden && name === "sendTo",
    isUnknown,
    mayBeNowhere: name === "send" && (goal?.host.endsWith("77") ?? true),
    mayBeWrong:
      protocol === "udp" &&
      (isTooLarge ||
        socket.connects > 0 ||
        (goal !== undefined && mayBeConfined(socket, goal))),
    mustBeWrong: isTooLarge && !isUnknown && !isForbidden && world.isVirtual,
    succeeded: (value) => {
      if (isForbidden && name === "sendTo") return "the policy forbids it";
      if (value !== BigInt(length)) return "not the whole datagram";
      datagram.isSent = true;
      if (isCertain) datagram.certain = receiver;
      void player.learnLocal(socket);
      return undefined;
    },
  });
}

/** The peer of a UDP socket, if it is known and not about to change. */
function surePeer({ live, peer }: OverlapSocket): SocketAddress | undefined {
  return live.some(({ name }) => name === "connect") ? undefined : peer;
}

export function receiveDatagram(
  player: Player,
  socket: OverlapSocket,
  name: "receive" | "receiveFrom",
  { argument }: Command,
): void {
  const length = readLengths[argument % readLengths.length] ?? 4n;
  const most = Math.min(Number(length), socket.machine.limits.receiveBytes);
  const { connects } = socket;
  const before = surePeer(socket);
  player.begin(socket, name, [length], {
    lane: "read",
    succeeded: (value) => {
      // The peer, if no `connect` was made in the meantime.
      const peer = socket.connects === connects ? before : undefined;
      const [data, sender] = (
        name === "receive" ? [value, peer] : (value as unknown[])
      ) as [Uint8Array, SocketAddress | undefined];
      if (
        peer !== undefined &&
        sender !== undefined &&
        textOf(sender) !== textOf(peer)
      )
        return "a datagram of somebody else than the peer";
      return player.datagrams.deliver(
        socket,
        data,
        most,
        sender,
        player.deeds.hasDuplicates ? 2 : 1,
      );
    },
  });
}
