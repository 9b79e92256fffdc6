import { existsSync, readFileSync } from "node:fs";
import { join, resolve as absolute } from "node:path";
import { DiagnosticCollector } from "../../generator/src/diagnostics/collector.js";
import type { SourceRange } from "../../generator/src/diagnostics/diagnostic.js";
import type { Host } from "../../generator/src/host/host.js";
import { loadSources } from "../../generator/src/host/load.js";
import { nodeHost } from "../../generator/src/host/node-host.js";
import {
  type Resolution,
  resolve,
} from "../../generator/src/resolve/resolve.js";

/** Where the corpus is looked for: beside the repository. */
export const corpusDirectory = absolute(
  import.meta.dirname,
  "../../../shared/corpus",
);

/** Whether it is there. */
export const hasCorpus = existsSync(join(corpusDirectory, "MANIFEST.json"));

/** A place as the reference prints it: columns count bytes. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One case of the corpus. */
export interface Case {
  readonly id: string;
  readonly kind: string;
  /** A file or a directory, relative to the corpus, as is every path. */
  readonly input: string;
  readonly features: readonly string[] | "all";
  readonly verdict: "accept" | "reject";
  /** The file with the reference's model, of what is accepted. */
  readonly golden?: string;
  /** What the reference says of what is rejected, and of which place, if it names one. */
  readonly error?: string;
  readonly location?: Place | null;
}

/** All cases of the corpus. */
export function readCases(): readonly Case[] {
  return JSON.parse(
    readFileSync(join(corpusDirectory, "MANIFEST.json"), "utf8"),
  ) as Case[];
}

/** The reference's model of an accepted case, as it prints it without white space. */
export function readGolden(path: string): string {
  return readFileSync(join(corpusDirectory, path), "utf8").trimEnd();
}

/** The file system with paths relative to the corpus, for those are what the reference prints. */
const corpusHost: Host = {
  kind: (path) => nodeHost.kind(join(corpusDirectory, path)),
  list: (path) => nodeHost.list(join(corpusDirectory, path)),
  read: (path) => nodeHost.read(join(corpusDirectory, path)),
};

/** Loads and resolves a case. */
export function resolveCase(item: Case): Resolution {
  const diagnostics = new DiagnosticCollector();
  const sources = loadSources(item.input, corpusHost, diagnostics);
  return resolve(sources, { features: item.features, diagnostics });
}

/** The place of a range, counted as the reference does. */
export function placeOf({ source, start }: SourceRange): Place {
  const { line } = source.positionAt(start);
  const before = source.text.slice(source.lineStarts[line - 1], start);
  return { file: source.path, line, column: Buffer.byteLength(before) + 1 };
}
