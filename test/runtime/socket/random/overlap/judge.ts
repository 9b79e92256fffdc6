/** Which failures a call may end in, by the states its socket may have had, and by what the script did to the network. */
import type { SocketError } from "@wit2ts/core-libs/socket";
import type { OverlapSocket, LiveCall } from "./socket.js";
import type { World } from "./world.js";

/** What the script has done so far that failures can come from. */
export interface Deeds {
  /** Ways that were imposed: `silent`, `unreachable`, `refused`. */
  readonly ways: ReadonlySet<string>;
  readonly hasLoss: boolean;
  readonly hasDuplicates: boolean;
  /** A listener was closed, or the network told to break connections off. */
  readonly listenersClosed: boolean;
  readonly connectionsReset: boolean;
}

/** How long TCP asks for a connection before it gives up, which is sooner than it gives up one that stands. */
const patience = 127_000;

/** What may be wrong with one call beside its states. */
export interface Prospects {
  /** Its destination or local address is forbidden, or unknown. */
  readonly isForbidden?: boolean;
  readonly isUnknown?: boolean;
  /** No machine may have the address. */
  readonly mayBeNowhere?: boolean;
  /** Somebody listens there, all the time until the call ends. */
  readonly isListenedAt?: () => boolean;
  /** A socket may have the port that is asked for. */
  readonly mayBeTaken?: boolean;
  /** An argument may be wrong: a datagram is too large, or goes elsewhere than to the peer. */
  readonly mayBeWrong?: boolean;
  readonly mustBeWrong?: boolean;
}

/** Says why a failure must not be, or nothing if it may. */
export function objectionToFailure(
  world: World,
  deeds: Deeds,
  call: LiveCall,
  error: SocketError,
  prospects: Prospects,
): string | undefined {
  const { socket, seen, timeout, began, name } = call;
  const allows = (state: typeof seen extends Set<infer S> ? S : never) =>
    socket.allows(name, state);
  const states = [...seen];
  if (error === "invalid-input")
    return states.every(allows) && prospects.mayBeWrong !== true
      ? "the call is allowed"
      : undefined;
  if (error === "connection-aborted")
    return socket.isClosed ? undefined : "the socket is open";
  if (!states.some(allows)) return "the call is not allowed";
  const lost = lostPatience(world, deeds, began);
  if (error === "would-block")
    return timeout === 0 ? undefined : "the timeout is not 0";
  if (error === "timeout") {
    if (timeout === 0) return lost ? undefined : "the timeout is 0";
    const isOver = !world.isVirtual || world.now() >= began + timeout;
    return (timeout < Infinity && isOver) || lost
      ? undefined
      : "time is not over";
  }
  return isExplained(world, deeds, call, error, prospects)
    ? undefined
    : "nothing has led to it";
}

/** Whether TCP may have given connections up by now. */
export function mayGiveUp(world: World, { ways }: Deeds): boolean {
  return (
    world.isVirtual &&
    world.now() >= patience &&
    (ways.has("silent") || ways.has("unreachable"))
  );
}

/** Whether TCP may have lost its patience with a call. */
function lostPatience(world: World, deeds: Deeds, began: number): boolean {
  // In the queue of a listener that is full, too.
  const hasWaited = world.isVirtual && world.now() - began >= patience;
  return hasWaited || mayGiveUp(world, deeds);
}

function isExplained(
  world: World,
  { ways, connectionsReset, listenersClosed }: Deeds,
  { socket, name }: LiveCall,
  error: SocketError,
  prospects: Prospects,
): boolean {
  const { protocol, machine, end } = socket;
  const goesOut = name === "connect" || name === "send" || name === "sendTo";
  switch (error) {
    case "address-not-available":
      return (
        prospects.isUnknown === true ||
        (prospects.isForbidden === true &&
          (name === "bind" || name === "listen"))
      );
    case "address-in-use":
      return name === "bind" && prospects.mayBeTaken === true;
    case "network-unreachable":
      return (
        goesOut &&
        (ways.has("unreachable") ||
          prospects.isForbidden === true ||
          prospects.mayBeNowhere === true) &&
        !(protocol === "tcp" && name === "send")
      );
    case "connection-refused":
      if (protocol === "udp") return socket.connects > 0;
      return (
        name === "connect" &&
        (ways.has("refused") || prospects.isListenedAt?.() !== true)
      );
    case "connection-reset":
      if (name === "connect")
        return (
          protocol === "tcp" &&
          (connectionsReset || listenersClosed || !world.isVirtual)
        );
      if (name === "send" && end?.isFinished === true) return true;
      return (name === "send" || name === "receive") && !!end?.mayBeReset();
    case "other":
      return (
        (name === "accept" || name === "createSocket") &&
        (machine.isDisposed || machine.limits.openSockets < Infinity)
      );
    default:
      return false;
  }
}

/** Whether a connection of a socket may be told that it is over for good, rather than that one call is. */
export function isTerminal(
  error: SocketError,
  { timeout }: LiveCall,
  { end }: OverlapSocket,
): boolean {
  if (error === "connection-reset") return true;
  return error === "timeout" && timeout === Infinity && end !== undefined;
}
