import type { Family, Protocol } from "../driver.js";
import { SocketEntry, type SocketState } from "./entry.js";

const highest = 0xffff_ffff;

/**
 * The open sockets by handle. Handles count up through all of `u32` before any comes again, and then skip those
 * in use, so that a guest that kept a handle past `close` does not find somebody else's socket under it. 0 is never
 * given out: it is what a guest finds in memory it forgot to fill.
 */
export class HandleTable<E extends SocketEntry<object>> {
  readonly #entries = new Map<number, E>();
  #last: number;
  /** The entry that was asked for last, which most often is the one that is asked for next. */
  #recent: E | undefined = undefined;

  /** @param last - the handle after which to begin, for tests of the wrap. */
  constructor(last = 0) {
    this.#last = last;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry of a handle, for any value that a guest may give as one. */
  get(handle: number): E | undefined {
    const recent = this.#recent;
    if (recent?.handle === handle) return recent;
    return (this.#recent = this.#entries.get(handle));
  }

  entries(): readonly E[] {
    return [...this.#entries.values()];
  }

  add<S extends object>(
    this: HandleTable<SocketEntry<S>>,
    family: Family,
    protocol: Protocol,
    socket: S,
    state: SocketState,
  ): SocketEntry<S> {
    let handle = this.#last;
    do {
      handle = handle >= highest ? 1 : handle + 1;
    } while (this.#entries.has(handle));
    this.#last = handle;
    const entry = new SocketEntry(handle, family, protocol, socket, state);
    this.#entries.set(handle, entry);
    return entry;
  }

  remove(entry: E): void {
    this.#entries.delete(entry.handle);
    if (this.#recent === entry) this.#recent = undefined;
  }
}
