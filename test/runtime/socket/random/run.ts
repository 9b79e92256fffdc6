/** One run of a script: makes the calls, writes them down, and compares what they give with what the model says. */
import type {
  AddressFamily,
  SocketAddress,
  SocketError,
} from "@wit2ts/core-libs/socket";
import {
  setImmediate as turn,
  setTimeout as sleep,
} from "node:timers/promises";
import type { Backend, OpenBackend } from "./backends.js";
import type { Command } from "./commands.js";
import {
  expiry,
  isBrief,
  loopback,
  Model,
  wildcard,
  type ModelSocket,
} from "./model.js";

export type Answer =
  | { readonly tag: "ok"; readonly val?: unknown }
  | { readonly tag: "err"; readonly val: SocketError };

/** The longest that a call may take which has something to return, in milliseconds. Then it hangs. */
const patience = 20_000;
/** How often a call with a brief timeout is made again, a millisecond apart, until what is under way has arrived. */
const attempts = 5_000;

/** The names that the resolvers of the backends know. */
export const names: Readonly<Record<string, readonly string[]>> = {
  "loop.test": ["127.0.0.1", "::1"],
};

export class Run {
  readonly model = new Model();
  readonly backend: Backend;
  readonly trace: string[] = [];
  /** Ports that sockets of the script bind to, and may take again once they are free. */
  readonly ports: readonly number[];
  readonly #opened: OpenBackend;

  constructor(backend: Backend, opened: OpenBackend, ports: readonly number[]) {
    this.backend = backend;
    this.#opened = opened;
    this.ports = ports;
  }

  /** What does not agree with the model ends the run. */
  fail(reason: string): never {
    throw new Error(
      `${this.backend.name}: ${reason}\n  ${this.trace.slice(-40).join("\n  ")}`,
    );
  }

  /** Makes a call without waiting for it. */
  start(call: string, handle: unknown, ...rest: unknown[]): unknown {
    const socket = this.#opened.socket as unknown as Readonly<
      Record<string, (...values: unknown[]) => unknown>
    >;
    const made = socket[call];
    if (made === undefined) throw new Error(`there is no function ${call}`);
    return made(handle, ...rest);
  }

  /** Makes a call, and waits for it. */
  async call(
    call: string,
    target: ModelSocket | string | number | undefined,
    ...rest: unknown[]
  ): Promise<Answer> {
    const handle = typeof target === "object" ? target.handle : target;
    const label = typeof target === "object" ? target.name : String(target);
    const text = `${call}(${[label, ...rest.map(show)].join(", ")})`;
    this.trace.push(text);
    const answer = await this.finish(this.start(call, handle, ...rest));
    this.trace[this.trace.length - 1] =
      `${text} → ${answer.tag === "ok" ? `ok ${show(answer.val)}` : answer.val}`;
    return answer;
  }

  /** Waits for the end of a call that has something to return. */
  async finish(result: unknown): Promise<Answer> {
    if (!(result instanceof Promise)) return result as Answer;
    const hang = new AbortController();
    try {
      return await Promise.race([
        result as Promise<Answer>,
        sleep(patience, undefined, { signal: hang.signal }).then(() =>
          this.fail("the call hangs"),
        ),
      ]);
    } finally {
      hang.abort();
    }
  }

  /** A success, and its value. */
  ok(answer: Answer): unknown {
    if (answer.tag !== "ok") this.fail("expected a success");
    return answer.val;
  }

  /** One failure. */
  fails(answer: Answer, ...errors: readonly SocketError[]): void {
    if (answer.tag !== "err" || !errors.includes(answer.val))
      this.fail(`expected ${errors.join(" or ")}`);
  }

  equal(actual: unknown, expected: unknown, what: string): void {
    const [one, other] = [show(actual), show(expected)];
    if (one !== other) this.fail(`${what} is ${one}, not ${other}`);
  }

  /**
   * Makes a call that has something to return. With a brief timeout it may run out before that has arrived, and is made
   * again; a UDP socket may tell first that an earlier datagram was refused.
   */
  async arrived(
    socket: ModelSocket,
    timeout: bigint | undefined,
    call: string,
    ...rest: unknown[]
  ): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.call(call, socket, ...rest);
      if (answer.tag === "ok") return answer;
      if (answer.val === "connection-refused" && socket.refusals > 0) {
        socket.refusals--;
      } else if (
        isBrief(timeout) &&
        answer.val === expiry(timeout) &&
        attempt < attempts
      ) {
        this.trace.pop();
        await sleep(1);
      } else return answer;
    }
  }

  /** Makes a call that has nothing to return, which its timeout ends. */
  async expires(
    socket: ModelSocket,
    timeout: bigint | undefined,
    call: string,
    ...rest: unknown[]
  ): Promise<void> {
    for (;;) {
      const answer = await this.call(call, socket, ...rest);
      if (
        answer.tag === "err" &&
        answer.val === "connection-refused" &&
        socket.refusals > 0
      ) {
        socket.refusals--;
        continue;
      }
      this.fails(answer, expiry(timeout));
      return;
    }
  }

  /** Leaves a call waiting. */
  begin(
    socket: ModelSocket,
    call: string,
    maxLength: number,
    ...rest: unknown[]
  ): void {
    this.trace.push(
      `${call}(${[socket.name, ...rest.map(show)].join(", ")}) …`,
    );
    const result = this.start(call, socket.handle, ...rest) as Promise<unknown>;
    const pending = { call, maxLength, result, isDone: false };
    socket.pending.push(pending);
    void result.then(
      () => (pending.isDone = true),
      () => (pending.isDone = true),
    );
  }

  /** Checks what only the outside of a socket shows; learns the port that the system picked. */
  async learnLocal(socket: ModelSocket, host: string): Promise<void> {
    const address = this.ok(
      await this.call("getLocalAddress", socket),
    ) as SocketAddress;
    const port = socket.local?.port ?? address.port;
    if (port === 0) this.fail("a bound socket has no port");
    this.equal(address, { host, port }, "the local address");
    socket.local = { host, port };
  }

  /** The sockets of a command: those that its call is meant for, or any. */
  choose(
    command: Command,
    fits: (socket: ModelSocket) => boolean,
  ): ModelSocket | undefined {
    const open = this.model.open();
    const fitting = command.wild ? open : open.filter(fits);
    return fitting[command.socket % fitting.length];
  }

  /** Waits until calls that wait can have gone on that ought not to, and sees that they have not. */
  async nothingElse(): Promise<void> {
    await turn();
    for (const socket of this.model.open()) {
      for (const { call, isDone } of socket.pending) {
        if (isDone)
          this.fail(`${call} of ${socket.name} has returned too early`);
      }
    }
  }

  dispose(): Promise<void> {
    return this.#opened.dispose();
  }
}

/** Addresses that no call takes. */
export function badAddress(
  socket: ModelSocket,
  isDestination: boolean,
  pick: number,
): SocketAddress {
  const { family, protocol } = socket;
  const other: AddressFamily = family === "ipv4" ? "ipv6" : "ipv4";
  const host = loopback[family];
  const addresses: unknown[] = [
    { host: "", port: 9 },
    { host: "a\0b", port: 9 },
    { host: "x".repeat(254), port: 9 },
    { host: loopback[other], port: 9 },
    { host: wildcard[other], port: 9 },
    { host: "::ffff:127.0.0.1", port: 9 },
    { host, port: 65_536 },
    { host, port: -1 },
    { host, port: 1.5 },
    { host },
    undefined,
  ];
  if (protocol === "tcp")
    addresses.push({
      host: family === "ipv4" ? "224.0.0.1" : "ff02::1",
      port: 9,
    });
  if (protocol === "tcp" && family === "ipv4")
    addresses.push({ host: "255.255.255.255", port: 9 });
  if (isDestination)
    addresses.push({ host, port: 0 }, { host: wildcard[family], port: 9 });
  return addresses[pick % addresses.length] as SocketAddress;
}

/** A value as one reads it. */
export function show(value: unknown): string {
  if (value instanceof Uint8Array) {
    const shown = [...value.subarray(0, 6)].join(" ");
    return `${String(value.length)} bytes${value.length === 0 ? "" : ` (${shown}${value.length > 6 ? " …" : ""})`}`;
  }
  if (typeof value === "bigint") return `${String(value)}n`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${show(each)}`)
      .join(", ")} }`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
