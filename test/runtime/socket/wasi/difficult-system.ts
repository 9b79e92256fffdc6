import type { SocketError } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import {
  createMemoryNetwork,
  type MemoryMachine,
  type MemoryNetwork,
} from "@wit2ts/socket/memory";
import type { BlockingSocketBackend } from "@wit2ts/socket/wasi";
import { fail } from "./fake-host.js";
import type { Pollable } from "./pollable.js";
import { SeededRandom } from "./seeded-random.js";

/** How difficult a host is: probabilities from 0 to 1. */
export interface Difficulties {
  /** Of `would-block`, of an empty read or of no permit, although the operation is possible. */
  readonly refusal: number;
  /** Of a spurious wake-up: a pollable that reports readiness without being ready. */
  readonly idleWake: number;
  /** Of a stray error, one without a cause, from any call that can fail. */
  readonly error: number;
}

/** The codes of stray errors. */
const strayErrors = [
  "unknown",
  "access-denied",
  "not-supported",
  "invalid-argument",
  "out-of-memory",
  "timeout",
  "concurrency-conflict",
  "not-in-progress",
  "invalid-state",
  "new-socket-limit",
  "address-not-bindable",
  "address-in-use",
  "remote-unreachable",
  "connection-refused",
  "connection-reset",
  "connection-aborted",
] as const;

/** The WASI codes of the memory network's errors. */
export const codes: Readonly<Record<SocketError, string>> = {
  "connection-refused": "connection-refused",
  "connection-reset": "connection-reset",
  "connection-aborted": "connection-aborted",
  "network-unreachable": "remote-unreachable",
  "address-in-use": "address-in-use",
  "address-not-available": "address-not-bindable",
  timeout: "timeout",
  "would-block": "would-block",
  "invalid-input": "invalid-argument",
  other: "unknown",
};

/** The underlying network, and the random decisions that make a host difficult. */
export class DifficultSystem {
  readonly random: SeededRandom;
  readonly #difficulties: Difficulties;
  readonly network: MemoryNetwork;
  readonly #machine: MemoryMachine;
  readonly sockets: BlockingSocketBackend;
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** For each stream with unsent bytes, the function that sends them, even after its resource is disposed of. */
  readonly pushing = new Set<() => void>();

  constructor(
    seed: number,
    difficulties: Difficulties,
    names: Readonly<Record<string, readonly string[]>>,
  ) {
    this.random = new SeededRandom(seed);
    this.#difficulties = difficulties;
    this.names = names;
    this.network = createMemoryNetwork({ time: "manual", seed });
    this.#machine = this.network.machine("10.0.0.1", "fd00::1");
    this.sockets = this.#machine.createSocket({ nonBlocking: true });
  }

  /** The number of underlying sockets that are still open. */
  leftOpen(): number {
    return this.sockets.openHandles().length;
  }

  /** Waits until at least one pollable is ready, or wakes up spuriously. */
  poll(pollables: readonly Pollable[]): number[] {
    if (pollables.length === 0) throw new Error("trap: nothing to poll");
    const { clock } = this.network;
    const idle = pollables.flatMap((each, index) =>
      each.at === undefined && this.random.happens(this.#difficulties.idleWake)
        ? [index]
        : [],
    );
    if (idle.length > 0) return idle;
    for (;;) {
      this.#push();
      const ready = pollables.flatMap((each, index) =>
        each.isReady() ? [index] : [],
      );
      if (ready.length > 0) return ready;
      const alarm = Math.min(...pollables.map(({ at }) => at ?? Infinity));
      if (clock.step(alarm)) continue;
      if (alarm === Infinity) throw new Error("this wait would never end");
      clock.leap(alarm);
    }
  }

  #push(): void {
    for (const push of [...this.pushing]) push();
  }

  refuses(): boolean {
    return this.random.happens(this.#difficulties.refusal);
  }

  /** Throws a stray error at random. */
  stray(): void {
    if (!this.random.happens(this.#difficulties.error)) return;
    fail(strayErrors[this.random.within(0, strayErrors.length - 1)]);
  }

  /** Throws a stray error or `would-block` at random. */
  balk(): void {
    this.stray();
    if (this.refuses()) fail("would-block");
  }

  value<T>(result: Result<T, SocketError>): T {
    if (result.tag === "err") fail(codes[result.val]);
    return result.val;
  }

  streamFailure(error: SocketError): never {
    const val = {
      toDebugString: () =>
        error === "connection-reset" ? "Connection reset by peer" : error,
      [Symbol.dispose]: () => undefined,
    };
    fail({ tag: "last-operation-failed", val });
  }

  strayStreamFailure(): void {
    if (!this.random.happens(this.#difficulties.error)) return;
    if (this.random.happens(0.3)) fail({ tag: "closed" });
    this.streamFailure("connection-reset");
  }

  /** Closes an underlying socket. */
  release(handle: number): void {
    this.sockets.close(handle);
  }
}
