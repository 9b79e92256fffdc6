import type { Identifier } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import { UnparsedText } from "./unparsed-text.js";
import type { ParsedPackage } from "./parsed-package.js";

/** The parts of a package that syntax errors made unreadable, computed on first use. */
export class UnparsedParts {
  readonly #package: ParsedPackage;
  #lost: readonly (UnparsedText | undefined)[] | undefined;

  constructor(parsed: ParsedPackage) {
    this.#package = parsed;
  }

  /** Whether the version of the package is unknown, because its header is missing or contains a syntax error. */
  get isVersionUnknown(): boolean {
    const { name, source, parts } = this.#package;
    if (name.version !== undefined) return false;
    if (name.namespace.name === "") return true;
    return this.#lostParts().some(
      (lost, index) =>
        parts[index]?.source === source && lost?.affects(name.end) === true,
    );
  }

  /** Whether a syntax error may be the reason why a name is unknown. */
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

  /** The unreadable text of each part of the package; `undefined` for a part without syntax errors. */
  #lostParts(): readonly (UnparsedText | undefined)[] {
    this.#lost ??= this.#package.parts.map(({ source, errors }) =>
      UnparsedText.of(source, { start: 0, end: source.text.length }, errors),
    );
    return this.#lost;
  }
}
