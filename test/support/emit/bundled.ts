import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DiagnosticCollector } from "../../../generator/src/diagnostics/collector.js";
import { loadSources } from "../../../generator/src/host/load.js";
import { nodeHost } from "../../../generator/src/host/node-host.js";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import type { Resolved } from "./model.js";

/** The WIT that jco bundles: WASI in several versions, and the modules of Node. */
const directory = join(
  dirname(createRequire(import.meta.url).resolve("@bytecodealliance/jco")),
  "../lib/wit/builtin",
);

/** A package that jco bundles. */
export interface BundledPackage {
  /** The path of its directory. */
  readonly name: string;
  /** Resolves it, with the other packages as dependencies. */
  resolve(): Resolved;
}

/** The packages that jco bundles, one for each directory. */
export function bundledPackages(): BundledPackage[] {
  const folders = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".wit") && !path.includes("deps"))
    .map((path) => dirname(path));
  const names = [...new Set(folders)].sort();
  return names.map((name) => ({
    name,
    resolve: () => {
      const diagnostics = new DiagnosticCollector();
      const load = (folder: string) =>
        loadSources(join(directory, folder), nodeHost, diagnostics).root;
      const { model, origins, ...outcome } = resolve(
        {
          root: load(name),
          dependencies: names.filter((other) => other !== name).map(load),
        },
        { features: "all" },
      );
      const complaints = [...diagnostics.list(), ...outcome.diagnostics];
      if (model === undefined || origins === undefined)
        throw new Error(complaints.map(({ message }) => message).join("\n"));
      return { model, origins };
    },
  }));
}
