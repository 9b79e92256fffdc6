import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Failure } from "../failure.js";
import { toJson } from "../model/to-json.js";
import type { Model, Origins } from "../model/model.js";
import { resolve as resolveWit, type Resolution } from "../resolve/resolve.js";
import { SourceFile } from "../syntax/source.js";
import type { OutputFile } from "../write/plan.js";
import { resolve, relative } from "node:path";
import type { Paint } from "./colours.js";
import type { Entry } from "./options.js";

export { renderDiagnostics } from "../diagnostics/render.js";

/** Which unstable items are taken in. */
export interface FeatureFlags {
  readonly features?: readonly string[];
  readonly allFeatures?: boolean;
}

/** The absolute path of the WIT that a command was given. */
export function witPath(cwd: string, wit: string | undefined): string {
  const path = resolve(cwd, wit ?? "wit");
  requirePath(cwd, path);
  return path;
}

/** @throws {@link Failure} if there is nothing at a path. */
export function requirePath(cwd: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const name = relative(cwd, path);
  throw new Failure(
    `there is no file or directory \`${name.startsWith("..") ? path : name}\`; name the WIT to read`,
    2,
  );
}

/** Reads and resolves WIT. */
export function loadWit(
  path: string,
  cwd: string,
  flags: FeatureFlags,
): Resolution {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((f) => f.endsWith(".wit"))
        .map((f) => join(path, f))
    : [path];
  const sources = files.map(
    (file) => new SourceFile(relative(cwd, file), readFileSync(file, "utf8")),
  );
  return resolveWit(
    { root: { path: relative(cwd, path), sources }, dependencies: [] },
    { features: flags.allFeatures === true ? "all" : (flags.features ?? []) },
  );
}

export function generateFiles(
  entry: Entry,
  cwd: string,
): { files: readonly OutputFile[]; diagnostics: readonly Diagnostic[] } {
  const { diagnostics } = loadWit(entry.wit, cwd, entry);
  return { files: [], diagnostics };
}

export function renderJson(model: Model): string {
  return JSON.stringify(toJson(model));
}

export function renderTree(
  _model: Model,
  _origins: Origins | undefined,
  _paint: Paint,
): string {
  return "";
}
