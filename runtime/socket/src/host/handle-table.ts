import type { Family, Protocol } from "../driver.js";
import { SocketEntry, type SocketState } from "./entry.js";

const highest = 0xffff_ffff;

/**
 * The open sockets by handle. Handles count up through all of `u32` before one is reused, and then skip those in use,
 * so that a handle which a guest keeps past `close` does not refer to another socket. 0 is never assigned, because it
 * is the value of uninitialized guest memory.
 */
export class HandleTable<E extends SocketEntry<object>> {
  readonly #entries = new Map<number, E>();
  #last: number;
  /** The result of the last lookup. Consecutive calls mostly use the same socket. */
  #recent: E | undefined = undefined;

  /** @param last - the handle after which to start, for tests of the wraparound. */
  constructor(last = 0) {
    this.#last = last;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Returns the entry of a handle. Accepts any value that a guest may pass. */
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
