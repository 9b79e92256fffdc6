/**
 * A TCP address taken before anyone listens at it or connects from it. Node has public means for that since
 * `net.BoundSocket` (Node 24 and later); before, the handles that `cluster` passes around do the same.
 */
import net from "node:net";
import type { SystemHandle } from "./direct-write.js";
import { systemErrorName } from "./system-error.js";
import type { Family, NumericAddress } from "../driver.js";
import { systemError } from "../host/errors.js";

/** What `net.Server.listen` and the constructor of `net.Socket` take as their handle. */
export interface TcpHandle extends SystemHandle {
  close(): void;
  /** Whether reads and writes on the descriptor wait. Returns 0 or a negative errno. */
  setBlocking?(blocks: boolean): number;
}

/** A local address that is taken, until it is closed or handed to a server or socket. */
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

/** What Node has beyond the declarations of its oldest supported version. */
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

/** Takes a local address at once. Throws an error with the code of the system if it cannot be had. */
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
  // libuv puts EADDRINUSE off until the address is asked for.
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
