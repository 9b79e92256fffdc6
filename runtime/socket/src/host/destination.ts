/** Resolves the address that a guest passes to the numeric addresses that may be used for it. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import {
  PENDING,
  type Attempt,
  type Driver,
  type Family,
  type NumericAddress,
  type Protocol,
} from "../driver.js";
import {
  formatAddress,
  isBroadcast,
  isIpv4Mapped,
  isMulticast,
  isPossibleHost,
  isWildcard,
  parseAddress,
  type ParsedAddress,
} from "./address.js";
import { readAddress } from "./arguments.js";
import type { SocketEntry } from "./entry.js";
import { lookupError, systemError } from "./errors.js";

/** What an address is for. */
export type Purpose = "local" | "destination";

/** Returns why a numeric address is invalid for its purpose, or `undefined` if it is valid. */
export function invalidReason(
  address: ParsedAddress,
  family: Family,
  protocol: Protocol,
  purpose: Purpose,
): string | undefined {
  if (address.family !== family)
    return `an ${address.family} address on an ${family} socket`;
  if (isIpv4Mapped(address)) return "an IPv4-mapped IPv6 address";
  if (protocol === "tcp" && (isMulticast(address) || isBroadcast(address)))
    return "a multicast or broadcast address on a TCP socket";
  if (purpose === "destination" && isWildcard(address))
    return "the wildcard address as a destination";
  return undefined;
}

/** A guest's address that passed the checks: a numeric address, or a name to look up. */
export type CheckedAddress =
  | { readonly numeric: NumericAddress }
  | { readonly name: string; readonly port: number };

/** Checks a guest's address as far as possible without a lookup. Returns the reason as a string if it is invalid. */
export function checkAddress(
  address: SocketAddress,
  family: Family,
  protocol: Protocol,
  purpose: Purpose,
): CheckedAddress | string {
  const { host, port } = address;
  if (typeof host !== "string" || !isPossibleHost(host))
    return "the host must be a text of 1 to 253 characters without NUL";
  if (!Number.isInteger(port) || port < 0 || port > 0xffff)
    return "the port must be an integer within 0 to 65535";
  if (purpose === "destination" && port === 0) return "port 0 as a destination";
  const parsed = parseAddress(host);
  if (parsed === undefined) return { name: host, port };
  const objection = invalidReason(parsed, family, protocol, purpose);
  if (objection !== undefined) return objection;
  // An IPv4 address has only one accepted spelling, so it is already canonical.
  const canonical = family === "ipv4" ? host : formatAddress(parsed);
  return { numeric: { host: canonical, port } };
}

/** A lookup that may have to wait. The caller repeats {@link attempt} until it returns the addresses. */
export class Resolution<S extends object, L extends object> {
  /** The name to look up; `undefined` if the address is numeric. */
  readonly name: string | undefined;
  /** The driver's lookup to wait for while {@link attempt} returns `PENDING`. */
  lookup: L | undefined = undefined;
  readonly #driver: Driver<S, L>;
  readonly #port: number;
  readonly #family: Family;
  readonly #protocol: Protocol;
  readonly #purpose: Purpose;
  #found: readonly NumericAddress[] | undefined;

  constructor(
    driver: Driver<S, L>,
    address: CheckedAddress,
    family: Family,
    protocol: Protocol,
    purpose: Purpose,
  ) {
    this.#driver = driver;
    this.#family = family;
    this.#protocol = protocol;
    this.#purpose = purpose;
    if ("numeric" in address) {
      this.#found = [address.numeric];
      this.#port = address.numeric.port;
      this.name = undefined;
    } else {
      this.#port = address.port;
      this.name = address.name;
    }
  }

  /**
   * Returns the addresses to try, at least one. Throws the errors of the driver as {@link lookupError} converts them,
   * and `ENOTFOUND` if no address is usable.
   */
  attempt(): Attempt<readonly NumericAddress[]> {
    if (this.#found !== undefined) return this.#found;
    const name = this.name ?? "";
    let hosts: Attempt<readonly string[]>;
    try {
      this.lookup ??= this.#driver.lookup(name, this.#family);
      hosts = this.#driver.tryLookup(this.lookup);
    } catch (cause) {
      throw lookupError(cause, name);
    }
    if (hosts === PENDING) return PENDING;
    const found: NumericAddress[] = [];
    for (const host of hosts) {
      // The result of a resolver passes the same checks as an address from a guest. For example, a name that resolves
      // to the wildcard address would reach this machine.
      const parsed = parseAddress(host);
      if (parsed === undefined) continue;
      const objection = invalidReason(
        parsed,
        this.#family,
        this.#protocol,
        this.#purpose,
      );
      if (objection === undefined)
        found.push({ host: formatAddress(parsed), port: this.#port });
    }
    if (found.length === 0) {
      throw systemError(
        "ENOTFOUND",
        `${name} has no usable ${this.#family} address`,
      );
    }
    this.#found = found;
    return found;
  }
}

/** Starts the resolution of an address from a guest. Returns the reason as a string if the address is invalid. */
export function resolve<S extends object, L extends object>(
  driver: Driver<S, L>,
  entry: SocketEntry<S>,
  address: SocketAddress,
  purpose: Purpose,
): Resolution<S, L> | string {
  const read = readAddress(address);
  if (read === undefined) return "the address must have a host and a port";
  const { family, protocol } = entry;
  const checked =
    protocol === "udp" && purpose === "destination"
      ? checkDestination(entry, read)
      : checkAddress(read, family, protocol, purpose);
  return typeof checked === "string"
    ? checked
    : new Resolution(driver, checked, family, protocol, purpose);
}

/** Checks the destination of a datagram. Caches the last one, because consecutive datagrams often share it. */
function checkDestination(
  entry: SocketEntry<object>,
  address: SocketAddress,
): CheckedAddress | string {
  const { family, protocol, destination } = entry;
  if (destination !== undefined) {
    const { host, numeric } = destination;
    if (host === address.host && numeric.port === address.port)
      return destination;
  }
  const checked = checkAddress(address, family, protocol, "destination");
  if (typeof checked !== "string" && "numeric" in checked)
    entry.destination = { host: address.host, numeric: checked.numeric };
  return checked;
}

/** Whether two addresses are the same, regardless of their spelling. */
export function isSameAddress(
  left: NumericAddress,
  right: NumericAddress,
): boolean {
  if (left.port !== right.port) return false;
  if (left.host === right.host) return true;
  const [one, other] = [parseAddress(left.host), parseAddress(right.host)];
  return (
    one !== undefined &&
    other !== undefined &&
    formatAddress(one) === formatAddress(other)
  );
}
