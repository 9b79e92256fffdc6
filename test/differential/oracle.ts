import type { componentEmbed } from "@bytecodealliance/jco";
import type { Worker } from "node:worker_threads";
import { resolve } from "../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../generator/src/syntax/source.js";
import { mutate } from "../support/mutate.js";
import { Random } from "../support/random.js";
import { mutateSemantics } from "./mutate-semantics.js";

/** A text about which we and the reference parser inside jco are not of one mind. */
export interface Disagreement {
  /** Makes the same text of the same samples again. */
  readonly seed: number;
  readonly text: string;
  /** Our errors; none if we accept. */
  readonly ours: readonly string[];
  /** The error of the reference; `undefined` if it accepts. */
  readonly theirs: string | undefined;
}

/**
 * A world that is added to each text and asked for. There is nothing in it, so that encoding it cannot fail, and what
 * is refused was refused by the parser.
 */
const probe = "\nworld zz-probe {}\n";

/** Whether the reference crashed, as it does on some texts; after that it answers nothing any more. */
export function isCrash({ theirs }: Pick<Disagreement, "theirs">): boolean {
  return theirs?.startsWith("wasm trap") === true;
}

/** Compares what we say of a text with what the reference parser says, which jco carries as WebAssembly. */
export class Oracle {
  readonly #workers: readonly Worker[];
  readonly #embed: typeof componentEmbed;

  private constructor(
    embed: typeof componentEmbed,
    workers: readonly Worker[],
  ) {
    this.#embed = embed;
    this.#workers = workers;
  }

  /** Loads jco. Its shim of WASI starts a worker, which {@link close} ends. */
  static async open(): Promise<Oracle> {
    const workers: Worker[] = [];
    process.on("worker", (worker) => workers.push(worker));
    const jco = await import("@bytecodealliance/jco");
    return new Oracle(jco.componentEmbed, workers);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /**
   * Compares the verdicts on the text of a seed: one of the samples, changed in a few places.
   *
   * @returns the difference, or `undefined` if both accept or both refuse it
   */
  async compare(
    seed: number,
    samples: readonly string[],
  ): Promise<Disagreement | undefined> {
    const random = new Random(seed);
    const sample = random.pick(samples);
    const text =
      random.below(2) === 0
        ? mutate(sample, random)
        : mutateSemantics(sample, random);
    const { ours, theirs } = await this.verdicts(text);
    if ((ours.length === 0) === (theirs === undefined)) return undefined;
    return { seed, text, ours, theirs };
  }

  /** What we and they say of a text. */
  async verdicts(text: string): Promise<Omit<Disagreement, "seed" | "text">> {
    const probed = text + probe;
    return {
      ours: ourErrors(probed),
      theirs: await this.#theirError(probed),
    };
  }

  async #theirError(text: string): Promise<string | undefined> {
    try {
      await this.#embed({ witSource: text, dummy: true, world: "zz-probe" });
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // A mutant that ends in a gate hides the world behind it; that it was looked for means that all was parsed.
      return message.startsWith("World `zz-probe` not found")
        ? undefined
        : message;
    }
  }
}

function ourErrors(text: string): string[] {
  const resolution = resolve(new SourceFile("mutant.wit", text));
  const errors = resolution.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code}: ${message}`);
  // It is made when it is read, and that has to work for whatever has no error.
  if ((resolution.model === undefined) !== errors.length > 0)
    throw new Error(`a model in spite of errors, or none without:\n${text}`);
  return errors;
}
