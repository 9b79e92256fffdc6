/**
 * The TCP addresses that the sockets of this thread have bound. libuv sets SO_REUSEADDR on every TCP socket, so the kernel
 * lets two of them bind the same address and reports the conflict only when the second one listens. `bind` has to report
 * it immediately.
 */
import type { Family, NumericAddress } from "../driver.js";
import { isWildcard, parseAddress } from "../host/address.js";

/** An address that is in use. */
export interface BoundAddress extends NumericAddress {
  readonly family: Family;
}

const byPort = new Map<number, Set<BoundAddress>>();

/** Whether a socket of this thread has bound an address that conflicts with this one. */
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

/** Records an address as in use. */
export function take(family: Family, address: NumericAddress): BoundAddress {
  const taken = { family, host: address.host, port: address.port };
  const holders = byPort.get(taken.port);
  if (holders === undefined) byPort.set(taken.port, new Set([taken]));
  else holders.add(taken);
  return taken;
}

/** Records an address as free again. */
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
