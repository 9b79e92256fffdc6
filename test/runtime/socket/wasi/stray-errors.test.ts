/**
 * Random scripts on a host whose calls may fail at any time: calls return errors of the contract, received bytes are a
 * prefix of those sent, and nothing is left behind. `WIT2TS_SCRIPTS` sets the number of scripts, and `WIT2TS_SEED` the
 * seed.
 */
import { SocketError, type SocketAddress } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import {
  createWasiSocket,
  type BlockingSocketBackend,
} from "@wit2ts/socket/wasi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternBytes } from "../random/model.js";
import { DifficultHost } from "./difficult-host.js";
import { SeededRandom } from "./seeded-random.js";
import { TrackedHost } from "./tracked-host.js";

const steps = 120;
const errors = new Set<unknown>(Object.values(SocketError));
const names = { "loop.test": ["127.0.0.1"] };
const asked = process.env["WIT2TS_SCRIPTS"];
const numRuns = Number(asked ?? 30);

/** One direction of a connection: how many bytes its sender has sent, and its reader has received. */
interface Direction {
  readonly key: number;
  sent: number;
  received: number;
}

interface Open {
  readonly handle: number;
  readonly kind: "listener" | "connection" | "tcp" | "udp";
  /** Of a connection: the direction in which it sends. */
  out?: Direction;
  /** Of a connection: the direction in which it receives. */
  in?: Direction;
}

class Script {
  readonly #socket: BlockingSocketBackend;
  readonly #random: SeededRandom;
  readonly #open: Open[] = [];
  /** The addresses of listeners. */
  readonly #places: SocketAddress[] = [];
  /** The directions of connections, by the client's port. */
  readonly #directions = new Map<string, readonly [Direction, Direction]>();
  #keys = 0;

  constructor(socket: BlockingSocketBackend, seed: number) {
    this.#socket = socket;
    this.#random = new SeededRandom(seed);
  }

  /**
   * Returns the value of a success. For a failure, checks that it is an error of the contract, and returns undefined.
   */
  #value<T>(result: Result<T, SocketError>): T | undefined {
    if (result.tag === "ok") return result.val;
    expect(errors).toContain(result.val);
    return undefined;
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[this.#random.within(0, list.length - 1)];
  }

  step(): void {
    const actions = [
      () => {
        this.#listen();
      },
      () => {
        this.#connect();
      },
      () => {
        this.#datagram();
      },
      () => {
        this.#move();
      },
      () => {
        this.#move();
      },
      () => {
        this.#move();
      },
      () => {
        this.#close();
      },
    ];
    this.#pick(actions)?.();
  }

  #create(protocol: "tcp" | "udp"): number | undefined {
    if (this.#open.length > 10) return undefined;
    const made = this.#value(this.#socket.createSocket("ipv4", protocol));
    if (made === undefined) return undefined;
    for (const set of ["setReadTimeout", "setWriteTimeout"] as const)
      this.#value(
        this.#socket[set](made, this.#pick([0n, 5n, 50n, 1_000n, undefined])),
      );
    return made;
  }

  #listen(): void {
    const handle = this.#create("tcp");
    if (handle === undefined) return;
    const socket = this.#socket;
    this.#open.push({ handle, kind: "listener" });
    this.#value(
      socket.bind(handle, {
        host: this.#pick(["127.0.0.1", "loop.test"]) ?? "",
        port: 0,
      }),
    );
    this.#value(socket.listen(handle, 50));
    const local = this.#value(socket.getLocalAddress(handle));
    if (local !== undefined) this.#places.push(local);
  }

  #connect(): void {
    const place = this.#pick(this.#places);
    const handle = this.#create("tcp");
    if (place === undefined || handle === undefined) return;
    const socket = this.#socket;
    const isConnected = socket.connect(handle, place).tag === "ok";
    const local = this.#value(socket.getLocalAddress(handle));
    if (!isConnected || local === undefined) {
      this.#open.push({ handle, kind: "tcp" });
      return;
    }
    const there = { key: this.#keys++, sent: 0, received: 0 };
    const back = { key: this.#keys++, sent: 0, received: 0 };
    this.#directions.set(String(local.port), [there, back]);
    this.#open.push({ handle, kind: "connection", out: there, in: back });
  }

  #datagram(): void {
    const handle = this.#create("udp");
    if (handle === undefined) return;
    this.#open.push({ handle, kind: "udp" });
    this.#value(
      this.#socket.sendTo(handle, new Uint8Array(5), {
        host: "127.0.0.1",
        port: 9,
      }),
    );
  }

  #move(): void {
    const socket = this.#socket;
    const open = this.#pick(this.#open);
    if (open === undefined) return;
    const { handle } = open;
    if (open.kind === "listener") {
      const accepted = this.#value(socket.accept(handle));
      if (accepted === undefined) return;
      const peer = this.#value(socket.getPeerAddress(accepted));
      const directions = peer && this.#directions.get(String(peer.port));
      if (directions === undefined)
        this.#open.push({ handle: accepted, kind: "tcp" });
      else
        this.#open.push({
          handle: accepted,
          kind: "connection",
          in: directions[0],
          out: directions[1],
        });
    } else if (open.kind === "udp") {
      const address = this.#value(socket.getLocalAddress(handle));
      const goal = { host: "127.0.0.1", port: address?.port ?? 9 };
      if (this.#random.happens(0.3)) this.#value(socket.connect(handle, goal));
      const data = patternBytes(9, 0, 700);
      this.#value(socket.sendTo(handle, data, goal));
      const received = this.#value(socket.receiveFrom(handle, 1_000n));
      if (received !== undefined && received[0].length !== 5)
        expect(received[0]).toEqual(data);
    } else if (open.out !== undefined && this.#random.happens(0.5)) {
      const { out } = open;
      const length = this.#random.within(0, 9_000);
      const data = patternBytes(out.key, out.sent, length);
      const count = this.#value(socket.send(handle, data));
      data.fill(0);
      if (count === undefined) return;
      expect(Number(count)).toBeLessThanOrEqual(length);
      out.sent += Number(count);
    } else if (open.in !== undefined) {
      const direction = open.in;
      const data = this.#value(socket.receive(handle, 20_000n));
      if (data === undefined) return;
      const expected = patternBytes(
        direction.key,
        direction.received,
        data.length,
      );
      expect(Buffer.compare(data, expected)).toBe(0);
      direction.received += data.length;
      expect(direction.received).toBeLessThanOrEqual(direction.sent);
    }
  }

  #close(): void {
    if (this.#open.length < 4) return;
    const [closed] = this.#open.splice(
      this.#random.within(0, this.#open.length - 1),
      1,
    );
    if (closed === undefined) return;
    this.#value(this.#socket.close(closed.handle));
    expect(this.#socket.close(closed.handle)).toMatchObject({
      val: "invalid-input",
    });
  }
}

describe("errors at any time", () => {
  it(
    "are mapped to errors of the contract, and leak no resource",
    () => {
      fc.assert(
        fc.property(
          fc.nat(),
          fc.constantFrom(0.01, 0.05, 0.2),
          (seed, chance) => {
            const difficult = new DifficultHost(
              seed,
              { refusal: 0.2, idleWake: 0.1, error: chance },
              names,
            );
            const host = new TrackedHost(difficult.imports);
            const socket = createWasiSocket(host.imports, {
              limits: { longestWait: 5_000 },
              deliveryTimeout: 0,
            });
            const script = new Script(socket, seed + 1);
            for (let step = 0; step < steps; step++) script.step();
            socket.dispose();
            expect(socket.openHandles()).toEqual([]);
            expect(host.account()).toEqual([]);
            expect(difficult.leftOpen()).toBe(0);
          },
        ),
        { seed: Number(process.env["WIT2TS_SEED"] ?? 1), numRuns },
      );
    },
    asked === undefined ? 60_000 : 3_600_000,
  );
});
