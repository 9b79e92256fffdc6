/** Name lookups in progress, by the worker or by a function of the user. */
import { PENDING, type Attempt, type Family } from "../driver.js";
import type { LookupAnswer } from "./layout.js";
import type { Link } from "./link.js";
import { systemError } from "./socket.js";

/** A name lookup in progress. */
export class NodeSyncLookup {
  answer: LookupAnswer | undefined = undefined;
}

/** Looks up a name on the calling thread. */
export type UserLookup = (name: string, family: Family) => readonly string[];

export class Lookups {
  readonly #link: Link;
  readonly #own: UserLookup | undefined;
  readonly #waiting = new Map<number, NodeSyncLookup>();
  #count = 0;

  constructor(link: Link, own: UserLookup | undefined) {
    this.#link = link;
    this.#own = own;
  }

  ask(name: string, family: Family): NodeSyncLookup {
    const lookup = new NodeSyncLookup();
    const id = this.#count;
    this.#count += 1;
    if (this.#own === undefined) {
      this.#waiting.set(id, lookup);
      this.#link.post({ kind: "lookup", id, name, family });
    } else {
      lookup.answer = { id, addresses: this.#own(name, family) };
    }
    return lookup;
  }

  take(lookup: NodeSyncLookup): Attempt<readonly string[]> {
    this.#link.check();
    if (!this.isAnswered(lookup)) return PENDING;
    const { error, addresses } = lookup.answer ?? {};
    if (error !== undefined) throw systemError(error.code, error.message);
    return addresses ?? [];
  }

  /** Reads the answers that have arrived, and returns whether that of this lookup is there. */
  isAnswered(lookup: NodeSyncLookup): boolean {
    for (
      let answer = this.#link.answer();
      answer !== undefined;
      answer = this.#link.answer()
    ) {
      const asked = this.#waiting.get(answer.id);
      if (asked !== undefined) asked.answer = answer;
      this.#waiting.delete(answer.id);
    }
    return lookup.answer !== undefined;
  }
}
