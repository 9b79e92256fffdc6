import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import type { Model, Origins } from "../../../generator/src/model/model.js";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

/** The result of resolving a WIT text. */
export interface Resolved {
  readonly model: Model;
  readonly origins: Origins;
}

/** Resolves WIT that must be valid. */
export function resolveText(text: string): Resolved {
  const { model, origins, diagnostics } = resolve(
    new SourceFile("test.wit", text),
    { features: "all" },
  );
  if (model === undefined || origins === undefined) {
    throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  }
  return { model, origins };
}

/** The text of a fixture for the emitter. */
export function fixtureText(name: string): string {
  return readFileSync(
    join(import.meta.dirname, "../../fixtures/emit", `${name}.wit`),
    "utf8",
  );
}

/** Generates code from WIT that must be valid, and returns the texts of the files by their paths. */
export function generateText(
  text: string,
  options: GenerateOptions = {},
): ReadonlyMap<string, string> {
  const { model, origins } = resolveText(text);
  return new Map(
    generate(model, options, origins).files.map((file) => [
      file.path,
      file.text,
    ]),
  );
}

/** The messages of the notes that generating code gives. */
export function notesOf(text: string, options: GenerateOptions = {}): string[] {
  const { model, origins } = resolveText(text);
  return generate(model, options, origins).diagnostics.map(
    ({ message }) => message,
  );
}
