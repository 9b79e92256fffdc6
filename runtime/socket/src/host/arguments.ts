/** Runtime checks of arguments that guests pass. Guests are not type-checked, so the declared types may be wrong. */
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

/**
 * The getter of `%TypedArray%.prototype[Symbol.toStringTag]`. It returns the type name of a typed array of any realm,
 * and `undefined` for every other value, including objects that imitate a typed array.
 */
const tag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
);

/** Whether a value is a `list<u8>`. Accepts a `Uint8Array` of another realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return tag?.get?.call(value) === "Uint8Array";
}

/**
 * Reads `host` and `port` of an address once, so that a getter cannot return one value to the check and another to the
 * driver. The caller checks the types of both. Returns `undefined` if the value is not an object or a getter throws.
 */
export function readAddress(value: unknown): SocketAddress | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    const { host, port } = value as SocketAddress;
    return { host, port };
  } catch {
    // A getter threw.
    return undefined;
  }
}
