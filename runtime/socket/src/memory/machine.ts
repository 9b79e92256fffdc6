import type { Family, NumericAddress, Protocol } from "../driver.js";
import { SystemError } from "./errors.js";
import type { Network } from "./network.js";
import type { DatagramSocket } from "./udp.js";
import type { StreamSocket } from "./tcp.js";

/** A socket of either protocol. */
export type AnySocket = StreamSocket | DatagramSocket;

interface Binding {
  readonly socket: AnySocket;
  readonly protocol: Protocol;
  readonly family: Family;
  readonly address: NumericAddress;
  readonly shared: boolean;
}

/** The first port of the dynamic (ephemeral) range of RFC 6335 §6. */
const firstEphemeralPort = 49_152;
const lastPort = 65_535;

/** One machine of the network: its addresses, and the sockets that use its ports. */
export class Machine {
  readonly network: Network;
  readonly name: string;
  readonly #addresses: readonly string[];
  readonly #claims = new Map<number, Binding[]>();
  #nextPort = firstEphemeralPort;

  constructor(network: Network, name: string, addresses: readonly string[]) {
    this.network = network;
    this.name = name;
    this.#addresses = addresses;
  }

  /** Returns the machine that packets to `host` reach. */
  route(host: string): Machine | undefined {
    return this.owns(host) ? this : this.network.machineAt(host);
  }

  /** Whether `host` is an address of this machine. Every machine has the loopback addresses. */
  owns(host: string): boolean {
    return isLoopback(host) || this.#addresses.includes(host);
  }

  /**
   * Returns the source address of packets to `destination`.
   *
   * @throws SystemError - `ENETUNREACH` if this machine has no address of the family.
   */
  sourceFor(destination: string, family: Family, syscall: string): string {
    if (this.owns(destination)) return destination;
    const source = this.#addresses.find(
      (address) => familyOf(address) === family,
    );
    if (source === undefined)
      throw new SystemError("ENETUNREACH", syscall, destination);
    return source;
  }

  /**
   * Checks that packets may be sent from a local address to `destination`.
   *
   * @throws SystemError - `EINVAL` if they would leave the machine with a loopback source address, as on Linux.
   */
  requireReach(
    local: NumericAddress | undefined,
    destination: string,
    syscall: string,
  ): void {
    if (
      local !== undefined &&
      isLoopback(local.host) &&
      !this.owns(destination)
    )
      throw new SystemError(
        "EINVAL",
        syscall,
        `${local.host} - ${destination}`,
      );
  }

  /**
   * Assigns a local address to a socket, with a free port if port 0 is requested.
   *
   * @throws SystemError - `EADDRNOTAVAIL` for an address of another machine, `EADDRINUSE` for an address in use or if
   * no ephemeral port is free.
   */
  claim(
    socket: AnySocket,
    family: Family,
    wanted: NumericAddress,
    shared: boolean,
    syscall: string,
  ): NumericAddress {
    const { protocol } = socket;
    if (!isWildcard(wanted.host) && !this.owns(wanted.host)) {
      throw new SystemError("EADDRNOTAVAIL", syscall, wanted.host);
    }
    const isFree = (port: number): boolean =>
      !(this.#claims.get(port) ?? []).some(
        (claim) =>
          claim.protocol === protocol &&
          claim.family === family &&
          overlap(claim.address.host, wanted.host) &&
          !(protocol === "udp" && shared && claim.shared),
      );
    const port =
      wanted.port === 0 ? this.#freePort(isFree, syscall) : wanted.port;
    if (!isFree(port))
      throw new SystemError(
        "EADDRINUSE",
        syscall,
        `${wanted.host}:${String(port)}`,
      );
    const address = { host: wanted.host, port };
    const claims = this.#claims.get(port);
    const claim = { socket, protocol, family, address, shared };
    if (claims === undefined) this.#claims.set(port, [claim]);
    else claims.push(claim);
    return address;
  }

  /** Releases the port of a socket that is closed or whose connection attempt failed. */
  release(socket: AnySocket, port: number): void {
    const claims = this.#claims
      .get(port)
      ?.filter((claim) => claim.socket !== socket);
    if (claims === undefined) return;
    if (claims.length === 0) this.#claims.delete(port);
    else this.#claims.set(port, claims);
  }

  /**
   * Returns the sockets bound to the address or to the wildcard of its family: those bound to the address come first,
   * and later ones before earlier ones.
   */
  boundSockets(
    protocol: Protocol,
    family: Family,
    address: NumericAddress,
  ): AnySocket[] {
    const claims = (this.#claims.get(address.port) ?? []).filter(
      (claim) =>
        claim.protocol === protocol &&
        claim.family === family &&
        (claim.address.host === address.host || isWildcard(claim.address.host)),
    );
    return claims
      .reverse()
      .sort(
        (one, other) =>
          Number(isWildcard(one.address.host)) -
          Number(isWildcard(other.address.host)),
      )
      .map((claim) => claim.socket);
  }

  #freePort(isFree: (port: number) => boolean, syscall: string): number {
    for (let tried = firstEphemeralPort; tried <= lastPort; tried++) {
      const port = this.#nextPort;
      this.#nextPort = port === lastPort ? firstEphemeralPort : port + 1;
      if (isFree(port)) return port;
    }
    throw new SystemError(
      "EADDRINUSE",
      syscall,
      "every ephemeral port is taken",
    );
  }
}

/** Returns the family of a numeric address. */
export function familyOf(host: string): Family {
  return host.includes(":") ? "ipv6" : "ipv4";
}

function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
}

/** Whether an address stands for all addresses of a machine. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function overlap(one: string, other: string): boolean {
  return one === other || isWildcard(one) || isWildcard(other);
}
