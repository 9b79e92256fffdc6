/** The interfaces of WASI 0.2 that the backend uses, as contracts of `wit2ts`: errors are returned, not thrown. */
import { ComponentInstance, fromJcoExports } from "@wit2ts/runtime/jco";
import { MonotonicClock } from "./generated/wasi/clocks/monotonic-clock.js";
import { Error as IoError } from "./generated/wasi/io/error.js";
import { Poll } from "./generated/wasi/io/poll.js";
import { Streams } from "./generated/wasi/io/streams.js";
import { InstanceNetwork } from "./generated/wasi/sockets/instance-network.js";
import { IpNameLookup } from "./generated/wasi/sockets/ip-name-lookup.js";
import { Network } from "./generated/wasi/sockets/network.js";
import { TcpCreateSocket } from "./generated/wasi/sockets/tcp-create-socket.js";
import { Tcp } from "./generated/wasi/sockets/tcp.js";
import { UdpCreateSocket } from "./generated/wasi/sockets/udp-create-socket.js";
import { Udp } from "./generated/wasi/sockets/udp.js";

/**
 * The interfaces of WASI 0.2 in the convention of jco: functions throw their errors, either bare or as the property
 * `payload`. The modules of preview2-shim fit, as does whatever a host passes to a jco component.
 */
export interface WasiImports {
  /** `wasi:sockets` */
  readonly sockets: {
    readonly instanceNetwork: object;
    readonly ipNameLookup: object;
    readonly network: object;
    readonly tcp: object;
    readonly tcpCreateSocket: object;
    readonly udp: object;
    readonly udpCreateSocket: object;
  };
  /** `wasi:io` */
  readonly io: {
    readonly error: object;
    readonly poll: object;
    readonly streams: object;
  };
  /** `wasi:clocks` */
  readonly clocks: { readonly monotonicClock: object };
}

/** The functions that the driver calls. The methods of resources come with the resources. */
export interface WasiBindings {
  readonly instanceNetwork: Pick<InstanceNetwork, "instanceNetwork">;
  readonly ipNameLookup: Pick<IpNameLookup, "resolveAddresses">;
  readonly monotonicClock: Pick<MonotonicClock, "now" | "subscribeInstant">;
  readonly poll: Pick<Poll, "poll">;
  readonly tcpCreateSocket: TcpCreateSocket;
  readonly udpCreateSocket: UdpCreateSocket;
}

const needed: {
  readonly [
    Package in keyof WasiImports
  ]: readonly (keyof WasiImports[Package])[];
} = {
  sockets: [
    "instanceNetwork",
    "ipNameLookup",
    "network",
    "tcp",
    "tcpCreateSocket",
    "udp",
    "udpCreateSocket",
  ],
  io: ["error", "poll", "streams"],
  clocks: ["monotonicClock"],
};

/** @throws TypeError that names the first interface that is missing. */
function requireInterfaces(imports: object): void {
  for (const [name, interfaces] of Object.entries(needed)) {
    const given = Object(
      Reflect.get(Object(imports) as object, name),
    ) as object;
    for (const each of interfaces) {
      const found: unknown = Reflect.get(given, each);
      if (typeof found !== "object" || found === null)
        throw new TypeError(
          `the interfaces of WASI lack \`${name}.${each}\`; the modules sockets, io and clocks of @bytecodealliance/preview2-shim have them`,
        );
    }
  }
}

/**
 * Adapts interfaces in jco's convention to the contracts of `wit2ts`.
 *
 * @throws TypeError if an interface or a function is missing; the message names it.
 */
export function bindingsOf(imports: WasiImports): WasiBindings {
  requireInterfaces(imports);
  const { sockets, io, clocks } = imports;
  // All interfaces share one instance, because resources that one interface creates are passed to another.
  const options = { instance: new ComponentInstance() };
  fromJcoExports(Network, sockets.network, options);
  fromJcoExports(IoError, io.error, options);
  fromJcoExports(Streams, io.streams, options);
  fromJcoExports(Tcp, sockets.tcp, options);
  fromJcoExports(Udp, sockets.udp, options);
  return {
    poll: fromJcoExports(Poll, io.poll, options),
    monotonicClock: fromJcoExports(
      MonotonicClock,
      clocks.monotonicClock,
      options,
    ),
    instanceNetwork: fromJcoExports(
      InstanceNetwork,
      sockets.instanceNetwork,
      options,
    ),
    ipNameLookup: fromJcoExports(IpNameLookup, sockets.ipNameLookup, options),
    tcpCreateSocket: fromJcoExports(
      TcpCreateSocket,
      sockets.tcpCreateSocket,
      options,
    ),
    udpCreateSocket: fromJcoExports(
      UdpCreateSocket,
      sockets.udpCreateSocket,
      options,
    ),
  };
}
