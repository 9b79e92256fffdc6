import { resolve } from "../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../generator/src/syntax/source.js";
import { mutate } from "../support/mutate.js";
import { Random } from "../support/random.js";
import { mutateSemantics } from "./mutate-semantics.js";
import { isTrap, Reference } from "./reference.js";

/** A text that either wit2ts or the reference parser inside jco rejects, but not both. */
export interface Disagreement {
  /** Reproduces the text from the same samples. */
  readonly seed: number;
  readonly text: string;
  /** The errors of wit2ts; empty if it accepts the text. */
  readonly ours: readonly string[];
  /** The error of the reference parser; `undefined` if it accepts the text. */
  readonly theirs: string | undefined;
}

/** A world that is added to each text. */
const probe = "zz-probe";

/** Whether the reference parser crashed, which some texts cause. It cannot be used after that. */
export function isCrash({ theirs }: Pick<Disagreement, "theirs">): boolean {
  return theirs !== undefined && isTrap(theirs);
}

/** Compares the results of wit2ts and the reference parser for a text. */
export class Oracle {
  readonly #reference: Reference;

  private constructor(reference: Reference) {
    this.#reference = reference;
  }

  static async open(): Promise<Oracle> {
    return new Oracle(await Reference.open());
  }

  async close(): Promise<void> {
    await this.#reference.close();
  }

  /**
   * Compares the results for the text of a seed: one of the samples, with a few changes.
   *
   * @returns the difference, or `undefined` if both accept or both reject the text
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

  /** The results of both for a text. */
  async verdicts(text: string): Promise<Omit<Disagreement, "seed" | "text">> {
    const witSource = `${text}\nworld ${probe} {}\n`;
    return {
      ours: ourErrors(witSource),
      theirs: await this.#reference.error({ witSource }, [], probe),
    };
  }
}

function ourErrors(text: string): string[] {
  const resolution = resolve(new SourceFile("mutant.wit", text));
  const errors = resolution.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code}: ${message}`);
  // The model is created when the property is read, which must work for every text without errors.
  if ((resolution.model === undefined) !== errors.length > 0)
    throw new Error(`a model in spite of errors, or none without:\n${text}`);
  return errors;
}
