/**
 * The TCP addresses that sockets of this process have bound. libuv sets SO_REUSEADDR on every TCP socket, so the system
 * lets two of them bind one address and complains only when the second one listens; `bind` has to complain at once.
 */
import type { Family, NumericAddress } from "../driver.js";
import { isWildcard, parseAddress } from "../host/address.js";

/** An address that is taken. */
export interface BoundAddress extends NumericAddress {
  readonly family: Family;
}

const byPort = new Map<number, Set<BoundAddress>>();

/** Whether a socket of this process holds an address that this one would get in the way of. */
export function isTaken(
  family: Family,
  { host, port }: NumericAddress,
): boolean {
  const holders = byPort.get(port);
  if (holders === undefined) return false;
  for (const holder of holders) {
    if (holder.family !== family) continue;
    if (holder.host === host || isAny(holder.host) || isAny(host)) return true;
  }
  return false;
}

/** Notes an address as taken. */
export function take(family: Family, address: NumericAddress): BoundAddress {
  const taken = { family, host: address.host, port: address.port };
  const holders = byPort.get(taken.port);
  if (holders === undefined) byPort.set(taken.port, new Set([taken]));
  else holders.add(taken);
  return taken;
}

/** Notes an address as free again. */
export function release(taken: BoundAddress): void {
  const holders = byPort.get(taken.port);
  if (holders === undefined) return;
  holders.delete(taken);
  if (holders.size === 0) byPort.delete(taken.port);
}

function isAny(host: string): boolean {
  const address = parseAddress(host);
  return address !== undefined && isWildcard(address);
}
