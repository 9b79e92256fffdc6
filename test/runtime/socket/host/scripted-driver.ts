import {
  PENDING,
  type AsyncDriver,
  type Attempt,
  type BlockingDriver,
  type Datagram,
  type NumericAddress,
  type Readiness,
} from "@wit2ts/socket";

/** A socket of the scripted driver, which only has a number. */
export interface ScriptedSocket {
  readonly id: number;
}

/** A name lookup of the scripted driver. */
export interface ScriptedLookup {
  readonly name: string;
}

/** The results of operations; each succeeds by default. */
export interface Script {
  lookup?: (name: string) => Attempt<readonly string[]>;
  bind?: (address: NumericAddress) => Attempt<void>;
  connect?: (address: NumericAddress) => Attempt<void>;
  listen?: (backlog: number) => Attempt<void>;
  accept?: () => Attempt<ScriptedSocket>;
  send?: (data: Uint8Array, hold: boolean) => Attempt<number>;
  receive?: (maxLength: number) => Attempt<Uint8Array>;
  sendTo?: (
    data: Uint8Array,
    address: NumericAddress | undefined,
  ) => Attempt<void>;
  receiveFrom?: (maxLength: number) => Attempt<Datagram>;
  local?: NumericAddress;
  peer?: NumericAddress;
}

/** A driver that follows a test's script, logs its calls, and has a simulated clock. */
export class ScriptedDriver
  implements
    AsyncDriver<ScriptedSocket, ScriptedLookup>,
    Omit<BlockingDriver<ScriptedSocket, ScriptedLookup>, "dispose">
{
  readonly name = "scripted";
  readonly supports = { ipv6: true, udp: true, resetAfterData: true };
  readonly log: string[] = [];
  readonly script: Script;
  time = 0;
  /** Called by {@link block}, which then does not advance the time to the deadline. */
  onBlock: (() => void) | undefined;
  readonly #waits = new Map<object, Map<Readiness, () => void>>();
  readonly #timers = new Set<{ at: number; callback: () => void }>();
  #sockets = 0;

  constructor(script: Script = {}) {
    this.script = script;
  }

  readonly clock = {
    now: (): number => this.time,
    schedule: (delay: number, callback: () => void): (() => void) => {
      if (delay > 0x7fff_ffff) throw new RangeError("the delay is too long");
      const timer = { at: this.time + delay, callback };
      this.#timers.add(timer);
      return () => {
        this.#timers.delete(timer);
      };
    },
  };

  get timers(): number {
    return this.#timers.size;
  }

  get waits(): number {
    return [...this.#waits.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Ends every wait for a kind of readiness. */
  ready(readiness: Readiness): void {
    for (const waits of this.#waits.values()) {
      const ready = waits.get(readiness);
      waits.delete(readiness);
      ready?.();
    }
  }

  /** Advances the time, and fires each timer that expires. */
  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = end;
  }

  lookup(name: string): ScriptedLookup {
    this.log.push(`lookup ${name}`);
    return { name };
  }
  tryLookup({ name }: ScriptedLookup): Attempt<readonly string[]> {
    return this.script.lookup?.(name) ?? ["127.0.0.1"];
  }
  open(): ScriptedSocket {
    return { id: ++this.#sockets };
  }
  tryBind(_: ScriptedSocket, address: NumericAddress): Attempt<void> {
    this.log.push(`bind ${address.host} ${String(address.port)}`);
    return this.script.bind?.(address);
  }
  tryConnect(_: ScriptedSocket, address: NumericAddress): Attempt<void> {
    this.log.push(`connect ${address.host} ${String(address.port)}`);
    return this.script.connect?.(address);
  }
  tryListen(_: ScriptedSocket, backlog: number): Attempt<void> {
    this.log.push(`listen ${String(backlog)}`);
    return this.script.listen?.(backlog);
  }
  tryAccept(): Attempt<ScriptedSocket> {
    return this.script.accept?.() ?? this.open();
  }
  trySend(_: ScriptedSocket, data: Uint8Array, hold: boolean): Attempt<number> {
    return this.script.send?.(data, hold) ?? data.length;
  }
  tryReceive(_: ScriptedSocket, maxLength: number): Attempt<Uint8Array> {
    return this.script.receive?.(maxLength) ?? new Uint8Array(0);
  }
  trySendTo(
    _: ScriptedSocket,
    data: Uint8Array,
    address: NumericAddress | undefined,
  ): Attempt<void> {
    this.log.push(`sendTo ${address?.host ?? "peer"}`);
    return this.script.sendTo?.(data, address);
  }
  tryReceiveFrom(_: ScriptedSocket, maxLength: number): Attempt<Datagram> {
    return this.script.receiveFrom?.(maxLength) ?? PENDING;
  }
  localAddress(): NumericAddress {
    return this.script.local ?? { host: "127.0.0.1", port: 40_000 };
  }
  peerAddress(): NumericAddress {
    return this.script.peer ?? { host: "127.0.0.1", port: 80 };
  }
  close({ id }: ScriptedSocket): void {
    this.log.push(`close ${String(id)}`);
  }
  wait(target: object, readiness: Readiness, ready: () => void): void {
    const waits = this.#waits.get(target) ?? new Map<Readiness, () => void>();
    this.#waits.set(target, waits);
    if (waits.has(readiness)) throw new Error(`two waits for ${readiness}`);
    waits.set(readiness, ready);
  }
  unwait(target: object, readiness: Readiness): void {
    this.#waits.get(target)?.delete(readiness);
  }
  block(_: object, readiness: Readiness, deadline: number): void {
    this.log.push(`block ${readiness}`);
    if (this.onBlock === undefined) this.time = Math.max(this.time, deadline);
    this.onBlock?.();
  }
  async dispose(): Promise<void> {
    this.log.push("dispose");
    await Promise.resolve();
  }
}
