import { existsSync, readFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join, resolve } from "node:path";
import { explainSystemError, Failure } from "../failure.js";
import { findJco } from "../transpile/jco.js";
import { requireComponent } from "../transpile/require-component.js";
import { transpile } from "../transpile/transpile.js";
import { commitPlan } from "../write/commit.js";
import { planWrites } from "../write/plan.js";
import { statIfExists } from "../write/stat.js";
import { besideDiagnostics, failsOn, printDiagnostics } from "./diagnostics.js";
import { describePlan, reportPlans, reportStale, summary } from "./generate.js";
import type { Io } from "./io.js";
import { refuseEmptyOut } from "./options.js";
import { requirePath, displayPath } from "./pipeline.js";
import { withProgress } from "./progress.js";
import type { Action } from "./run.js";
import type { TranspileFlags } from "./transpile-command.js";

/** Runs `wit2ts transpile`. */
export const transpileAction: Action<[string, TranspileFlags]> = async (
  io,
  component,
  flags,
) => {
  refuseEmptyOut(flags.out);
  const path = resolve(io.cwd, component);
  requirePath(io.cwd, path, "specify the component to transpile");
  if (statIfExists(path)?.isDirectory() === true)
    throw new Failure(
      `\`${displayPath(io.cwd, path)}\` is a directory; specify the component to transpile`,
      2,
    );
  const out = resolve(io.cwd, flags.out);
  const started = process.uptime();
  const bytes = readComponent(path, displayPath(io.cwd, path));
  // Validate the component before searching for jco, so that an invalid one is reported even if jco is missing.
  requireComponent(bytes, displayPath(io.cwd, path));
  const jco = findJco(io.cwd);
  const { files, diagnostics, packages } = await withProgress(
    io,
    `transpiling ${displayPath(io.cwd, path)}`,
    () =>
      transpile({
        component: bytes,
        path: displayPath(io.cwd, path),
        out,
        mode: flags.asyncMode === "auto" ? engineMode() : flags.asyncMode,
        language: flags.language,
        jco,
      }),
  );
  printDiagnostics(diagnostics, {
    format: flags.format,
    output: flags.format === "text" ? io.stderr : io.stdout,
    env: io.env,
  });
  if (failsOn(diagnostics)) return 1;
  const plan = planWrites(out, files);
  const report = besideDiagnostics(io, flags.format);
  if (flags.check === true) {
    const verbose = flags.verbose === true;
    return reportStale(report, [plan], verbose, "wit2ts transpile");
  }
  if (flags.dryRun === true) return reportPlans(report, [plan]);
  commitPlan(plan);
  if (flags.verbose === true)
    report.stdout.write(describePlan(report, plan, true));
  if (report.stdout.isTerminal)
    report.stdout.write(summary(report, plan, started));
  suggestPackages(report, out, packages);
  return 0;
};

/** The mode that the running Node supports: `jspi` if its engine has JavaScript Promise Integration, else `sync`. */
function engineMode(): "sync" | "jspi" {
  return "Suspending" in (Reflect.get(globalThis, "WebAssembly") as object)
    ? "jspi"
    : "sync";
}

function readComponent(path: string, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw explainSystemError(`read ${name}`, error);
  }
}

/** Lists the packages that must be installed before the output can run, if any are missing. */
function suggestPackages(
  io: Io,
  out: string,
  packages: readonly string[],
): void {
  const missing = packages.filter((name) => !isInstalled(out, name));
  if (missing.length === 0) return;
  io.stderr.write(
    `to run it, install what it imports: npm install ${missing.join(" ")}\n`,
  );
}

/**
 * The function that Yarn Plug'n'Play adds to `node:module`: it resolves packages that are in no `node_modules` folder.
 */
interface PlugAndPlay {
  findPnpApi?(directory: string): {
    /** @throws if the package is unknown. */
    resolveToUnqualified(name: string, directory: string): unknown;
  } | null;
}

/** Whether Node would find a package when resolving from a directory. */
function isInstalled(directory: string, name: string): boolean {
  const plugAndPlay = (Module as PlugAndPlay).findPnpApi?.(`${directory}/`);
  if (plugAndPlay) {
    try {
      return plugAndPlay.resolveToUnqualified(name, `${directory}/`) !== null;
    } catch {
      return false;
    }
  }
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", name, "package.json"))) return true;
    if (at === dirname(at)) return false;
  }
}
