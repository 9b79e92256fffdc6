/** Checks of arguments that come from guests: their declared types are a hope, and these are the facts. */
import type {
  AddressFamily,
  SocketAddress,
  SocketProtocol,
} from "@wit2ts/core-libs/socket";

/** Whether a value is an `address-family`. */
export function isFamily(value: unknown): value is AddressFamily {
  return value === "ipv4" || value === "ipv6";
}

/** Whether a value is a `socket-protocol`. */
export function isProtocol(value: unknown): value is SocketProtocol {
  return value === "tcp" || value === "udp";
}

/** Whether a value is a `u32`. */
export function isU32(value: unknown): value is number {
  return (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= 0 &&
    value <= 0xffff_ffff
  );
}

/** Whether a value is a `u64`. */
export function isU64(value: unknown): value is bigint {
  return (
    typeof value === "bigint" && value >= 0n && value <= 0xffff_ffff_ffff_ffffn
  );
}

/** What tells the name of a typed array, of whichever realm; of nothing else, whatever it looks like. */
const tag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
);

/** Whether a value is a `list<u8>`, one of another realm included. */
export function isBytes(value: unknown): value is Uint8Array {
  return tag?.get?.call(value) === "Uint8Array";
}

/**
 * Takes host and port out of what should be an address, once, so that a getter cannot say one thing to the
 * check and another to the driver. What they are is for the caller to check.
 */
export function readAddress(value: unknown): SocketAddress | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    const { host, port } = value as SocketAddress;
    return { host, port };
  } catch {
    // A getter threw: there is no address in it.
    return undefined;
  }
}
