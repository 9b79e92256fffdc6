/** Converts addresses between the formats of the socket host and of `wasi:sockets`. */
import type { NumericAddress } from "../driver.js";
import { formatAddress, parseAddress } from "../host/address.js";
import { systemError } from "../host/errors.js";
import type {
  IpAddress,
  IpSocketAddress,
  Ipv6Address,
} from "./generated/wasi/sockets/network.js";

/**
 * Converts an address to the format of `wasi:sockets`.
 *
 * @throws `EINVAL` for a scope id that is the name of a network interface: WASI supports only numbers.
 */
export function toWasiAddress({ host, port }: NumericAddress): IpSocketAddress {
  const parsed = parseAddress(host);
  if (parsed === undefined)
    throw systemError("EINVAL", `${host} is no numeric address`);
  const { bytes, scope = "0" } = parsed;
  const byte = (index: number): number => bytes[index] ?? 0;
  if (parsed.family === "ipv4")
    return {
      tag: "ipv4",
      val: { port, address: [byte(0), byte(1), byte(2), byte(3)] },
    };
  if (!/^\d{1,9}$/.test(scope))
    throw systemError(
      "EINVAL",
      `the scope id of ${host} is a name, and wasi:sockets knows the numbers of network interfaces only`,
    );
  const group = (index: number): number =>
    (byte(2 * index) << 8) | byte(2 * index + 1);
  const address: Ipv6Address = [
    group(0),
    group(1),
    group(2),
    group(3),
    group(4),
    group(5),
    group(6),
    group(7),
  ];
  return {
    tag: "ipv6",
    val: { port, flowInfo: 0, address, scopeId: Number(scope) },
  };
}

/** Returns the host for an address without a port, in canonical form. */
export function fromWasiHost(address: IpAddress, scopeId = 0): string {
  if (address.tag === "ipv4")
    return formatAddress({ family: "ipv4", bytes: address.val });
  const bytes = address.val.flatMap((group) => [group >> 8, group & 0xff]);
  return formatAddress({
    family: "ipv6",
    bytes,
    ...(scopeId === 0 ? {} : { scope: String(scopeId) }),
  });
}

/** Converts an address to the format of the socket host. */
export function fromWasiAddress(address: IpSocketAddress): NumericAddress {
  if (address.tag === "ipv4") {
    const { address: val, port } = address.val;
    return { host: fromWasiHost({ tag: "ipv4", val }), port };
  }
  const { address: val, port, scopeId } = address.val;
  return { host: fromWasiHost({ tag: "ipv6", val }, scopeId), port };
}
