import { format } from "prettier";

/** About how many lines Prettier is given at a time. */
const portion = 4_000;

/**
 * Holds output to what Prettier prints. A file is taken apart at its empty lines, between which Prettier lays out each part by
 * itself, and a part that stands in many files is formatted once.
 */
export class LayoutCheck {
  readonly #parts = new Map<string, string>();

  /** @param label - names the file where its layout is wrong */
  add(label: string, text: string): void {
    for (const part of text.trimEnd().split(/\n\n(?=\S)/))
      if (!this.#parts.has(part)) this.#parts.set(part, label);
  }

  /** How many parts there are that differ. */
  get size(): number {
    return this.#parts.size;
  }

  /** The parts that Prettier prints in another way, as they are and as it prints them. */
  async mistakes(): Promise<
    { label: string; text: string; formatted: string }[]
  > {
    const mistakes: { label: string; text: string; formatted: string }[] = [];
    let parts: string[] = [];
    let lines = 0;
    const flush = async (): Promise<void> => {
      const text = `${parts.join("\n\n")}\n`;
      if ((await format(text, { parser: "typescript" })) !== text) {
        for (const part of parts) {
          const formatted = await format(part, { parser: "typescript" });
          const label = this.#parts.get(part) ?? "";
          if (formatted !== `${part}\n`)
            mistakes.push({ label, text: part, formatted });
        }
        if (mistakes.length === 0)
          throw new Error("Prettier prints the parts differently together");
      }
      parts = [];
      lines = 0;
    };
    for (const part of this.#parts.keys()) {
      parts.push(part);
      lines += part.split("\n").length;
      if (lines > portion) await flush();
    }
    if (parts.length > 0) await flush();
    return mistakes;
  }
}
