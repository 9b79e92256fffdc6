/** Decides which errors a call may return, by its socket's possible states and the script's effects on the network. */
import type { SocketError } from "@wit2ts/core-libs/socket";
import type { OverlapSocket, LiveCall } from "./socket.js";
import type { World } from "./world.js";

/** What the script has done so far that may cause errors. */
export interface Deeds {
  /** The values of `way` that were imposed: `silent`, `unreachable`, `refused`. */
  readonly ways: ReadonlySet<string>;
  readonly hasLoss: boolean;
  readonly hasDuplicates: boolean;
  /** A listener was closed. */
  readonly listenersClosed: boolean;
  /** The network was told to reset connections. */
  readonly connectionsReset: boolean;
}

/** How long TCP retries a connection attempt before it gives up; it retries longer on an established connection. */
const patience = 127_000;

/** The reasons, apart from the socket's states, for which a call may fail. */
export interface Prospects {
  /** Its destination or local address is forbidden by the policy, or is an unknown name. */
  readonly isForbidden?: boolean;
  readonly isUnknown?: boolean;
  /** There may be no machine with the address. */
  readonly mayBeNowhere?: boolean;
  /** A socket listens at the destination, at all times until the call ends. */
  readonly isListenedAt?: () => boolean;
  /** Another socket may have the requested port. */
  readonly mayBeTaken?: boolean;
  /** An argument may be invalid: a datagram is too large, or its destination is not the peer. */
  readonly mayBeWrong?: boolean;
  readonly mustBeWrong?: boolean;
}

/** Returns why an error is not allowed, or undefined if it is. */
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

/** Whether TCP may have given up connections by now. */
export function mayGiveUp(world: World, { ways }: Deeds): boolean {
  return (
    world.isVirtual &&
    world.now() >= patience &&
    (ways.has("silent") || ways.has("unreachable"))
  );
}

/** Whether TCP may have given up a call's connection or connection attempt. */
function lostPatience(world: World, deeds: Deeds, began: number): boolean {
  // Even without faults, an attempt waits while the listener's queue is full.
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

/** Whether an error means that the socket's connection is broken for good, rather than that one call has failed. */
export function isTerminal(
  error: SocketError,
  { timeout }: LiveCall,
  { end }: OverlapSocket,
): boolean {
  if (error === "connection-reset") return true;
  return error === "timeout" && timeout === Infinity && end !== undefined;
}
