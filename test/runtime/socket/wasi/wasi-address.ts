/** Converts addresses between text and the records of `wasi:sockets`. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";

export interface IpAddress {
  readonly tag: "ipv4" | "ipv6";
  readonly val: number[];
}

/** An `ip-socket-address`. */
export type WasiAddress =
  | { tag: "ipv4"; val: { port: number; address: number[] } }
  | {
      tag: "ipv6";
      val: {
        port: number;
        flowInfo: number;
        address: number[];
        scopeId: number;
      };
    };

/** Parses an address of either family; IPv6 may contain `::` once. */
export function toIpAddress(text: string): IpAddress {
  if (!text.includes(":"))
    return { tag: "ipv4", val: text.split(".").map(Number) };
  const [before = "", after = ""] = text.split("::");
  const groups = (part: string): number[] =>
    part
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [front, back] = [groups(before), groups(after)];
  const zeros = new Array<number>(8 - front.length - back.length).fill(0);
  return { tag: "ipv6", val: [...front, ...zeros, ...back] };
}

export function toWasi({ host, port }: SocketAddress): WasiAddress {
  const { tag, val: address } = toIpAddress(host);
  return tag === "ipv4"
    ? { tag, val: { port, address } }
    : { tag, val: { port, flowInfo: 0, address, scopeId: 0 } };
}

export function fromWasi({ tag, val }: WasiAddress): SocketAddress {
  const { address, port } = val;
  if (tag === "ipv4") return { host: address.join("."), port };
  return { host: address.map((group) => group.toString(16)).join(":"), port };
}
