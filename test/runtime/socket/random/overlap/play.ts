/** Plays an overlapping script, then checks that all data arrives and nothing is left behind. */
import { act } from "./actions.js";
import { isAt } from "./places.js";
import { receiveBytes } from "./stream-actions.js";
import type { Script } from "./commands.js";
import { headerLength } from "./datagrams.js";
import { Player } from "./player.js";
import type { Stream, StreamEnd } from "./stream.js";
import type { World } from "./world.js";

/** The maximum number of calls to receive the remaining bytes of one connection. */
const mostCalls = 20_000;

/**
 * Plays a script.
 *
 * @returns the trace, line by line.
 * @throws Error at the first result that the contract does not allow, with the trace up to it.
 */
export async function playOverlapping(
  createWorld: (surroundings: Script["surroundings"]) => World,
  script: Script,
): Promise<readonly string[]> {
  const world = createWorld(script.surroundings);
  const player = new Player(world, script);
  try {
    for (const command of script.commands) {
      if (!command.together) {
        await world.turn();
        player.inspect();
      }
      await act(player, command);
    }
    await world.turn();
    player.inspect();
    await comeToRest(player);
    await end(player);
  } finally {
    await Promise.all(world.machines.map(({ socket }) => socket.dispose()));
    await world.settle();
  }
  return player.trace;
}

/** Lifts all faults, lets pending calls proceed, and checks that accepted bytes and datagrams arrive. */
async function comeToRest(player: Player): Promise<void> {
  const { world } = player;
  for (const { action } of player.script.commands)
    if (action === "impose") world.lift?.();
  await world.settle();
  player.inspect();
  player.note("at rest");
  for (const stream of player.streams.all()) {
    checkAccepted(player, stream);
    for (const reader of stream.ends) {
      await drain(player, reader);
      await readToTheEnd(player, reader);
    }
  }
  await checkDatagrams(player);
}

/** Whether nothing has happened that could break a connection. */
function isSound({ stream }: StreamEnd): boolean {
  return (
    !stream.isReset &&
    stream.ends.every(
      (end) =>
        end.socket?.isClosed === false &&
        !(end.readFailed || end.sendFailed || end.hasEnded || end.isFinished),
    )
  );
}

/** Receives and checks all bytes that were sent to an end. */
async function drain(player: Player, reader: StreamEnd): Promise<void> {
  const { world, deeds } = player;
  const { socket, other } = reader;
  const { ways } = deeds;
  // TCP may have given up the connection.
  if (ways.has("silent") || ways.has("unreachable")) return;
  if (socket === undefined || other.socket === undefined) return;
  if (!isSound(reader)) return;
  for (let calls = 0; reader.taken < other.offered; calls++) {
    if (calls > mostCalls) {
      player.blame(`${socket.name} never gets all`);
      return;
    }
    if (socket.live.every(({ lane }) => lane === "write")) {
      player.begin(socket, "receive", [70_000n], {
        lane: "read",
        succeeded: (value) => reader.takeBytes(value as Uint8Array),
      });
    }
    const before = reader.taken;
    await world.settle();
    player.check();
    if (reader.taken === before && world.isVirtual) {
      player.blame(
        `${socket.name} gets ${String(before)} of ${String(other.offered)} bytes`,
      );
      player.check();
    }
  }
  if (other.counted !== reader.taken && world.isVirtual)
    player.blame(
      `${String(reader.taken)} bytes received, of ${String(other.counted)} that were sent`,
    );
  player.check();
}

/** Whether one end may have given up a connection without the other end knowing. */
function mayBeHalfOpen({ world, deeds }: Player): boolean {
  return (
    !world.isVirtual ||
    deeds.ways.has("silent") ||
    deeds.ways.has("unreachable")
  );
}

/** Checks that no `accept` is pending while an established connection waits for it. */
function checkAccepted(player: Player, { client, server }: Stream): void {
  if (mayBeHalfOpen(player) || server.socket !== undefined) return;
  const { socket } = client;
  const { peer } = client;
  if (socket === undefined || socket.isClosed || client.readFailed) return;
  if (client.sendFailed || client.stream.isReset) return;
  const listener = player
    .open()
    .find(
      (each) =>
        each.isSurely("listening") &&
        each.family === socket.family &&
        each.live.some(({ name }) => name === "accept") &&
        peer !== undefined &&
        isAt(each, socket.machine, peer),
    );
  if (listener !== undefined)
    player.blame(`${listener.name} does not accept ${socket.name}`);
  player.check();
}

/** Checks that an end whose other end is closed sees the end of the stream, on repeated calls. */
async function readToTheEnd(player: Player, reader: StreamEnd): Promise<void> {
  const { socket, other } = reader;
  if (mayBeHalfOpen(player)) return;
  if (socket === undefined || socket.isClosed) return;
  if (!other.isClosed && !other.isFinished) return;
  let ended = 0;
  for (let calls = 0; ended < 2; calls++) {
    if (calls > mostCalls) player.blame(`${socket.name} never comes to an end`);
    player.check();
    if (socket.live.every(({ lane }) => lane === "write"))
      receiveBytes(player, socket, { argument: 4 });
    await player.world.settle();
    player.inspect();
    if (socket.live.some(({ name }) => name === "receive"))
      player.blame(`${socket.name} does not hear of the end`);
    if (reader.hasEnded || reader.readFailed) ended++;
  }
}

/** Checks that all datagrams have arrived, if no fault or limit could have lost them. */
async function checkDatagrams(player: Player): Promise<void> {
  const { world, deeds } = player;
  if (!world.isVirtual || !world.isRoomy) return;
  if (deeds.hasLoss || deeds.ways.size > 0) return;
  for (const socket of player.open()) {
    if (!socket.isSurely("bound") || socket.connects > 0) continue;
    if (socket.protocol !== "udp" || socket.local === undefined) continue;
    await player.ask(socket, "setReadTimeout", 0n);
    for (;;) {
      const asked = player.ask(socket, "receiveFrom", 70_000n);
      await world.turn();
      const answer = await player.finish(asked, "receiveFrom");
      if (answer.tag === "err") break;
      const [data] = answer.val as [Uint8Array];
      const most = deeds.hasDuplicates ? 2 : 1;
      const wrong = player.datagrams.deliver(
        socket,
        data,
        70_000,
        undefined,
        most,
      );
      if (wrong !== undefined) player.blame(wrong);
    }
    const isMissing = player.datagrams.sent.some(
      ({ certain, delivered, data }) =>
        certain === socket && delivered === 0 && data.length >= headerLength,
    );
    if (isMissing) player.blame(`a datagram to ${socket.name} is lost`);
  }
  player.check();
}

/** Disposes of all backends, and checks that nothing is left. */
async function end(player: Player): Promise<void> {
  const { world } = player;
  const disposals = world.machines.map((machine) => player.dispose(machine));
  await world.turn();
  player.inspect();
  for (const disposal of disposals) await player.finish(disposal, "dispose");
  await world.settle();
  await player.finish(player.allEnded(), "a call");
  player.inspect();
  if (world.left() > 0) player.blame(`${String(world.left())} events are left`);
  player.check();
}
