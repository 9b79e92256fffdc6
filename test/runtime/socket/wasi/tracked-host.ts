/** Tracks a host's resources: a backend must dispose of each exactly once, and of children before their parents. */
import type { WasiImports } from "@wit2ts/socket/wasi";

/** A resource that was created and is not disposed of yet. */
interface Live {
  readonly name: string;
  readonly parent: object | undefined;
}

type Call = (...args: unknown[]) => unknown;

/** The names of the resources that a function creates, in order, by the name of the function. */
const made: Readonly<Record<string, readonly string[]>> = {
  createTcpSocket: ["tcp-socket"],
  createUdpSocket: ["udp-socket"],
  resolveAddresses: ["resolve-address-stream"],
  subscribeInstant: ["pollable of the clock"],
  subscribe: ["pollable"],
  finishConnect: ["input-stream", "output-stream"],
  accept: ["tcp-socket", "input-stream", "output-stream"],
  stream: ["incoming-datagram-stream", "outgoing-datagram-stream"],
};

/** A host that tracks its resources. */
export class TrackedHost {
  readonly imports: WasiImports;
  readonly #live = new Map<object, Live>();
  readonly #mistakes: string[] = [];

  constructor({ sockets, io, clocks }: WasiImports) {
    this.imports = {
      io,
      sockets: {
        ...sockets,
        tcpCreateSocket: this.#watch(sockets.tcpCreateSocket),
        udpCreateSocket: this.#watch(sockets.udpCreateSocket),
        ipNameLookup: this.#watch(sockets.ipNameLookup),
      },
      clocks: { monotonicClock: this.#watch(clocks.monotonicClock) },
    };
  }

  /** The resources that are left, and all mistakes: an empty list after a backend was disposed of correctly. */
  account(): readonly string[] {
    return [
      ...this.#mistakes,
      ...[...this.#live.values()].map(({ name }) => `${name} was left`),
    ];
  }

  /** Wraps an interface so that its resources are tracked. */
  #watch(functions: object): object {
    const watched: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(functions)) {
      watched[key] =
        key in made
          ? this.#hand(key, value as Call, undefined, undefined)
          : value;
    }
    return watched;
  }

  /** Wraps a function that creates resources. */
  #hand(
    key: string,
    call: Call,
    self: object | undefined,
    name: string | undefined,
  ): Call {
    return (...args) => {
      const result = Reflect.apply(call, self, args) as object | object[];
      const names = made[key] ?? [];
      const resources: object[] = Array.isArray(result) ? result : [result];
      for (const [index, resource] of resources.entries()) {
        // An accepted socket has no parent; it is the parent of its streams.
        const parent =
          key === "accept" ? (index === 0 ? undefined : resources[0]) : self;
        const suffix = key === "subscribe" ? ` of ${name ?? ""}` : "";
        this.#track(resource, `${names[index] ?? ""}${suffix}`, parent);
      }
      return result;
    };
  }

  #track(resource: object, name: string, parent: object | undefined): void {
    if (this.#live.has(resource)) return;
    this.#live.set(resource, { name, parent });
    const members = resource as Record<string | symbol, unknown>;
    for (const key of Object.keys(made)) {
      const call = members[key];
      if (typeof call === "function")
        members[key] = this.#hand(key, call as Call, resource, name);
    }
    const dispose = members[Symbol.dispose] as Call;
    members[Symbol.dispose] = () => {
      if (!this.#live.delete(resource))
        this.#mistakes.push(`${name} was disposed of twice`);
      for (const child of this.#live.values()) {
        if (child.parent === resource)
          this.#mistakes.push(`${name} was disposed of before ${child.name}`);
      }
      Reflect.apply(dispose, resource, []);
    };
  }
}
