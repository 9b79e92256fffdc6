/**
 * The commands of an overlapping script: each picks a socket and arguments, and defines the allowed results of its
 * call.
 */
import { wildcard } from "../model.js";
import type { Action, Command } from "./commands.js";
import {
  connectDatagrams,
  receiveDatagram,
  sendDatagram,
} from "./datagram-actions.js";
import { addressOf, destination } from "./places.js";
import type { Player } from "./player.js";
import type { OverlapSocket, State } from "./socket.js";
import {
  accept,
  connectStream,
  listen,
  mostLive,
  receiveBytes,
  sendBytes,
} from "./stream-actions.js";
import { textOf } from "./stream.js";
import { forbiddenPort, unknownName } from "./world.js";

/** The maximum number of sockets that a script has open at a time. */
const mostSockets = 16;

/** Runs a command, if there is a suitable socket for it. */
export async function act(player: Player, command: Command): Promise<void> {
  switch (command.action) {
    case "createSocket":
      await create(player, command);
      return;
    case "serve":
      return serve(player, command);
    case "join":
      return join(player, command);
    case "pass":
      return pass(player, command);
    case "stall":
      return stall(player, command);
    case "impose":
    case "lift":
    case "reset":
    case "finish":
      meddle(player, command);
      return;
    case "dispose":
      return dispose(player, command);
    default: {
      const socket = choose(player, command);
      if (socket === undefined || socket.live.length >= mostLive) return;
      perform(player, socket, command);
    }
  }
}

const wanted: Readonly<Partial<Record<Action, readonly State[]>>> = {
  bind: ["unbound"],
  connect: ["unbound", "bound"],
  listen: ["bound"],
  accept: ["listening"],
  send: ["connected"],
  receive: ["connected"],
  sendTo: ["unbound", "bound", "connected"],
  receiveFrom: ["bound", "connected"],
};

function choose(
  player: Player,
  { action, wild, socket }: Command,
): OverlapSocket | undefined {
  const states = wanted[action];
  // Occasionally include closed sockets.
  const all = wild && socket % 5 === 0 ? player.sockets : player.open();
  const fitting =
    wild || states === undefined
      ? all
      : all.filter((each) =>
          states.some(
            (state) => each.mayBe(state) && each.allows(action, state),
          ),
        );
  return fitting[socket % fitting.length];
}

/** Starts the call of a command. */
function perform(
  player: Player,
  socket: OverlapSocket,
  command: Command,
): void {
  switch (command.action) {
    case "bind":
      bind(player, socket, command);
      return;
    case "connect":
      {
        const address = destination(player, socket, command);
        if (socket.protocol === "udp")
          connectDatagrams(player, socket, address);
        else connectStream(player, socket, address);
      }
      return;
    case "listen":
      listen(player, socket, command);
      return;
    case "accept":
      accept(player, socket);
      return;
    case "send":
      if (socket.protocol === "tcp") sendBytes(player, socket, command);
      else sendDatagram(player, socket, undefined, command);
      return;
    case "receive":
      if (socket.protocol === "tcp") receiveBytes(player, socket, command);
      else receiveDatagram(player, socket, "receive", command);
      return;
    case "sendTo":
      sendDatagram(
        player,
        socket,
        destination(player, socket, command),
        command,
      );
      return;
    case "receiveFrom":
      receiveDatagram(player, socket, "receiveFrom", command);
      return;
    case "close":
      player.close(socket);
      return;
    case "setReadTimeout":
    case "setWriteTimeout":
      setTimeouts(player, socket, command);
      return;
    case "addresses":
      for (const name of ["getLocalAddress", "getPeerAddress"])
        player.begin(socket, name, [], { lane: "none" });
      return;
    default:
  }
}

/** Creates a socket; undefined if there are too many, or if the call fails. */
async function create(
  player: Player,
  { argument, other }: Command,
  wantedProtocol?: "tcp",
): Promise<OverlapSocket | undefined> {
  const { machines, families } = player.world;
  const machine = machines[argument % machines.length];
  if (machine === undefined || player.open().length >= mostSockets)
    return undefined;
  const family = families[other % 5 === 0 ? families.length - 1 : 0] ?? "ipv4";
  const protocol =
    wantedProtocol ?? (Math.floor(argument / 2) % 2 === 0 ? "tcp" : "udp");
  const isFull =
    machine.isDisposed ||
    machine.socket.openHandles().length >= machine.limits.openSockets;
  const answer = await player.finish(
    machine.socket.createSocket(family, protocol),
    "createSocket",
  );
  if (answer.tag === "err") {
    player.note(`createSocket(${machine.name}) → ${answer.val}`);
    if (answer.val !== "other" || !isFull) player.blame("no socket was made");
    return undefined;
  }
  if (isFull) player.blame("there are more sockets than there may be");
  const socket = player.add(machine, answer.val, family, protocol, "unbound");
  player.note(`made ${socket.name}`);
  return socket;
}

/** Makes a listener in separate steps, between which other calls may run. */
async function serve(player: Player, command: Command): Promise<void> {
  const socket = await create(player, command, "tcp");
  if (socket === undefined) return;
  bind(player, socket, { ...command, argument: 0 });
  await player.world.turn();
  if (!socket.isClosed && socket.mayBe("bound"))
    listen(player, socket, command);
}

/** Connects a new socket to a listener, and accepts the connection. */
async function join(player: Player, command: Command): Promise<void> {
  const listeners = player
    .open()
    .filter((each) => each.isSurely("listening") && each.local !== undefined);
  const listener = listeners[command.socket % listeners.length];
  if (listener?.local === undefined) return;
  const other = listener.family === "ipv4" ? 1 : 0;
  const socket = await create(player, { ...command, other }, "tcp");
  if (socket?.family !== listener.family) return;
  connectStream(player, socket, addressOf(listener, socket.machine));
  accept(player, listener);
}

function bind(
  player: Player,
  socket: OverlapSocket,
  { argument, other }: Command,
): void {
  const { world } = player;
  const { machine, family, protocol } = socket;
  const port = world.ports[argument % world.ports.length] ?? 0;
  const [own = "", ...others] = machine.hosts[family];
  const hosts = [
    own,
    wildcard[family],
    own,
    others[0] ?? own,
    own,
    unknownName,
  ];
  const host = hosts[other % hosts.length] ?? own;
  const taken = player.sockets.filter(
    (each) =>
      each !== socket &&
      each.machine === machine &&
      each.family === family &&
      each.protocol === protocol,
  );
  player.begin(socket, "bind", [{ host, port }], {
    lane: "write",
    isForbidden: world.hasPolicy && port === forbiddenPort,
    isUnknown: host === unknownName,
    mayBeTaken: port !== 0 && taken.length > 0,
    succeeded: () => {
      if (host === unknownName) return "there is no such name";
      if (world.hasPolicy && port === forbiddenPort)
        return "the policy forbids it";
      void player.learnLocal(socket);
      return undefined;
    },
  });
}

function setTimeouts(
  player: Player,
  socket: OverlapSocket,
  { action, argument }: Command,
): void {
  const { timeouts } = player.world;
  const timeout = timeouts[argument % timeouts.length];
  // The timeout applies to every later call, even to those made before this one has returned.
  const isSure = !socket.isClosed && !socket.mayBe("failed");
  if (!isSure && !socket.isSurely("failed") && !socket.isClosed) return;
  if (isSure && action === "setReadTimeout") socket.readTimeout = timeout;
  if (isSure && action === "setWriteTimeout") socket.writeTimeout = timeout;
  player.begin(socket, action, [timeout], { lane: "none" });
}

async function pass(player: Player, { argument }: Command): Promise<void> {
  await player.world.pass(argument);
  player.note("time passes");
}

async function stall(player: Player, { argument }: Command): Promise<void> {
  if (player.world.stall === undefined) return;
  player.note("every way is closed");
  // Too short for TCP to give up, so only datagrams are lost.
  player.deedsDone.hasLoss = true;
  await player.world.stall(argument);
  player.note("the ways are open again");
}

function meddle(player: Player, command: Command): void {
  const { world, deeds, deedsDone } = player;
  const { action, socket, argument, other } = command;
  if (action === "impose") {
    const conditions = world.impose?.(argument, other);
    if (conditions === undefined) return;
    const { way, loss = 0, duplication = 0 } = conditions;
    if (way !== undefined && way !== "open") deeds.ways.add(way);
    if (loss > 0) deedsDone.hasLoss = true;
    if (duplication > 0) deedsDone.hasDuplicates = true;
    player.note(`impose(${JSON.stringify(conditions)})`);
  } else if (action === "lift") {
    if (world.lift === undefined) return;
    player.note("lift()");
    world.lift();
  } else {
    const ends = player
      .open()
      .flatMap(({ end }) => (end === undefined ? [] : [end]));
    const end = ends[socket % ends.length];
    const here = end?.socket?.local;
    const there = end?.other.socket?.local;
    if (end === undefined || here === undefined || there === undefined) return;
    if (world.reset === undefined || world.finish === undefined) return;
    player.note(`${action}(${textOf(here)}, ${textOf(there)})`);
    if (action === "finish") {
      end.isFinished = true;
      world.finish(here, there);
    } else {
      end.stream.isReset = true;
      deedsDone.connectionsReset = true;
      world.reset(here, there);
    }
  }
}

async function dispose(player: Player, { argument }: Command): Promise<void> {
  const { machines } = player.world;
  const machine = machines[argument % machines.length];
  if (machine === undefined) return;
  const disposed = player.dispose(machine);
  await player.world.turn();
  player.inspect();
  await player.finish(disposed, "dispose");
}
