import { segmentDelay } from "./conditions.js";
import type { Machine } from "./machine.js";

interface Segment {
  readonly order: number;
  readonly size: number;
  readonly arrive: () => void;
}

/** How long Linux retransmits a segment that is not acknowledged (`tcp_retries2` = 15), in milliseconds. */
const dataTimeout = 924_600;

/**
 * One direction of a TCP connection: everything sent through it arrives once and in order, unless the way stays closed
 * until TCP times out.
 */
export class Flow {
  readonly from: Machine;
  readonly to: Machine;
  readonly #abandoned: () => void;
  /** Segments that wait for the way to open, in the order in which they were sent. */
  #held: Segment[] = [];
  /** Segments that arrived out of order, before others that were sent earlier. */
  readonly #early = new Map<number, Segment>();
  #order = 0;
  /** The order of the next segment to deliver. */
  #next = 0;
  #inFlight = 0;
  #lastArrival = 0;
  #lineBusyUntil = 0;
  #cancelTimeout: (() => void) | undefined;
  #broken = false;

  /** @param abandoned - called when TCP times out. Nothing arrives afterwards. */
  constructor(from: Machine, to: Machine, abandoned: () => void) {
    this.from = from;
    this.to = to;
    this.#abandoned = abandoned;
  }

  send(size: number, arrive: () => void): void {
    if (this.#broken) return;
    this.#forward({ order: this.#order++, size, arrive });
  }

  #forward(segment: Segment): void {
    // The delivery of an earlier segment may have broken this flow.
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
    if (arrival <= now && this.#inFlight === 0) {
      this.#arrive(segment);
      return;
    }
    this.#inFlight++;
    network.clock.schedule(arrival - now, () => {
      this.#inFlight--;
      if (this.#broken) return;
      // The way was closed while the segment was in flight: TCP retransmits it once the way is open.
      if (this.#held.length > 0 || !this.#isOpen()) this.#hold(segment);
      else this.#arrive(segment);
    });
  }

  /** Delivers segments in the order in which they were sent: a retransmitted one may be overtaken by later ones. */
  #arrive(segment: Segment): void {
    this.#early.set(segment.order, segment);
    for (;;) {
      const next = this.#early.get(this.#next);
      if (next === undefined || this.#broken) return;
      this.#early.delete(this.#next++);
      next.arrive();
    }
  }

  /** Forwards the held segments if the way is open. Called when the conditions of the network change. */
  reconsider(): void {
    if (this.#held.length === 0 || !this.#isOpen()) return;
    const held = this.#held;
    this.#release();
    for (const segment of held) this.#forward(segment);
  }

  /** Stops the flow and discards all segments that have not been delivered. */
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
    // A segment that was in flight when the way closed comes here after segments that were sent later, so sort it in.
    const place = this.#held.findIndex(({ order }) => order > segment.order);
    this.#held.splice(place < 0 ? this.#held.length : place, 0, segment);
    network.heldFlows.add(this);
    this.#cancelTimeout ??= network.clock.schedule(dataTimeout, () => {
      this.break();
      this.#abandoned();
    });
  }

  #release(): void {
    this.#held = [];
    this.#cancelTimeout?.();
    this.#cancelTimeout = undefined;
    this.from.network.heldFlows.delete(this);
  }
}
