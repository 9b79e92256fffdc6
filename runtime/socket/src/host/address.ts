/** Numeric addresses: parsing, formatting and classification. The functions are pure and make no syscalls. */
import type { Family } from "../driver.js";

/** A parsed numeric address. */
export interface ParsedAddress {
  readonly family: Family;
  /** 4 or 16 bytes, in network order. */
  readonly bytes: readonly number[];
  /** The scope id of an IPv6 address, without the `%`; absent if it has none. */
  readonly scope?: string;
}

/** The maximum length of a name in the Domain Name System. */
const maximumHostLength = 253;

/** Whether a string can be a host at all, either a numeric address or a name. */
export function isPossibleHost(host: string): boolean {
  return (
    host.length > 0 && host.length <= maximumHostLength && !host.includes("\0")
  );
}

/**
 * Parses a numeric address in its standard form (RFC 4291, RFC 4007). Returns `undefined` for anything else, which is
 * then a name.
 */
export function parseAddress(host: string): ParsedAddress | undefined {
  if (!host.includes(":")) {
    const bytes = parseIpv4(host);
    return bytes && { family: "ipv4", bytes };
  }
  const percent = host.indexOf("%");
  const bytes = parseIpv6(percent < 0 ? host : host.slice(0, percent));
  if (bytes === undefined) return undefined;
  if (percent < 0) return { family: "ipv6", bytes };
  const scope = host.slice(percent + 1);
  return /^[0-9A-Za-z._~-]+$/.test(scope)
    ? { family: "ipv6", bytes, scope }
    : undefined;
}

/**
 * Parses four decimal numbers without leading zeros, as `inet_pton` does. This is a hot path: it runs for every
 * connection, and for every datagram to a new destination.
 */
function parseIpv4(text: string): number[] | undefined {
  const { length } = text;
  // The shortest address is 0.0.0.0, the longest is 255.255.255.255. This check rejects most names early.
  if (length < 7 || length > 15) return undefined;
  const bytes: number[] = [];
  let byte = -1;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2e) {
      if (byte < 0 || bytes.length === 3) return undefined;
      bytes.push(byte);
      byte = -1;
    } else {
      const digit = code - 0x30;
      if (digit < 0 || digit > 9 || byte === 0) return undefined;
      byte = byte < 0 ? digit : byte * 10 + digit;
      if (byte > 255) return undefined;
    }
  }
  if (byte < 0 || bytes.length !== 3) return undefined;
  bytes.push(byte);
  return bytes;
}

/** Parses eight groups. One run of zeros may be written as `::`, and the last two groups as an IPv4 address. */
function parseIpv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "", halves.length === 1);
  const tail =
    halves.length === 2 ? parseGroups(halves[1] ?? "", true) : undefined;
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  const zeros = new Array<number>(16 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail];
}

function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (last && index === groups.length - 1 && group.includes(".")) {
      const embedded = parseIpv4(group);
      if (embedded === undefined) return undefined;
      bytes.push(...embedded);
      continue;
    }
    if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}

/**
 * Formats an address in its canonical form (RFC 5952), so that equal addresses become equal strings. The scope id of an
 * address that is the same in every zone, such as `::1%lo`, is omitted: the system ignores it.
 */
export function formatAddress(address: ParsedAddress): string {
  if (address.family === "ipv4") return address.bytes.join(".");
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push(
      ((address.bytes[index] ?? 0) << 8) | (address.bytes[index + 1] ?? 0),
    );
  }
  const text = isIpv4Mapped(address)
    ? `::ffff:${address.bytes.slice(12).join(".")}`
    : joinGroups(groups);
  return address.scope === undefined || !isScoped(address)
    ? text
    : `${text}%${address.scope}`;
}

/** `fe80::/10` or multicast: addresses that may mean something else in each zone (RFC 4007). */
function isScoped(address: ParsedAddress): boolean {
  const [first = 0, second = 0] = address.bytes;
  return first === 0xff || (first === 0xfe && second >> 6 === 0b10);
}

function joinGroups(groups: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let index = 0; index < groups.length; index++) {
    let end = index;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - index > length) {
      start = index;
      length = end - index;
    }
    if (end > index) index = end;
  }
  const hexadecimal = (part: readonly number[]): string =>
    part.map((group) => group.toString(16)).join(":");
  if (start < 0) return hexadecimal(groups);
  return `${hexadecimal(groups.slice(0, start))}::${hexadecimal(groups.slice(start + length))}`;
}

/** `0.0.0.0` or `::`. */
export function isWildcard(address: ParsedAddress): boolean {
  return address.bytes.every((byte) => byte === 0);
}

/** `224.0.0.0/4` or `ff00::/8`. */
export function isMulticast(address: ParsedAddress): boolean {
  const first = address.bytes[0] ?? 0;
  return address.family === "ipv4" ? first >> 4 === 0xe : first === 0xff;
}

/** `255.255.255.255`. The broadcast address of a single network cannot be recognized without its prefix length. */
export function isBroadcast(address: ParsedAddress): boolean {
  return (
    address.family === "ipv4" && address.bytes.every((byte) => byte === 255)
  );
}

/** `::ffff:0:0/96`: an IPv4 address written as an IPv6 address. */
export function isIpv4Mapped(address: ParsedAddress): boolean {
  return (
    address.family === "ipv6" &&
    address.bytes.slice(0, 10).every((byte) => byte === 0) &&
    address.bytes[10] === 0xff &&
    address.bytes[11] === 0xff
  );
}
