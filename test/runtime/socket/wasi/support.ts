import type { WasiImports } from "@wit2ts/socket/wasi";
import { fail } from "./fake-host.js";

/** The preview2-shim that the project uses, and the one that jco depends on. */
export const shims = ["preview2-shim-0.26", "@bytecodealliance/preview2-shim"];

/** Loads a preview2-shim. */
export async function loadShim(name: string): Promise<WasiImports> {
  return {
    sockets: (await import(`${name}/sockets`)) as WasiImports["sockets"],
    io: (await import(`${name}/io`)) as WasiImports["io"],
    clocks: (await import(`${name}/clocks`)) as WasiImports["clocks"],
  };
}

type IpAddress = { tag: "ipv4" | "ipv6"; val: number[] };

/** An address in the format of `wasi:sockets`. IPv6 must be written in full, or start with `::`. */
function ipAddress(text: string): IpAddress {
  if (!text.includes(":"))
    return { tag: "ipv4", val: text.split(".").map(Number) };
  const groups = text.replace(/^::/, "").split(":").filter(Boolean);
  const val = groups.map((group) => Number.parseInt(group, 16));
  return {
    tag: "ipv6",
    val: [...new Array<number>(8 - val.length).fill(0), ...val],
  };
}

/**
 * An `ip-name-lookup` with fixed results, which are not available immediately, as with real resolvers. That of
 * preview2-shim queries the system's resolver.
 */
function nameLookup(
  { clocks }: WasiImports,
  names: Readonly<Record<string, readonly string[]>>,
): object {
  const clock = clocks.monotonicClock as {
    subscribeDuration(nanoseconds: bigint): object;
  };
  class ResolveAddressStream {
    readonly #addresses: readonly IpAddress[] | undefined;
    #asked = 0;

    constructor(addresses: readonly IpAddress[] | undefined) {
      this.#addresses = addresses;
    }
    resolveNextAddress(): IpAddress | undefined {
      this.#asked += 1;
      if (this.#asked === 1) fail("would-block");
      if (this.#addresses === undefined) fail("name-unresolvable");
      return this.#addresses[this.#asked - 2];
    }
    subscribe(): object {
      return clock.subscribeDuration(1_000_000n);
    }
    [Symbol.dispose](): void {}
  }
  return {
    ResolveAddressStream,
    resolveAddresses: (_network: object, name: string) =>
      new ResolveAddressStream(names[name]?.map(ipAddress)),
  };
}

/** Replaces a host's name lookup with one that has fixed results. */
export function withNames(
  host: WasiImports,
  names: Readonly<Record<string, readonly string[]>>,
): WasiImports {
  const ipNameLookup = nameLookup(host, names);
  return { ...host, sockets: { ...host.sockets, ipNameLookup } };
}
