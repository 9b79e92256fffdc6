/** One run of a script: makes the calls, records them, and compares their results with the model. */
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

/** How long to wait for a call that has something to return, in milliseconds, before it is reported as hanging. */
const patience = 20_000;
/** How often to retry a call with a brief timeout, a millisecond apart, until the data in flight has arrived. */
const attempts = 5_000;

/** The names that the backends' resolvers know. */
export const names: Readonly<Record<string, readonly string[]>> = {
  "loop.test": ["127.0.0.1", "::1"],
};

export class Run {
  readonly model = new Model();
  readonly backend: Backend;
  readonly trace: string[] = [];
  /** Ports that the script's sockets bind to, and may bind to again once they are free. */
  readonly ports: readonly number[];
  readonly #opened: OpenBackend;

  constructor(backend: Backend, opened: OpenBackend, ports: readonly number[]) {
    this.backend = backend;
    this.#opened = opened;
    this.ports = ports;
  }

  /** Ends the run because of a result that does not agree with the model. */
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

  /** Makes a call, waits for it, and records both in the trace. */
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

  /** Waits for a call that has something to return. */
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

  /** Checks that a call has succeeded, and returns its value. */
  ok(answer: Answer): unknown {
    if (answer.tag !== "ok") this.fail("expected a success");
    return answer.val;
  }

  /** Checks that a call has failed with one of the errors. */
  fails(answer: Answer, ...errors: readonly SocketError[]): void {
    if (answer.tag !== "err" || !errors.includes(answer.val))
      this.fail(`expected ${errors.join(" or ")}`);
  }

  equal(actual: unknown, expected: unknown, what: string): void {
    const [one, other] = [show(actual), show(expected)];
    if (one !== other) this.fail(`${what} is ${one}, not ${other}`);
  }

  /**
   * Makes a call that has something to return. If a brief timeout expires before the data has arrived, the call is
   * retried. A UDP socket may first report that an earlier datagram was refused.
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

  /** Makes a call that has nothing to return, and checks that its timeout ends it. */
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

  /** Makes a call and leaves it pending. */
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

  /** Checks a socket's local address, and records the port in the model, since the kernel may have picked it. */
  async learnLocal(socket: ModelSocket, host: string): Promise<void> {
    const address = this.ok(
      await this.call("getLocalAddress", socket),
    ) as SocketAddress;
    const port = socket.local?.port ?? address.port;
    if (port === 0) this.fail("a bound socket has no port");
    this.equal(address, { host, port }, "the local address");
    socket.local = { host, port };
  }

  /** Picks a command's socket: one that the call is meant for, or any open one if the command is wild. */
  choose(
    command: Command,
    fits: (socket: ModelSocket) => boolean,
  ): ModelSocket | undefined {
    const open = this.model.open();
    const fitting = command.wild ? open : open.filter(fits);
    return fitting[command.socket % fitting.length];
  }

  /** Waits for one turn of the event loop, and checks that no pending call has returned without something to return. */
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

/** Picks an address that every call rejects. */
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

/** Formats a value for the trace. */
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
