import dns from "node:dns";
import type { Attempt, Family } from "../driver.js";
import { PENDING } from "../driver.js";

/** One address found for a name. */
export interface LookupAddress {
  readonly address: string;
  readonly family: number;
}

/** How names are looked up: a function like `dns.lookup` of Node, which is what is used unless said. */
export type LookupFunction = (
  name: string,
  options: { readonly family: 4 | 6; readonly all: true },
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** The resolver of the system. */
export const systemLookup: LookupFunction = (name, options, callback) => {
  dns.lookup(name, options, callback);
};

/** A look-up in progress. */
export class NameLookup {
  /** Called once when the answer is there. */
  ready: (() => void) | undefined = undefined;
  #hosts: readonly string[] | undefined;
  #error: Error | undefined;

  constructor(name: string, family: Family, lookup: LookupFunction) {
    const number = family === "ipv4" ? 4 : 6;
    const finish = (
      error: Error | null,
      addresses: readonly LookupAddress[],
    ): void => {
      if (this.#hosts !== undefined || this.#error !== undefined) return;
      if (error === null)
        this.#hosts = addresses
          .filter((each) => each.family === number)
          .map((each) => each.address);
      else this.#error = error;
      const { ready } = this;
      this.ready = undefined;
      ready?.();
    };
    lookup(name, { family: number, all: true }, finish);
  }

  attempt(): Attempt<readonly string[]> {
    if (this.#error !== undefined) throw this.#error;
    return this.#hosts ?? PENDING;
  }
}
