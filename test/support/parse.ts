import { expect } from "vitest";
import { checkInvariants } from "../../generator/src/syntax/check-invariants.js";
import { parse, type ParseResult } from "../../generator/src/syntax/parse.js";
import { SourceFile } from "../../generator/src/syntax/source.js";

/** Parses a text, and checks the invariants of the tree, which also hold for invalid text. */
export function parseSound(text: string): ParseResult {
  const result = parse(new SourceFile("test.wit", text));
  expect(checkInvariants(result.file)).toEqual([]);
  return result;
}

/** Parses a text that must be valid. */
export function parseClean(text: string): ParseResult["file"] {
  const { file, diagnostics } = parseSound(text);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return file;
}

/** The diagnostics of a text as `line:column code: message`, followed by `; ` and the suggestion if there is one. */
export function problemsOf(text: string): string[] {
  const { file, diagnostics } = parseSound(text);
  return diagnostics.map(({ code, message, suggestion, range }) => {
    const place = range && file.source.positionAt(range.start);
    const advice = suggestion === undefined ? "" : `; ${suggestion}`;
    return `${String(place?.line)}:${String(place?.column)} ${code}: ${message}${advice}`;
  });
}
