import type { WasiImports } from "@wit2ts/socket/wasi";

// The worker of the shim keeps no process alive, but has said so before anybody could notice that there is one.
process.once("worker", (worker) => {
  worker.unref();
});
const shim: WasiImports = await import("preview2-shim-0.26");

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
 * preview2-shim, but for the look-up of names: the shim asks the resolver of the system. This one answers with what it is
 * given, later than it is asked, as resolvers do.
 */
export function shimWithNames(
  names: Readonly<Record<string, readonly string[]>>,
  { sockets, io, clocks }: WasiImports = shim,
): WasiImports {
  const clock = clocks.monotonicClock as {
    subscribeDuration(nanoseconds: bigint): object;
  };
  const resolveAddresses = (_network: object, name: string): object => {
    const addresses = names[name]?.map(ipAddress);
    let asked = 0;
    return {
      resolveNextAddress: () => {
        if (asked++ === 0) throw "would-block";
        if (addresses === undefined) throw "name-unresolvable";
        return addresses[asked - 2];
      },
      subscribe: () => clock.subscribeDuration(1_000_000n),
      [Symbol.dispose]: () => undefined,
    };
  };
  return {
    sockets: { ...sockets, ipNameLookup: { resolveAddresses } },
    io,
    clocks,
  };
}
