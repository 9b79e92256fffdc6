import type { Identifier } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import { LostText } from "./lost-text.js";
import type { ParsedPackage } from "./parsed-package.js";

/** What syntax errors may have lost of a package, found out when it is first asked for. */
export class LostParts {
  readonly #package: ParsedPackage;
  #lost: readonly (LostText | undefined)[] | undefined;

  constructor(parsed: ParsedPackage) {
    this.#package = parsed;
  }

  /** Whether a name that seems to be unknown may be so because of a syntax error. */
  mayExplain(name: Identifier, source: SourceFile): boolean {
    const { parts, isIncomplete } = this.#package;
    if (isIncomplete || name.name === "") return true;
    return this.#lostParts().some(
      (lost, index) =>
        lost !== undefined &&
        (lost.mayDefine(name.name, "item") ||
          (parts[index]?.source === source && lost.affects(name.start))),
    );
  }

  /** For each part of the package what may be lost of it. */
  #lostParts(): readonly (LostText | undefined)[] {
    this.#lost ??= this.#package.parts.map(({ source, errors }) =>
      LostText.of(source, { start: 0, end: source.text.length }, errors),
    );
    return this.#lost;
  }
}
