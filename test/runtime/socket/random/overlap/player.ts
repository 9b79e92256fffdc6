/** Makes the overlapping calls of a script, and checks each when it ends. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { setTimeout as sleep } from "node:timers/promises";
import { show, type Answer } from "../run.js";
import type { Script } from "./commands.js";
import { Datagrams } from "./datagrams.js";
import {
  isTerminal,
  mayGiveUp,
  objectionToFailure,
  type Deeds,
  type Prospects,
} from "./judge.js";
import {
  OverlapSocket,
  type Lane,
  type LiveCall,
  type State,
} from "./socket.js";
import { Streams } from "./stream.js";
import type { World, WorldMachine } from "./world.js";

/** How long to wait for something that must end, in milliseconds of real time. */
const patience = 20_000;

/** The properties of a call besides its name and arguments. */
export interface CallPlan extends Prospects {
  readonly lane: Lane;
  /** Called with the value of a success; returns what is wrong with it, or undefined. */
  readonly succeeded?: (value: unknown, call: LiveCall) => string | undefined;
  /** Called with an error that is allowed. */
  readonly failed?: (error: string, call: LiveCall) => void;
}

/** One run of a script. */
export class Player {
  readonly world: World;
  readonly script: Script;
  readonly trace: string[] = [];
  readonly sockets: OverlapSocket[] = [];
  readonly datagrams = new Datagrams();
  readonly streams: Streams;
  readonly deeds: Deeds & { ways: Set<string> };
  /** Machines, families and ports that an outgoing TCP connection has used. */
  readonly departed = new Set<string>();
  readonly #handles = new Set<string>();
  readonly #settling = new Set<Promise<void>>();
  #failure: Error | undefined;
  deedsDone = {
    hasLoss: false,
    hasDuplicates: false,
    listenersClosed: false,
    connectionsReset: false,
    connectsFailed: false,
  };

  constructor(world: World, script: Script) {
    this.world = world;
    this.script = script;
    const done = this.deedsDone;
    this.deeds = {
      ways: new Set<string>(),
      get hasLoss() {
        return done.hasLoss;
      },
      get hasDuplicates() {
        return done.hasDuplicates;
      },
      get listenersClosed() {
        return done.listenersClosed;
      },
      get connectionsReset() {
        return done.connectionsReset;
      },
    };
    this.streams = new Streams({
      // Node drops connections beyond the backlog. A memory network drops those in the queue of a closed listener, and
      // those whose `connect` fails.
      mayBeDropped: () =>
        !world.isVirtual ||
        done.listenersClosed ||
        done.connectionsReset ||
        done.connectsFailed ||
        this.deeds.ways.size > 0,
      mayBeGivenUp: () => mayGiveUp(world, this.deeds),
    });
  }

  /** Adds a line to the trace. */
  note(text: string): void {
    this.trace.push(
      this.world.isVirtual ? `${this.world.now().toFixed(3)} ${text}` : text,
    );
  }

  /** Reports a violation. The first one ends the run, at the next check. */
  blame(reason: string): void {
    this.#failure ??= new Error(
      `${this.world.name}: ${reason}\n  ${this.trace.slice(-60).join("\n  ")}`,
    );
  }

  /** @throws Error for the first violation so far. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  open(): OverlapSocket[] {
    return this.sockets.filter(({ isClosed }) => !isClosed);
  }

  /** Adds a socket that a backend has created. */
  add(
    machine: WorldMachine,
    handle: number,
    family: "ipv4" | "ipv6",
    protocol: "tcp" | "udp",
    state: State,
  ): OverlapSocket {
    const key = `${machine.name} ${String(handle)}`;
    if (this.#handles.has(key)) this.blame("a handle comes again");
    this.#handles.add(key);
    const name = `${machine.name}${protocol === "tcp" ? "T" : "U"}${String(handle)}`;
    const socket = new OverlapSocket(
      name,
      machine,
      handle,
      family,
      protocol,
      state,
    );
    this.sockets.push(socket);
    return socket;
  }

  /** Starts a call without waiting for it. */
  begin(
    socket: OverlapSocket,
    name: string,
    parameters: readonly unknown[],
    plan: CallPlan,
  ): void {
    const { world } = this;
    const { machine } = socket;
    const own = ownTimeout(socket, plan.lane);
    const timeout = Math.min(
      own === undefined ? Infinity : Number(own),
      machine.limits.longestWait,
    );
    const text = `${name}(${[socket.name, ...parameters.map(show)].join(", ")})`;
    const before = socket.possible();
    const wasQueued = socket.live.some(({ lane }) => lane === plan.lane);
    this.note(text);
    const answer = this.#start(machine, name, socket.handle, parameters);
    const call: LiveCall = {
      name,
      text,
      socket,
      lane: plan.lane,
      began: world.now(),
      timeout,
      wasQueued,
      seen: before,
      onClosed: socket.isClosed,
      answer,
    };
    socket.live.push(call);
    this.#lookAt(socket);
    const settling = answer.then(
      (value) => {
        this.#end(call, value, plan);
      },
      (error: unknown) => {
        this.blame(`${text} has thrown ${String(error)}`);
      },
    );
    const done = settling.finally(() => this.#settling.delete(done));
    this.#settling.add(done);
  }

  /** Resolves when every call has ended. */
  async allEnded(): Promise<void> {
    await Promise.all(this.#settling);
  }

  #start(
    { socket }: WorldMachine,
    name: string,
    handle: number,
    parameters: readonly unknown[],
  ): Promise<Answer> {
    const functions = socket as unknown as Readonly<
      Record<string, (...values: unknown[]) => Promise<Answer>>
    >;
    try {
      const answer = functions[name]?.(handle, ...parameters);
      if (answer instanceof Promise) return answer;
      throw new Error("no promise");
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Makes a call that is neither recorded nor checked. */
  async ask(
    socket: OverlapSocket,
    name: string,
    ...parameters: unknown[]
  ): Promise<Answer> {
    return this.#start(socket.machine, name, socket.handle, parameters);
  }

  /** Records the states that a socket may be in for each of its pending calls. */
  #lookAt(socket: OverlapSocket): void {
    const possible = socket.possible();
    for (const { seen } of socket.live)
      for (const state of possible) seen.add(state);
  }

  #end(call: LiveCall, answer: Answer, plan: CallPlan): void {
    const { socket, text } = call;
    const isFirst = socket.live.find(({ lane }) => lane === call.lane) === call;
    this.note(
      `  ${text} → ${answer.tag === "ok" ? `ok ${show(answer.val)}` : answer.val}`,
    );
    socket.live.splice(socket.live.indexOf(call), 1);
    // Only a call that times out, is rejected, or has nothing to do may overtake others in its lane.
    const mayOvertake =
      call.onClosed ||
      call.lane === "none" ||
      (answer.tag === "err" &&
        ["timeout", "would-block", "invalid-input"].includes(answer.val)) ||
      isTrivial(call, answer);
    if (!isFirst && !mayOvertake) this.blame(`${text} has overtaken another`);
    const objection = this.#objection(call, answer, plan);
    if (objection !== undefined) {
      this.blame(`${text}: ${objection}`);
      return;
    }
    if (call.lane === "write" && !call.onClosed) socket.conclude(call, answer);
    this.#lookAt(socket);
  }

  #objection(
    call: LiveCall,
    answer: Answer,
    plan: CallPlan,
  ): string | undefined {
    const { socket, timeout, began, seen } = call;
    const { world } = this;
    if (call.onClosed)
      return answer.tag === "err" && answer.val === "invalid-input"
        ? undefined
        : "the handle is closed";
    if (world.isVirtual && world.now() > began + timeout)
      return "it has outlived its timeout";
    if (answer.tag === "ok") {
      if (![...seen].some((state) => socket.allows(call.name, state)))
        return "the call is not allowed";
      if (plan.mustBeWrong === true) return "the arguments are wrong";
      return plan.succeeded?.(answer.val, call);
    }
    const objection = objectionToFailure(
      world,
      this.deeds,
      call,
      answer.val,
      plan,
    );
    if (objection !== undefined) return objection;
    plan.failed?.(answer.val, call);
    const { end } = socket;
    if (end !== undefined && isTerminal(answer.val, call, socket)) {
      if (call.name === "receive") end.readFailed = true;
      else end.sendFailed = true;
    }
    return undefined;
  }

  /** Closes a socket, and checks the result. */
  close(socket: OverlapSocket): void {
    this.note(`close(${socket.name})`);
    const wasClosed = socket.isClosed;
    if (!wasClosed) this.#markClosed(socket);
    const answer = this.#start(socket.machine, "close", socket.handle, []);
    const done = answer.then(
      (value) => {
        const expected = wasClosed ? "invalid-input" : "ok";
        const actual = value.tag === "ok" ? "ok" : value.val;
        if (actual !== expected)
          this.blame(`close of ${socket.name} gives ${actual}`);
      },
      (error: unknown) => {
        this.blame(`close of ${socket.name} has thrown ${String(error)}`);
      },
    );
    const settling = done.finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  #markClosed(socket: OverlapSocket): void {
    if (socket.mayBe("listening")) this.deedsDone.listenersClosed = true;
    socket.isClosed = true;
    if (socket.end !== undefined) socket.end.isClosed = true;
  }

  /** Disposes of a backend, which closes all of its sockets. */
  dispose(machine: WorldMachine): Promise<void> {
    this.note(`dispose(${machine.name})`);
    for (const socket of this.open())
      if (socket.machine === machine) this.#markClosed(socket);
    machine.isDisposed = true;
    this.deedsDone.listenersClosed = true;
    return machine.socket.dispose();
  }

  /**
   * Checks that no call is pending that should have ended, and that each backend has exactly the expected sockets open.
   */
  inspect(): void {
    const { world } = this;
    for (const { live, isClosed } of this.sockets) {
      for (const { text, began, timeout } of live) {
        if (isClosed) this.blame(`${text} outlives its socket`);
        if (world.isVirtual && world.now() > began + timeout)
          this.blame(`${text} has outlived its timeout`);
      }
    }
    for (const { socket, name } of world.machines) {
      const open = this.open().filter(
        ({ machine }) => machine.socket === socket,
      );
      const held = socket.openHandles();
      const same =
        held.length === open.length &&
        held.every(({ handle }) => open.some((each) => each.handle === handle));
      if (!same)
        this.blame(
          `${name} has ${held.map(({ handle }) => handle).join(" ")} open, not ${open.map(({ handle }) => handle).join(" ")}`,
        );
    }
    this.check();
  }

  /** Waits, in real time, for something that must end. */
  async finish<T>(promise: Promise<T>, what: string): Promise<T> {
    const hang = new AbortController();
    try {
      return await Promise.race([
        promise,
        sleep(patience, undefined, { signal: hang.signal }).then(() => {
          this.blame(`${what} hangs`);
          this.check();
          throw new Error("unreachable");
        }),
      ]);
    } finally {
      hang.abort();
    }
  }

  /** Queries and records the local address of a socket. */
  async learnLocal(socket: OverlapSocket): Promise<void> {
    const answer = await this.ask(socket, "getLocalAddress");
    if (answer.tag === "ok") socket.local = answer.val as SocketAddress;
    else if (!socket.isClosed)
      this.blame(`${socket.name} has no local address`);
  }
}

function ownTimeout(
  { readTimeout, writeTimeout }: OverlapSocket,
  lane: Lane,
): bigint | undefined {
  if (lane === "none") return undefined;
  return lane === "read" ? readTimeout : writeTimeout;
}

/** Whether a call had nothing to do; such a call returns immediately, even if others are pending before it. */
function isTrivial({ name, text }: LiveCall, answer: Answer): boolean {
  return (
    answer.tag === "ok" &&
    ((name === "receive" && text.endsWith(", 0n)")) ||
      (name === "send" && answer.val === 0n))
  );
}
