/** What each command of an overlapping script does: it picks a socket and arguments, and says what the call may give. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { patternBytes, wildcard } from "../model.js";
import type { Action, Command } from "./commands.js";
import type { Player } from "./player.js";
import type { LiveCall, OverlapSocket, State } from "./socket.js";
import { textOf } from "./stream.js";
import {
  forbiddenPort,
  silentPort,
  unknownName,
  type WorldMachine,
} from "./world.js";

/** The most sockets that a script has open. */
const mostSockets = 16;
/** The most calls that wait on one socket. */
const mostLive = 4;
const largest = { ipv4: 65_507, ipv6: 65_527 } as const;

const streamLengths = [0, 1, 10, 900, 20_000, 300_000];
const datagramLengths = [0, 3, 4, 20, 1_400, 9_000];
const readLengths = [0n, 1n, 4n, 100n, 70_000n, 2n ** 64n - 1n];
/** Less would not tell datagrams apart. */
const datagramReadLengths = [4n, 100n, 70_000n, 2n ** 64n - 1n];

/** Does what a command says, as far as there is anything to do it with. */
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
  // Now and then one that is closed, too.
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

/** Begins the call of a command. */
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
      connect(player, socket, destination(player, socket, command));
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

/** Makes a socket; undefined if there is to be none. */
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

/** A listener, step by step; whatever else happens meanwhile. */
async function serve(player: Player, command: Command): Promise<void> {
  const socket = await create(player, command, "tcp");
  if (socket === undefined) return;
  bind(player, socket, { ...command, argument: 0 });
  await player.world.turn();
  if (!socket.isClosed && socket.mayBe("bound"))
    listen(player, socket, command);
}

/** A connection with a listener. */
async function join(player: Player, command: Command): Promise<void> {
  const listeners = player
    .open()
    .filter((each) => each.isSurely("listening") && each.local !== undefined);
  const listener = listeners[command.socket % listeners.length];
  if (listener?.local === undefined) return;
  const other = listener.family === "ipv4" ? 1 : 0;
  const socket = await create(player, { ...command, other }, "tcp");
  if (socket?.family !== listener.family) return;
  connect(player, socket, addressOf(listener, socket.machine));
  accept(player, listener);
}

/** Where a machine reaches a socket. */
function addressOf(
  { local, machine, family }: OverlapSocket,
  from: WorldMachine,
): SocketAddress {
  const port = local?.port ?? 9;
  const isLoopback = local?.host === machine.hosts[family].at(-1);
  const host =
    isLoopback && machine === from ? local?.host : machine.hosts[family][0];
  return { host: host ?? "127.0.0.1", port };
}

/** Whether what a machine sends to an address gets to a socket, if to anyone's. */
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

/** Whether packets to an address would leave a machine that a socket's own address may not leave. */
function mayBeConfined(
  { local, machine, family }: OverlapSocket,
  { host }: SocketAddress,
): boolean {
  const hosts = machine.hosts[family];
  return (
    (local === undefined || local.host === hosts.at(-1)) &&
    !hosts.includes(host)
  );
}

function destination(
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

function listen(
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

function accept(player: Player, listener: OverlapSocket): void {
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
      // Where the backend was disposed of in the same moment, it has closed this one as well.
      socket.isClosed = machine.isDisposed;
      void learnConnection(player, socket, "server");
      return undefined;
    },
  });
}

function connect(
  player: Player,
  socket: OverlapSocket,
  address: SocketAddress,
): void {
  const { world, departed, deeds } = player;
  const { protocol, machine, family } = socket;
  const isForbidden = world.hasPolicy && address.port === forbiddenPort;
  const isUnknown = address.host === unknownName;
  socket.connects++;
  if (protocol === "udp") {
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
    return;
  }
  // The same two addresses again would be another connection, and nobody could tell.
  const from = `${machine.name} ${family} ${String(socket.local?.port)}`;
  const mayDepart = socket.mayBe("unbound") || socket.mayBe("bound");
  if (mayDepart && socket.local !== undefined) {
    if (departed.has(from)) return;
    departed.add(from);
  }
  // Nor could they where it is not known yet from where.
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
    // Somebody may have accepted it all the same.
    failed: () => {
      player.deedsDone.connectsFailed = true;
    },
  });
}

/** Finds out which connection a socket has. */
async function learnConnection(
  player: Player,
  socket: OverlapSocket,
  side: "client" | "server",
): Promise<void> {
  const local = await player.ask(socket, "getLocalAddress");
  const peer = await player.ask(socket, "getPeerAddress");
  if (local.tag === "err" || peer.tag === "err") {
    // Which of the connections it was that is closed now, nobody knows.
    player.deedsDone.connectsFailed = true;
    // Node does not know the addresses of a connection that broke before it was accepted.
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

async function learnPeer(player: Player, socket: OverlapSocket): Promise<void> {
  const answer = await player.ask(socket, "getPeerAddress");
  if (answer.tag === "ok") socket.peer = answer.val as SocketAddress;
  else if (!socket.isClosed) player.blame(`${socket.name} has no peer`);
}

function sendBytes(
  player: Player,
  socket: OverlapSocket,
  { argument }: Command,
): void {
  const { end } = socket;
  const { bufferedBytes, receiveBytes } = socket.machine.limits;
  const length = Math.min(
    streamLengths[argument % streamLengths.length] ?? 0,
    // By the byte it would take too long to receive.
    200 * Math.min(bufferedBytes, receiveBytes),
  );
  // Without a connection, or one that is not known yet, only what has no bytes.
  if (end === undefined) {
    player.begin(socket, "send", [new Uint8Array(0)], { lane: "write" });
    return;
  }
  // Where the next byte stands is known only if those before it are sent whole or never.
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

/** Begins to receive bytes, and checks them. */
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
      // Some versions of Node take a reset for the end.
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

function sendDatagram(
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

function receiveDatagram(
  player: Player,
  socket: OverlapSocket,
  name: "receive" | "receiveFrom",
  { argument }: Command,
): void {
  const length =
    datagramReadLengths[argument % datagramReadLengths.length] ?? 4n;
  const most = Math.min(Number(length), socket.machine.limits.receiveBytes);
  const { connects } = socket;
  const before = surePeer(socket);
  player.begin(socket, name, [length], {
    lane: "read",
    succeeded: (value) => {
      // The peer, where it has been the same all the time.
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

function setTimeouts(
  player: Player,
  socket: OverlapSocket,
  { action, argument }: Command,
): void {
  const { timeouts } = player.world;
  const timeout = timeouts[argument % timeouts.length];
  // Calls that begin before its end know already.
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
  // Too short for TCP to mind.
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
