import { relative, resolve, sep } from "node:path";
import { DiagnosticCollector } from "../diagnostics/collector.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Failure } from "../failure.js";
import { generate } from "../generate.js";
import type { Host } from "../host/host.js";
import { loadSources } from "../host/load.js";
import { nodeHost } from "../host/node-host.js";
import { featuresIn } from "../model/queries.js";
import { resolve as resolveWit, type Resolution } from "../resolve/resolve.js";
import type { TextFile } from "../write/plan.js";
import type { Entry } from "./options.js";
import { statIfExists } from "../write/stat.js";

/** Which unstable items are included. */
export interface FeatureFlags {
  readonly features?: readonly string[];
  readonly allFeatures?: boolean;
}

/** @throws {@link Failure} if the path does not exist; `advice` tells the user what to do. */
export function requirePath(
  cwd: string,
  path: string,
  advice = "name the WIT to read",
): void {
  if (statIfExists(path) !== undefined) return;
  throw new Failure(
    `there is no file or directory \`${displayPath(cwd, path)}\`; ${advice}`,
    2,
  );
}

/** A path as shown to the user, with `/`: relative to the working directory if it is inside, else absolute. */
export function displayPath(cwd: string, path: string): string {
  const way = relative(cwd, path);
  if (way === "") return ".";
  const name = way === ".." || way.startsWith(`..${sep}`) ? path : way;
  return sep === "/" ? name : name.replaceAll(sep, "/");
}

/**
 * Reads and resolves the WIT at a path. Its problems are in the diagnostics, with paths as {@link displayPath} formats them.
 */
export function loadWit(
  path: string,
  cwd: string,
  { features = [], allFeatures = false }: FeatureFlags,
): Resolution {
  const diagnostics = new DiagnosticCollector();
  const sources = loadSources(displayPath(cwd, path), hostIn(cwd), diagnostics);
  const resolution = resolveWit(sources, {
    diagnostics,
    features: allFeatures ? "all" : features,
  });
  // The model is built lazily, and `check` without features does not need it.
  if (features.length === 0) return resolution;
  const { model } = resolution;
  if (model === undefined) return resolution;
  const there = featuresIn(model);
  for (const feature of features)
    if (!there.has(feature))
      diagnostics.report("feature-without-items", undefined, { feature });
  return { ...resolution, diagnostics: diagnostics.list() };
}

/** A file system host that resolves relative paths against `cwd` instead of the working directory of the process. */
function hostIn(cwd: string): Host {
  return {
    kind: (path) => nodeHost.kind(resolve(cwd, path)),
    list: (path) => nodeHost.list(resolve(cwd, path)),
    read: (path) => nodeHost.read(resolve(cwd, path)),
  };
}

/** Generates the files of an entry from its WIT, in memory: writes nothing. */
export function generateFiles(
  entry: Entry,
  cwd: string,
): {
  readonly files: readonly TextFile[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { model, origins, diagnostics } = loadWit(entry.wit, cwd, entry);
  if (model === undefined) return { files: [], diagnostics };
  const { mode, target, async, interfaces, world: worlds } = entry;
  const { importExtension } = entry;
  const generated = generate(
    model,
    { mode, target, async, interfaces, worlds, importExtension },
    origins,
  );
  return {
    files: generated.files,
    diagnostics: [...diagnostics, ...generated.diagnostics],
  };
}
