/** The functions that set options or return properties of one socket. None of them waits. */
import {
  SocketError,
  type AddressFamily,
  type SocketAddress,
  type SocketProtocol,
} from "@wit2ts/core-libs/socket";
import { ok, type Result } from "@wit2ts/runtime";
import type { Driver, NumericAddress } from "../driver.js";
import { isU64 } from "./arguments.js";
import type { SocketEntry, SocketState } from "./entry.js";
import { failure, refusal, wrongState } from "./errors.js";

/** An open socket, as reported to the owner of a backend. */
export interface OpenHandle {
  readonly handle: number;
  readonly family: AddressFamily;
  readonly protocol: SocketProtocol;
  readonly state: SocketState;
  readonly localAddress?: NumericAddress;
  readonly peerAddress?: NumericAddress;
}

/** `set-read-timeout`. */
export function setReadTimeout(
  entry: SocketEntry<object>,
  milliseconds: bigint | undefined,
): Result<void, SocketError> {
  if (!isTimeout(milliseconds)) return invalidTimeout();
  if (entry.state === "failed") return wrongState(entry.state);
  entry.readTimeout = inMilliseconds(milliseconds);
  return ok();
}

/** `set-write-timeout`. */
export function setWriteTimeout(
  entry: SocketEntry<object>,
  milliseconds: bigint | undefined,
): Result<void, SocketError> {
  if (!isTimeout(milliseconds)) return invalidTimeout();
  if (entry.state === "failed") return wrongState(entry.state);
  entry.writeTimeout = inMilliseconds(milliseconds);
  return ok();
}

function isTimeout(milliseconds: unknown): boolean {
  return milliseconds === undefined || isU64(milliseconds);
}

function inMilliseconds(timeout: bigint | undefined): number | undefined {
  return timeout === undefined ? undefined : Number(timeout);
}

function invalidTimeout(): Result<never, SocketError> {
  return refusal(SocketError.InvalidInput, "the timeout must be a u64");
}

/** `set-reuse-address`. */
export function setReuseAddress(
  entry: SocketEntry<object>,
  reuse: boolean,
): Result<void, SocketError> {
  if (typeof reuse !== "boolean")
    return refusal(SocketError.InvalidInput, "reuse must be true or false");
  if (entry.state !== "unbound") return wrongState(entry.state);
  entry.reuseAddress = reuse;
  return ok();
}

/** `get-local-address`. */
export function localAddressOf<S extends object, L extends object>(
  driver: Driver<S, L>,
  { state, socket }: SocketEntry<S>,
): Result<SocketAddress, SocketError> {
  if (state !== "bound" && state !== "listening" && state !== "connected")
    return wrongState(state);
  try {
    const { host, port } = driver.localAddress(socket);
    return ok({ host, port });
  } catch (cause) {
    return failure(cause);
  }
}

/** `get-peer-address`. */
export function peerAddressOf<S extends object, L extends object>(
  driver: Driver<S, L>,
  { state, socket }: SocketEntry<S>,
): Result<SocketAddress, SocketError> {
  if (state !== "connected") return wrongState(state);
  try {
    const { host, port } = driver.peerAddress(socket);
    return ok({ host, port });
  } catch (cause) {
    return failure(cause);
  }
}

/** Describes a socket. Its addresses are absent if its state has none. */
export function openHandle<S extends object, L extends object>(
  driver: Driver<S, L>,
  entry: SocketEntry<S>,
): OpenHandle {
  const { handle, family, protocol, state } = entry;
  const local = localAddressOf(driver, entry);
  const peer = peerAddressOf(driver, entry);
  return {
    handle,
    family,
    protocol,
    state,
    ...(local.tag === "ok" ? { localAddress: local.val } : {}),
    ...(peer.tag === "ok" ? { peerAddress: peer.val } : {}),
  };
}
