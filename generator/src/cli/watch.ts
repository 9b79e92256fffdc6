import { statSync } from "node:fs";
import { dirname, isAbsolute, relative, sep } from "node:path";
import type { LoadedConfig } from "../config/load.js";
import { Failure } from "../failure.js";
import { commitPlans } from "../write/commit.js";
import { planWrites } from "../write/plan.js";
import { painter } from "./colours.js";
import { besideDiagnostics, failsOn, printDiagnostics } from "./diagnostics.js";
import { describePlan, prepareAll, summary } from "./generate.js";
import type { GenerateFlags } from "./generate-command.js";
import type { Io } from "./io.js";
import { resolveEntries, type Entry } from "./options.js";
import { requirePath, displayPath } from "./pipeline.js";
import type { Action } from "./run.js";
import type { Watching } from "./watch-paths.js";

/**
 * How long to wait after a change for further ones, in milliseconds. An editor that saves by renaming, or a checkout of
 * many files, causes several.
 */
const debounceTime = 20;

/** Runs `wit2ts generate --watch`. */
export const watchAction: Action<[string | undefined, GenerateFlags]> = async (
  io,
  wit,
  flags,
) => {
  const decided = await resolveEntries(io.cwd, wit, flags, flags.config);
  for (const entry of decided.entries) requirePath(io.cwd, entry.wit);
  const session = new WatchSession(
    io,
    wit,
    flags,
    decided.entries,
    decided.config,
  );
  await session.run();
  return 0;
};

/** Generates, waits for a change and generates again, one run at a time, until it is told to stop. */
class WatchSession {
  readonly #io: Io;
  /** For everything other than diagnostics. */
  readonly #report: Io;
  readonly #wit: string | undefined;
  readonly #flags: GenerateFlags;
  #entries: readonly Entry[];
  #config: LoadedConfig | undefined;
  #watcher: Watching | undefined;
  readonly #changed = new Set<string>();
  readonly #checks = new Map<string, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #stop: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(
    io: Io,
    wit: string | undefined,
    flags: GenerateFlags,
    entries: readonly Entry[],
    config: LoadedConfig | undefined,
  ) {
    this.#io = io;
    this.#report = besideDiagnostics(io, flags.format);
    this.#wit = wit;
    this.#flags = flags;
    this.#entries = entries;
    this.#config = config;
  }

  async run(): Promise<void> {
    const ended = new Promise<void>((resolve, reject) => {
      this.#stop = resolve;
      this.#fail = reject;
    });
    const forget = this.#io.onStop(this.#stop);
    try {
      await this.#watch();
      await (this.#running = this.#running.then(() => this.#generate()));
      this.#say(
        `watching ${this.#entries.map((entry) => displayPath(this.#io.cwd, entry.wit)).join(", ")}\n`,
      );
      await ended;
    } finally {
      this.#stopped = true;
      forget();
      clearTimeout(this.#timer);
      for (const check of this.#checks.values()) clearTimeout(check);
      try {
        await this.#running;
      } finally {
        // Close the watcher last: a run that is still going on may start another watch.
        await this.#watcher?.close();
      }
    }
  }

  /**
   * Watches the parent directories of the WIT rather than the WIT itself, so that a WIT that is deleted and created
   * again is noticed.
   */
  async #watch(): Promise<void> {
    await this.#watcher?.close();
    const wanted = this.#entries.map((entry) => entry.wit);
    if (this.#config !== undefined) wanted.push(this.#config.path);
    const parents = [...new Set(wanted.map((path) => dirname(path)))];
    const outputs = this.#entries.map((entry) => entry.out);
    const { watchPaths } = await import("./watch-paths.js");
    this.#watcher = await watchPaths(
      parents,
      (path) =>
        !parents.includes(path) &&
        !wanted.some((root) => isInput(root, path, outputs)),
      (path) => {
        this.#note(path);
      },
      (reason) => {
        this.#say(`cannot watch: ${reason}\n`);
      },
    );
  }

  #note(path: string): void {
    if (this.#stopped) return;
    this.#changed.add(path);
    this.#checkAgain(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#again()).catch(this.#fail);
    }, debounceTime);
  }

  /** Checks a file again a little later: chokidar does not report a second change within 50 ms of the first. */
  #checkAgain(path: string): void {
    clearTimeout(this.#checks.get(path));
    const before = fileState(path);
    const check = setTimeout(() => {
      this.#checks.delete(path);
      if (fileState(path) !== before) this.#note(path);
    }, 75);
    this.#checks.set(path, check);
  }

  async #again(): Promise<void> {
    if (this.#stopped) return;
    const changed = [...this.#changed];
    this.#changed.clear();
    this.#say(
      `${changed
        .map((path) => displayPath(this.#io.cwd, path))
        .sort()
        .join(", ")} changed\n`,
    );
    if (this.#config !== undefined && changed.includes(this.#config.path))
      await this.#reconfigure();
    // Before reading the WIT, so that later changes are noticed.
    if (this.#watcher?.isCurrent() === false) await this.#watch();
    await this.#generate();
  }

  async #reconfigure(): Promise<void> {
    await this.#guard(async () => {
      const { entries, config } = await resolveEntries(
        this.#io.cwd,
        this.#wit,
        this.#flags,
        this.#flags.config,
      );
      this.#entries = entries;
      this.#config = config ?? this.#config;
      await this.#watch();
    });
  }

  async #generate(): Promise<void> {
    await this.#guard(async () => {
      const io = this.#io;
      const started = process.uptime();
      for (const entry of this.#entries) requirePath(io.cwd, entry.wit);
      const prepared = await prepareAll(io, this.#entries);
      const diagnostics = prepared.flatMap((each) => each.diagnostics);
      const output = this.#flags.format === "text" ? io.stderr : io.stdout;
      printDiagnostics(diagnostics, {
        format: this.#flags.format,
        output,
        env: io.env,
        notes: this.#flags.verbose === true,
      });
      if (failsOn(diagnostics)) {
        this.#say("nothing was written\n");
        return;
      }
      const plans = prepared.map(({ entry, files }) =>
        planWrites(entry.out, files),
      );
      commitPlans(plans);
      const report = this.#report;
      const verbose = this.#flags.verbose === true;
      for (const plan of plans) {
        report.stdout.write(describePlan(report, plan, verbose));
        report.stdout.write(summary(report, plan, started));
      }
    });
  }

  /** A failure ends one run, not the watch: the user can correct the problem and try again. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#io.stderr.write(
        `${painter(this.#io.stderr, this.#io.env)("red", "error:")} ${error.message}\n`,
      );
    }
  }

  #say(text: string): void {
    const { stdout, env } = this.#report;
    stdout.write(painter(stdout, env)("dim", text));
  }
}

/** Identifies one state of a file; empty if it does not exist or cannot be read, which the next run reports. */
function fileState(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return "";
  }
}

/**
 * Whether a path belongs to an input: the WIT or the configuration. The output may be inside the WIT and the WIT inside
 * the output, as with `--out .`, so what is generated is told apart by its directory or else by its name.
 */
function isInput(
  root: string,
  path: string,
  outputs: readonly string[],
): boolean {
  if (path === root) return true;
  return (
    isWithin(root, path) &&
    !outputs.some(
      (out) =>
        isWithin(out, path) &&
        ((out !== root && isWithin(root, out)) || isGenerated(out, path)),
    )
  );
}

/** Whether a path in an output directory has the name of a file, or of a staging directory, that wit2ts writes. */
function isGenerated(out: string, path: string): boolean {
  return path.endsWith(".ts") || relative(out, path).startsWith(".wit2ts");
}

function isWithin(root: string, path: string): boolean {
  if (path === root) return true;
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
