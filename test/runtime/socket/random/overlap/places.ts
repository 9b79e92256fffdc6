/** The addresses of a script's sockets, and the destinations of its calls. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { wildcard } from "../model.js";
import type { Command } from "./commands.js";
import type { Player } from "./player.js";
import type { OverlapSocket } from "./socket.js";
import { forbiddenPort, unknownName, type WorldMachine } from "./world.js";

/** The address at which a machine reaches a socket. */
export function addressOf(
  { local, machine, family }: OverlapSocket,
  from: WorldMachine,
): SocketAddress {
  const port = local?.port ?? 9;
  const isLoopback = local?.host === machine.hosts[family].at(-1);
  const host =
    isLoopback && machine === from ? local?.host : machine.hosts[family][0];
  return { host: host ?? "127.0.0.1", port };
}

/** Whether data that a machine sends to an address reaches a socket, if it reaches any. */
export function isAt(
  { local, machine, family }: OverlapSocket,
  from: WorldMachine,
  { host, port }: SocketAddress,
): boolean {
  if (local?.port !== port) return false;
  const isLoopback = host === machine.hosts[family].at(-1);
  if (isLoopback && machine !== from && machine.hosts[family].length > 1)
    return false;
  return local.host === wildcard[family]
    ? machine.hosts[family].includes(host)
    : local.host === host;
}

/** Whether a destination is on another machine, while the socket is, or may be, bound to a loopback address. */
export function mayBeConfined(
  { local, machine, family }: OverlapSocket,
  { host }: SocketAddress,
): boolean {
  const hosts = machine.hosts[family];
  return (
    (local === undefined || local.host === hosts.at(-1)) &&
    !hosts.includes(host)
  );
}

/** The address to connect or send to: mostly that of a socket of the script. */
export function destination(
  player: Player,
  socket: OverlapSocket,
  { argument, other }: Command,
): SocketAddress {
  const places = player
    .open()
    .filter(
      (each) =>
        each.protocol === socket.protocol &&
        each.family === socket.family &&
        each.local !== undefined,
    )
    .map((each) => addressOf(each, socket.machine));
  const place = places[other % places.length] ?? {
    host: socket.machine.hosts[socket.family][0] ?? "127.0.0.1",
    port: 9,
  };
  if (argument % 23 === 1) return { ...place, host: unknownName };
  if (argument % 11 === 2) return { ...place, host: "first.test" };
  if (argument % 11 === 3) return { ...place, host: "second.test" };
  if (argument % 17 === 4) return { ...place, port: forbiddenPort };
  if (argument % 29 === 5) return { ...place, port: 9 };
  return place;
}
