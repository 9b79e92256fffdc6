/**
 * A `wasi:sockets` on a memory network that is as difficult as the specification allows: it reads and accepts less than
 * it could, returns `would-block` without need, and reports readiness spuriously. It is as strict as the specification:
 * what would be a trap throws an `Error`.
 */
import type { WasiImports } from "@wit2ts/socket/wasi";
import { DifficultSystem, type Difficulties } from "./difficult-system.js";
import { tcpSocket } from "./difficult-tcp.js";
import { udpSocket } from "./difficult-udp.js";
import { fail } from "./fake-host.js";
import { Pollable } from "./pollable.js";
import { toIpAddress } from "./wasi-address.js";

export type { Difficulties } from "./difficult-system.js";

const nanoseconds = 1_000_000;

export class DifficultHost extends DifficultSystem {
  readonly imports: WasiImports;

  constructor(
    seed: number,
    difficulties: Difficulties,
    names: Readonly<Record<string, readonly string[]>>,
  ) {
    super(seed, difficulties, names);
    this.imports = this.#wasi();
  }

  #wasi(): WasiImports {
    const { clock } = this.network;
    const create = (
      family: "ipv4" | "ipv6",
      protocol: "tcp" | "udp",
    ): number => {
      this.stray();
      return this.value(this.sockets.createSocket(family, protocol));
    };
    return {
      sockets: {
        network: {},
        tcp: {},
        udp: {},
        instanceNetwork: {
          instanceNetwork: () => ({ [Symbol.dispose]: () => undefined }),
        },
        tcpCreateSocket: {
          createTcpSocket: (family: "ipv4" | "ipv6") =>
            tcpSocket(this, create(family, "tcp")),
        },
        udpCreateSocket: {
          createUdpSocket: (family: "ipv4" | "ipv6") =>
            udpSocket(this, create(family, "udp")),
        },
        ipNameLookup: {
          resolveAddresses: (_network: object, name: string) => {
            this.stray();
            const found = this.names[name]?.map(toIpAddress);
            return {
              resolveNextAddress: () => {
                this.balk();
                if (found === undefined) fail("name-unresolvable");
                return found.shift();
              },
              subscribe: () => new Pollable(this, () => true),
              [Symbol.dispose]: () => undefined,
            };
          },
        },
      },
      io: {
        error: {},
        streams: {},
        poll: {
          poll: (pollables: readonly Pollable[]) =>
            Uint32Array.from(this.poll(pollables)),
        },
      },
      clocks: {
        monotonicClock: {
          now: () => BigInt(Math.round(clock.now() * nanoseconds)),
          resolution: () => 1n,
          subscribeInstant: (at: bigint) => {
            const time = Number(at) / nanoseconds;
            return new Pollable(this, () => clock.now() >= time, time);
          },
          subscribeDuration: () => {
            throw new Error("instants are all that is needed");
          },
        },
      },
    };
  }
}
