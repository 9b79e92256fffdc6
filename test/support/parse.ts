import { expect } from "vitest";
import { checkInvariants } from "../../generator/src/syntax/check-invariants.js";
import { parse, type ParseResult } from "../../generator/src/syntax/parse.js";
import { SourceFile } from "../../generator/src/syntax/source.js";

/** Parses a text and checks what holds of every tree, however broken the text. */
export function parseSound(text: string): ParseResult {
  const result = parse(new SourceFile("test.wit", text));
  expect(checkInvariants(result.file)).toEqual([]);
  return result;
}

/** Parses a text that has to be without fault. */
export function parseClean(text: string): ParseResult["file"] {
  const { file, diagnostics } = parseSound(text);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return file;
}

/** What is wrong with a text, as `line:column code message`, with the suggestion behind `;` if there is one. */
export function problemsOf(text: string): string[] {
  const { file, diagnostics } = parseSound(text);
  return diagnostics.map(({ code, message, suggestion, range }) => {
    const place = range && file.source.positionAt(range.start);
    const advice = suggestion === undefined ? "" : `; ${suggestion}`;
    return `${String(place?.line)}:${String(place?.column)} ${code}: ${message}${advice}`;
  });
}
