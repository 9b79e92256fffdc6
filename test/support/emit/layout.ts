import { format } from "prettier";

/** The approximate number of lines to format at once. */
const portion = 4_000;

/**
 * Checks that Prettier leaves generated code unchanged. Files are split at empty lines, because Prettier formats the
 * parts between them independently, and a part that occurs in many files is formatted once.
 */
export class LayoutCheck {
  readonly #parts = new Map<string, string>();

  /** @param label - identifies the file in {@link LayoutCheck.mistakes} */
  add(label: string, text: string): void {
    for (const part of text.trimEnd().split(/\n\n(?=\S)/))
      if (!this.#parts.has(part)) this.#parts.set(part, label);
  }

  /** The number of distinct parts. */
  get size(): number {
    return this.#parts.size;
  }

  /** The parts that Prettier formats differently, with their text and Prettier's. */
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
