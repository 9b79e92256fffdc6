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

/** The directory of the corpus, a sibling of the repository. */
export const corpusDirectory = absolute(
  import.meta.dirname,
  "../../../shared/corpus",
);

/** Whether the corpus is present. */
export const hasCorpus = existsSync(join(corpusDirectory, "MANIFEST.json"));

/** A position as the reference parser prints it: columns are counted in bytes. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One case of the corpus. */
export interface Case {
  readonly id: string;
  readonly kind: string;
  /** The path of a file or a directory. All paths are relative to the corpus. */
  readonly input: string;
  readonly features: readonly string[] | "all";
  readonly verdict: "accept" | "reject";
  /** The path of the reference parser's model, if the case is accepted. */
  readonly golden?: string;
  /** The reference parser's error, and its position if it has one, if the case is rejected. */
  readonly error?: string;
  readonly location?: Place | null;
}

/** All cases of the corpus. */
export function readCases(): readonly Case[] {
  return JSON.parse(
    readFileSync(join(corpusDirectory, "MANIFEST.json"), "utf8"),
  ) as Case[];
}

/** The reference parser's model of an accepted case, as JSON without white space. */
export function readGolden(path: string): string {
  return readFileSync(join(corpusDirectory, path), "utf8").trimEnd();
}

/** The file system with paths relative to the corpus, because the reference parser prints such paths. */
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

/** The position of a range, counted as by the reference parser. */
export function placeOf({ source, start }: SourceRange): Place {
  const { line } = source.positionAt(start);
  const before = source.text.slice(source.lineStarts[line - 1], start);
  return { file: source.path, line, column: Buffer.byteLength(before) + 1 };
}
