import { resolve } from "../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../generator/src/syntax/source.js";
import { mutate } from "../support/mutate.js";
import { Random } from "../support/random.js";
import { mutateSemantics } from "./mutate-semantics.js";
import { isTrap, Reference } from "./reference.js";

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

/** A world that is added to each text. */
const probe = "zz-probe";

/** Whether the reference crashed, as it does on some texts; after that it answers nothing any more. */
export function isCrash({ theirs }: Pick<Disagreement, "theirs">): boolean {
  return theirs !== undefined && isTrap(theirs);
}

/** Compares what we say of a text with what the reference parser says. */
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
  // It is made when it is read, and that has to work for whatever has no error.
  if ((resolution.model === undefined) !== errors.length > 0)
    throw new Error(`a model in spite of errors, or none without:\n${text}`);
  return errors;
}
