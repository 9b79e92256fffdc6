/**
 * `wit2ts generate` against `jco types`, each in a cold process: wall time and peak memory.
 *
 * Usage: npm run bench:generate [-- --rounds 10] [--json] [--only TEXT]
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  compare,
  type Case,
  type Measure,
  type Sample,
} from "./support/compare.js";
import { benchOptions, report, showProgress } from "./support/report.js";
import { syntheticWit } from "./support/synthetic-wit.js";

const bench = "generate";
const root = join(import.meta.dirname, "..");
const wit2ts = join(root, "generator/bin/wit2ts.cjs");
const jco = join(
  dirname(createRequire(import.meta.url).resolve("@bytecodealliance/jco")),
  "jco.js",
);
const time = "/usr/bin/time";

/** The input of both tools. */
interface Input {
  readonly name: string;
  readonly wit: string;
  readonly world: string;
}

const units = { "wall time": "ms", "peak memory": "MiB" };

/** Runs a script in a fresh process, and measures it from outside. */
function cold(script: string, args: readonly string[], work: string): Sample {
  const memory = join(work, "memory");
  const command = [process.execPath, script, ...args];
  const started = performance.now();
  const { status, stderr } = spawnSync(
    time,
    ["-f", "%M", "-o", memory, ...command],
    { encoding: "utf8" },
  );
  const elapsed = performance.now() - started;
  if (status !== 0) throw new Error(`${command.join(" ")} failed: ${stderr}`);
  return {
    "wall time": elapsed,
    "peak memory": Number(readFileSync(memory, "utf8")) / 1024,
  };
}

/**
 * A measurement with an empty output directory, so that everything is written. The output of earlier runs is not
 * deleted: for about a minute, ext4 avoids the inodes of deleted files when it creates new ones, and skipping them
 * takes longer than generating.
 */
function fresh(
  work: string,
  args: (out: string) => readonly string[],
  script: string,
): Measure {
  return () =>
    cold(script, args(join(mkdtempSync(join(work, "run-")), "out")), work);
}

function ours(work: string, { wit, world }: Input): Measure {
  return fresh(
    work,
    (out) => ["generate", wit, "--world", world, "--out", out, "--no-config"],
    wit2ts,
  );
}

function against(work: string, input: Input): Case {
  const theirs = fresh(
    work,
    (out) => ["types", input.wit, "-n", input.world, "-o", out],
    jco,
  );
  return {
    name: input.name,
    units,
    ours: ours(work, input),
    peers: { "jco types": theirs },
  };
}

/** Compares the time per byte, minus that of an almost empty input, of a large input with that of a small one. */
function growth(work: string, interfaces: number, base: number): Case {
  const [empty, small, large] = [1, base, interfaces].map((count) =>
    synthetic(work, count),
  );
  const perMegabyte = (input: Input): Measure => {
    const full = ours(work, input);
    const start = ours(work, empty as Input);
    return async () => {
      const beyond = (await full())["wall time"] as number;
      const startUp = (await start())["wall time"] as number;
      return {
        "time beyond start-up":
          (beyond - startUp) / (readFileSync(input.wit).length / 1e6),
      };
    };
  };
  return {
    name: `growth, ${megabytes(large as Input)} against ${megabytes(small as Input)}`,
    units: { "time beyond start-up": "ms/MB" },
    ours: perMegabyte(large as Input),
    peers: { "a smaller input": perMegabyte(small as Input) },
  };
}

function megabytes({ wit }: Input): string {
  return `${(readFileSync(wit).length / 1e6).toFixed(2)} MB`;
}

function synthetic(work: string, interfaces: number): Input {
  const wit = join(work, `synthetic-${interfaces}.wit`);
  if (!existsSync(wit)) writeFileSync(wit, syntheticWit(interfaces));
  return {
    name: `synthetic, ${interfaces} interfaces, ${megabytes({ name: "", wit, world: "" })}`,
    wit,
    world: "all",
  };
}

async function main(): Promise<void> {
  const options = benchOptions(10);
  if (!existsSync(time))
    throw new Error(
      `this benchmark measures memory with GNU time, which is not at ${time}`,
    );
  const work = mkdtempSync(join(tmpdir(), "wit2ts-bench-"));
  mkdirSync(work, { recursive: true });
  try {
    const cases = [
      against(work, {
        name: "socket",
        wit: join(root, "wit"),
        world: "actions-http",
      }),
    ];
    const http = join(root, "../shared/corpus/real/WebAssembly+wasi-http/wit");
    if (existsSync(http))
      cases.push(
        against(work, { name: "wasi:http", wit: http, world: "proxy" }),
      );
    else process.stderr.write(`wasi:http is skipped: ${http} is not there\n`);
    cases.push(against(work, synthetic(work, 300)));
    cases.push(growth(work, 3_300, 300));
    const chosen = cases.filter(({ name }) =>
      name.includes(options.only ?? ""),
    );
    report(
      await compare(bench, chosen, {
        rounds: options.rounds,
        progress: showProgress,
      }),
      options,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await main();
