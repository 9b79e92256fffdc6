import dns from "node:dns";
import type { Attempt, Family } from "../driver.js";
import { PENDING } from "../driver.js";
import { releaseProcess, retainProcess } from "./process-lifetime.js";

/** An address found for a name. */
export interface LookupAddress {
  readonly address: string;
  readonly family: number;
}

/** A function that looks up names. It has the signature of Node's `dns.lookup`, which is the default. */
export type LookupFunction = (
  name: string,
  options: { readonly family: 4 | 6; readonly all: true },
  callback: (
    error: Error | null | undefined,
    addresses: readonly LookupAddress[],
  ) => void,
) => void;

/** The system's resolver. */
export const systemLookup: LookupFunction = (name, options, callback) => {
  dns.lookup(name, options, callback);
};

/** A name lookup in progress. */
export class NameLookup {
  #ready: (() => void) | undefined = undefined;
  #hosts: readonly string[] | undefined;
  #error: Error | undefined;

  constructor(name: string, family: Family, lookup: LookupFunction) {
    const number = family === "ipv4" ? 4 : 6;
    const finish = (
      error: Error | null | undefined,
      addresses: readonly LookupAddress[],
    ): void => {
      if (this.#hosts !== undefined || this.#error !== undefined) return;
      if (error) this.#error = error;
      else this.#take(name, addresses, number);
      const ready = this.#ready;
      this.unwait();
      ready?.();
    };
    lookup(name, { family: number, all: true }, finish);
  }

  /**
   * Stores the resolver's result. The resolver may be user code, so the result is checked; an exception here would be
   * thrown into the resolver, and the waiting call would never end.
   */
  #take(name: string, addresses: unknown, family: number): void {
    if (!Array.isArray(addresses)) {
      this.#error = new TypeError(
        `the resolver did not return a list of addresses for ${name}`,
      );
      return;
    }
    this.#hosts = (addresses as readonly (Partial<LookupAddress> | null)[])
      .filter((each) => each?.family === family)
      .map((each) => String(each?.address));
  }

  /** Registers a callback, called once when the result is available. */
  wait(ready: () => void): void {
    this.#ready = ready;
    retainProcess();
  }

  /** Cancels the wait, if there is one. */
  unwait(): void {
    if (this.#ready === undefined) return;
    this.#ready = undefined;
    releaseProcess();
  }

  attempt(): Attempt<readonly string[]> {
    if (this.#error !== undefined) throw this.#error;
    return this.#hosts ?? PENDING;
  }
}
