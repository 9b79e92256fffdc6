import type { WasiImports } from "@wit2ts/socket/wasi";
import { fail } from "./fake-host.js";

/** Which preview2-shim: the one in use, or the one that jco brings. */
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

/** An address as `wasi:sockets` has it; IPv6 in full or with its zeros at the beginning. */
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
 * An `ip-name-lookup` that answers with what it is given, later than it is asked, as resolvers do. That of preview2-shim asks the
 * resolver of the system.
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

/** A host with a look-up of names that asks nobody. */
export function withNames(
  host: WasiImports,
  names: Readonly<Record<string, readonly string[]>>,
): WasiImports {
  const ipNameLookup = nameLookup(host, names);
  return { ...host, sockets: { ...host.sockets, ipNameLookup } };
}
