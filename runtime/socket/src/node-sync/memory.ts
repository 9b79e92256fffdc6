/** Allocates control blocks and rings on the calling thread: lazily, shared with the worker, and reused. */
import {
  Board,
  Closed,
  Control,
  ControlBlock,
  CONTROL_SIZE,
  CONTROLS_PER_CHUNK,
} from "./layout.js";
import type { Memory, SharedBoard } from "./layout.js";

/** A pair of rings in one `SharedArrayBuffer`. */
export interface RingPair {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
}

interface Closing {
  readonly control: ControlBlock;
  rings: RingPair | undefined;
}

/** The shared memory of one backend, apart from the board. */
export class MemoryPool {
  readonly #board: SharedBoard;
  readonly #post: (message: Memory) => void;
  readonly #freeControls: ControlBlock[] = [];
  readonly #freeRings = new Map<number, RingPair[]>();
  readonly #closing = new Set<Closing>();
  #chunks = 0;
  #pairs = 0;
  #closedSeen = 0;

  constructor(board: SharedBoard, post: (message: Memory) => void) {
    this.#board = board;
    this.#post = post;
  }

  /** Bytes of shared memory allocated so far. None is freed before the backend itself. */
  bytes = 0;

  /** Returns a cleared control block. */
  control(): ControlBlock {
    this.#collect();
    const free = this.#freeControls.pop() ?? this.#grow();
    free.clear();
    return free;
  }

  /** Returns a pair of rings of `size` bytes each; `size` is a power of two. */
  rings(size: number): RingPair {
    this.#collect();
    const free = this.#freeRings.get(size)?.pop();
    if (free !== undefined) return free;
    const pair = { id: this.#pairs, memory: new SharedArrayBuffer(2 * size) };
    this.#pairs += 1;
    this.bytes += 2 * size;
    this.#post({ kind: "rings", id: pair.id, memory: pair.memory });
    return pair;
  }

  /** Makes memory available for reuse as soon as the worker has confirmed that it no longer touches it. */
  release(control: ControlBlock, rings: RingPair | undefined): void {
    this.#closing.add({ control, rings });
  }

  /** The control blocks of closing sockets that the worker has not closed yet. */
  *closing(): Iterable<ControlBlock> {
    this.#collect();
    for (const { control } of this.#closing) yield control;
  }

  #grow(): ControlBlock {
    const memory = new SharedArrayBuffer(CONTROLS_PER_CHUNK * CONTROL_SIZE);
    const chunk = this.#chunks;
    this.#chunks += 1;
    this.bytes += memory.byteLength;
    this.#post({ kind: "controls", chunk, memory });
    const first = chunk * CONTROLS_PER_CHUNK;
    for (let index = CONTROLS_PER_CHUNK - 1; index > 0; index -= 1) {
      this.#freeControls.push(new ControlBlock(first + index, memory));
    }
    return new ControlBlock(first, memory);
  }

  /** Recycles the memory of closing sockets, if the worker has released any since the last call. */
  #collect(): void {
    const closed = Atomics.load(this.#board.words, Board.Closed);
    if (closed === this.#closedSeen) return;
    this.#closedSeen = closed;
    for (const entry of this.#closing) {
      const { control, rings } = entry;
      const state = control.load(Control.Closed);
      if (state === Closed.Released) {
        this.#closing.delete(entry);
        this.#freeControls.push(control);
      } else if (state !== Closed.RingsReleased) continue;
      if (rings === undefined) continue;
      entry.rings = undefined;
      const size = rings.memory.byteLength / 2;
      const free = this.#freeRings.get(size);
      if (free === undefined) this.#freeRings.set(size, [rings]);
      else free.push(rings);
    }
  }
}
