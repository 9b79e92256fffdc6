/** A lookup of one name over `wasi:sockets/ip-name-lookup`. */
import { PENDING, type Attempt, type Family } from "../driver.js";
import { systemError } from "../host/errors.js";
import { fromWasiHost } from "./address.js";
import type { WasiContext } from "./context.js";
import { attemptOf, valueOf } from "./errors.js";
import type { Pollable } from "./generated/wasi/io/poll.js";
import type { ResolveAddressStream } from "./generated/wasi/sockets/ip-name-lookup.js";
import { release } from "./resources.js";

export class WasiLookup {
  /** Number of consecutive waits that have ended without a result. */
  idleReads = 0;
  readonly #family: Family;
  readonly #name: string;
  #stream: ResolveAddressStream | undefined;
  #pollable: Pollable | undefined;
  #found: string[] = [];
  #isFinished = false;

  constructor(
    { bindings, network }: WasiContext,
    name: string,
    family: Family,
  ) {
    this.#name = name;
    this.#family = family;
    const { ipNameLookup } = bindings;
    this.#stream = valueOf(
      ipNameLookup.resolveAddresses(network, name),
      "resolve-addresses",
    );
  }

  attempt(): Attempt<readonly string[]> {
    try {
      while (!this.#isFinished) {
        const next = attemptOf(
          this.#open.resolveNextAddress(),
          "resolve-next-address",
        );
        if (next === PENDING) return PENDING;
        // The host returns the addresses of both families.
        if (next === undefined) this.#isFinished = true;
        else if (next.tag === this.#family)
          this.#found.push(fromWasiHost(next));
      }
    } catch (cause) {
      this[Symbol.dispose]();
      throw cause;
    }
    this[Symbol.dispose]();
    if (this.#found.length === 0)
      throw systemError("ENOTFOUND", `${this.#name} has no address`);
    return this.#found;
  }

  pollable(): Pollable {
    return (this.#pollable ??= this.#open.subscribe());
  }

  [Symbol.dispose](): void {
    const resources = [this.#pollable, this.#stream];
    this.#pollable = undefined;
    this.#stream = undefined;
    release(...resources);
  }

  get #open(): ResolveAddressStream {
    if (this.#stream === undefined)
      throw systemError("EAI_AGAIN", "the look-up was given up");
    return this.#stream;
  }
}
