/**
 * Binds a TCP address before a socket listens on it or connects from it. Node 24 and later have a public API for that,
 * `net.BoundSocket`. On older versions, the internal handles that `cluster` passes between processes serve the same
 * purpose.
 */
import net from "node:net";
import type { SystemHandle } from "./direct-write.js";
import { systemErrorName } from "./system-error.js";
import type { Family, NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";

/** A handle, as accepted by `net.Server.listen` and by the constructor of `net.Socket`. */
export interface TcpHandle extends SystemHandle {
  close(): void;
  /** Sets whether reads and writes on the descriptor block. Returns 0 or a negative errno. */
  setBlocking?(blocks: boolean): number;
}

/** A bound local address. The owner closes the handle, or hands it over to a server or socket. */
export interface BoundPort {
  readonly handle: TcpHandle;
  readonly address: NumericAddress;
}

interface BoundSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly ipv6Only: boolean;
}

interface BoundSocket extends TcpHandle {
  address(): { readonly address: string; readonly port: number };
}

interface LegacyHandle extends TcpHandle {
  /** Returns 0 or a negative errno. */
  getsockname(out: { address?: string; port?: number }): number;
}

/** Members of `node:net` that are missing from the type declarations of the oldest supported version of Node. */
const node = net as typeof net & {
  readonly BoundSocket?: new (options: BoundSocketOptions) => BoundSocket;
  readonly _createServerHandle?: (
    host: string,
    port: number,
    family: 4 | 6,
    descriptor: undefined,
    flags: number,
  ) => LegacyHandle | number;
};

/** `UV_TCP_IPV6ONLY` of libuv. */
const ipv6OnlyFlag = 1;

/** Binds a local address synchronously. Throws an error with the system's code on failure. */
export function bindPort(family: Family, address: NumericAddress): BoundPort {
  const { host, port } = address;
  const ipv6Only = family === "ipv6";
  if (node.BoundSocket !== undefined) {
    const handle = new node.BoundSocket({ host, port, ipv6Only });
    const bound = handle.address();
    return { handle, address: { host: bound.address, port: bound.port } };
  }
  if (node._createServerHandle === undefined)
    throw systemError(
      "ENOTSUP",
      "this runtime, which is not Node, cannot take a TCP port before it listens there: it lacks net.BoundSocket",
    );
  const handle = node._createServerHandle(
    host,
    port,
    ipv6Only ? 6 : 4,
    undefined,
    ipv6Only ? ipv6OnlyFlag : 0,
  );
  if (typeof handle === "number") throw bindError(handle, address);
  const bound: { address?: string; port?: number } = {};
  // libuv delays EADDRINUSE until the address is queried.
  const status = handle.getsockname(bound);
  if (status !== 0) {
    handle.close();
    throw bindError(status, address);
  }
  return {
    handle,
    address: { host: bound.address ?? host, port: bound.port ?? port },
  };
}

function bindError(errno: number, { host, port }: NumericAddress): Error {
  return systemError(
    systemErrorName(errno),
    `cannot bind ${host} port ${String(port)}`,
  );
}
