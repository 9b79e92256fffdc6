import { segmentDelay } from "./conditions.js";
import type { Machine } from "./machine.js";

interface Segment {
  readonly order: number;
  readonly size: number;
  readonly arrive: () => void;
}

/** How long Linux goes on sending a segment that nobody answers (`tcp_retries2` = 15), in milliseconds. */
const dataPatience = 924_600;
/** How long Linux goes on asking for a connection (`tcp_syn_retries` = 6), in milliseconds. */
const connectPatience = 127_000;

/**
 * One direction of a TCP connection: all that is sent through it arrives once and in order, sooner or later, unless the
 * way stays closed for longer than TCP has patience.
 */
export class Flow {
  readonly from: Machine;
  readonly to: Machine;
  readonly #abandoned: () => void;
  /** Segments that wait for the way to open. */
  #held: Segment[] = [];
  /** Segments that have arrived before others that were sent earlier. */
  readonly #early = new Map<number, Segment>();
  #order = 0;
  /** The segment that is to arrive next. */
  #next = 0;
  #underWay = 0;
  #lastArrival = 0;
  #lineBusyUntil = 0;
  #callOffAbandoning: (() => void) | undefined;
  #broken = false;
  #established = false;

  /** `abandoned` is called when TCP gives up; nothing arrives any more then. */
  constructor(from: Machine, to: Machine, abandoned: () => void) {
    this.from = from;
    this.to = to;
    this.#abandoned = abandoned;
  }

  /** From now on TCP has the patience it has with data rather than with asking for a connection. */
  establish(): void {
    this.#established = true;
  }

  send(size: number, arrive: () => void): void {
    if (this.#broken) return;
    this.#forward({ order: this.#order++, size, arrive });
  }

  #forward(segment: Segment): void {
    // What arrived a moment ago may have broken the connection off.
    if (this.#broken) return;
    if (this.#held.length > 0 || !this.#isOpen()) {
      this.#hold(segment);
      return;
    }
    const { size } = segment;
    const { network } = this.from;
    const path = network.path(this.from, this.to);
    const now = network.clock.now();
    const lineFree = Math.max(now, this.#lineBusyUntil);
    this.#lineBusyUntil = lineFree + (size * 1000) / path.bandwidth;
    const arrival = Math.max(
      this.#lastArrival,
      this.#lineBusyUntil + segmentDelay(path, network.random),
    );
    this.#lastArrival = arrival;
    if (arrival <= now && this.#underWay === 0) {
      this.#arrive(segment);
      return;
    }
    this.#underWay++;
    network.clock.schedule(arrival - now, () => {
      this.#underWay--;
      if (this.#broken) return;
      // Cut off on the way: TCP sends it again once the way is open.
      if (this.#held.length > 0 || !this.#isOpen()) this.#hold(segment);
      else this.#arrive(segment);
    });
  }

  /** Lets segments arrive in the order in which they were sent: one that was sent again may be overtaken. */
  #arrive(segment: Segment): void {
    this.#early.set(segment.order, segment);
    for (;;) {
      const next = this.#early.get(this.#next);
      if (next === undefined || this.#broken) return;
      this.#early.delete(this.#next++);
      next.arrive();
    }
  }

  /** The conditions of the network have changed. */
  reconsider(): void {
    if (this.#held.length === 0 || !this.#isOpen()) return;
    const held = this.#held;
    this.#release();
    for (const segment of held) this.#forward(segment);
  }

  /** Forgets what is under way. */
  break(): void {
    this.#broken = true;
    this.#early.clear();
    this.#release();
  }

  #isOpen(): boolean {
    const { way } = this.from.network.path(this.from, this.to);
    return way === "open" || way === "refused";
  }

  #hold(segment: Segment): void {
    const { network } = this.from;
    // What was under way when the way closed comes here later than what was sent after it.
    const place = this.#held.findIndex(({ order }) => order > segment.order);
    this.#held.splice(place < 0 ? this.#held.length : place, 0, segment);
    network.heldFlows.add(this);
    this.#callOffAbandoning ??= network.clock.schedule(
      this.#established ? dataPatience : connectPatience,
      () => {
        this.break();
        this.#abandoned();
      },
    );
  }

  #release(): void {
    this.#held = [];
    this.#callOffAbandoning?.();
    this.#callOffAbandoning = undefined;
    this.from.network.heldFlows.delete(this);
  }
}
