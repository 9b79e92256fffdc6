import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { commitPlans } from "../write/commit.js";
import {
  isStale,
  planWrites,
  type TextFile,
  type Plan,
} from "../write/plan.js";
import { manifestName } from "../write/manifest.js";
import { formatAsConfigured } from "../write/prettier.js";
import { painter } from "./colours.js";
import { besideDiagnostics, failsOn, printDiagnostics } from "./diagnostics.js";
import type { GenerateFlags } from "./generate-command.js";
import type { Io } from "./io.js";
import { resolveEntries, type Entry } from "./options.js";
import { generateFiles, requirePath, displayPath } from "./pipeline.js";
import { withProgress } from "./progress.js";
import type { Action, ExitCode } from "./run.js";

/** Runs `wit2ts generate`. */
export const generateAction: Action<
  [string | undefined, GenerateFlags]
> = async (io, wit, flags) => {
  const { entries } = await resolveEntries(io.cwd, wit, flags, flags.config);
  for (const entry of entries) requirePath(io.cwd, entry.wit);
  const started = process.uptime();
  const prepared = await prepareAll(io, entries);
  const diagnostics = prepared.flatMap((each) => each.diagnostics);
  printDiagnostics(diagnostics, {
    format: flags.format,
    output: outputOfProblems(io, flags),
    env: io.env,
    notes: flags.verbose === true,
  });
  if (failsOn(diagnostics)) return 1;
  if (flags.stdout === true) {
    for (const { files } of prepared) printFiles(io, files);
    return 0;
  }
  const plans = prepared.map(({ entry, files }) =>
    planWrites(entry.out, files),
  );
  const report = besideDiagnostics(io, flags.format);
  if (flags.check === true) {
    const verbose = flags.verbose === true;
    return reportStale(report, plans, verbose, "wit2ts generate");
  }
  if (flags.dryRun === true) return reportPlans(report, plans);
  commitPlans(plans);
  if (flags.verbose === true)
    for (const plan of plans)
      report.stdout.write(describePlan(report, plan, true));
  if (report.stdout.isTerminal) {
    for (const plan of plans)
      report.stdout.write(summary(report, plan, started));
  }
  return 0;
};

/** The result of generating one entry, before anything is written. */
export interface Prepared {
  readonly entry: Entry;
  readonly files: readonly TextFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Generates all entries without writing anything, so that an error in one entry leaves every output directory
 * unchanged.
 */
export async function prepareAll(
  io: Io,
  entries: readonly Entry[],
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const entry of entries) {
    const what = `generating ${displayPath(io.cwd, entry.out)}`;
    prepared.push(await withProgress(io, what, () => prepare(io, entry)));
  }
  return prepared;
}

async function prepare(io: Io, entry: Entry): Promise<Prepared> {
  const { files, diagnostics } = generateFiles(entry, io.cwd);
  const formatted = failsOn(diagnostics)
    ? []
    : await formatAsConfigured(entry.out, files);
  return { entry, files: formatted, diagnostics };
}

/**
 * Text diagnostics go to standard error. Machine-readable ones go to standard output, unless `--stdout` uses it for the
 * files.
 */
function outputOfProblems(io: Io, flags: GenerateFlags): Io["stdout"] {
  return flags.format === "text" || flags.stdout === true
    ? io.stderr
    : io.stdout;
}

function printFiles(io: Io, files: readonly TextFile[]): void {
  for (const { path, text } of files) io.stdout.write(`// ${path}\n${text}\n`);
}

/** Handles `--check`: lists what is out of date, and names the command that updates it. */
export function reportStale(
  io: Io,
  plans: readonly Plan[],
  verbose: boolean,
  command: string,
): ExitCode {
  const stale = plans.filter(isStale);
  for (const plan of stale) io.stdout.write(describePlan(io, plan, false));
  if (stale.length > 0) {
    const paint = painter(io.stderr, io.env);
    io.stderr.write(
      `${paint("red", "error:")} the generated files are out of date; run \`${command}\`\n`,
    );
    return 1;
  }
  if (io.stdout.isTerminal || verbose)
    io.stdout.write("the generated files are up to date\n");
  return 0;
}

/** Handles `--dry-run`: lists what would be written. Fails if a file that wit2ts did not write is in the way. */
export function reportPlans(io: Io, plans: readonly Plan[]): ExitCode {
  for (const plan of plans) io.stdout.write(describePlan(io, plan, true));
  return plans.some((plan) => plan.conflicts.length > 0) ? 1 : 0;
}

/** Describes a plan with one line per file: what will happen, or has happened, to it. */
export function describePlan(
  io: Io,
  plan: Plan,
  withUnchanged: boolean,
): string {
  const paint = painter(io.stdout, io.env);
  const line = (verb: string, path: string): string =>
    `${verb.padEnd(10)}${displayPath(io.cwd, `${plan.directory}/${path}`)}\n`;
  return [
    ...plan.create.map((file) => paint("green", line("create", file.path))),
    ...plan.update.map((file) => paint("yellow", line("update", file.path))),
    ...plan.remove.map((path) => paint("red", line("remove", path))),
    ...plan.conflicts.map((path) => paint("red", line("refuse", path))),
    ...(isManifestAlone(plan) ? [line("update", manifestName)] : []),
    ...(withUnchanged
      ? plan.unchanged.map((path) => paint("dim", line("unchanged", path)))
      : []),
  ].join("");
}

/** Whether only the manifest changes. It is then listed itself, since no other line would explain the write. */
function isManifestAlone(plan: Plan): boolean {
  return isStale(plan) && !isStale({ ...plan, manifest: false });
}

/**
 * Summarises the result for one output directory in one line: the number of files created, updated, removed and
 * unchanged.
 *
 * @param started - the value of `process.uptime()` when the run started
 */
export function summary(io: Io, plan: Plan, started: number): string {
  const milliseconds = (process.uptime() - started) * 1000;
  const paint = painter(io.stdout, io.env);
  const counts = [
    [plan.create.length, "created"],
    [plan.update.length, "updated"],
    [plan.remove.length, "removed"],
    [plan.unchanged.length, "unchanged"],
  ] as const;
  const what = counts
    .filter(([count]) => count > 0)
    .map(([count, verb]) => `${count} ${verb}`);
  return (
    `${paint("green", "✓")} ${paint("bold", displayPath(io.cwd, plan.directory))}: ` +
    `${what.length > 0 ? what.join(", ") : "nothing to generate"} ${paint("dim", `(${Math.round(milliseconds)} ms)`)}\n`
  );
}
