/**
 * The front end, parsing and resolving, against the reference parser that jco embeds, both warm in one process: time
 * for each size, growth per byte, and the peak memory of each in a process of its own.
 *
 * The peer is asked to embed a world that does not exist: it parses and resolves everything, then finds that out,
 * and encodes nothing. So it does the same job.
 *
 * Usage: npm run bench:front-end [-- --rounds 10] [--json] [--only TEXT]
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { resolve } from "../generator/src/resolve/resolve.js";
import { SourceFile } from "../generator/src/syntax/source.js";
import { type Case, compare, type Measure } from "./support/compare.js";
import { benchOptions, report, showProgress } from "./support/report.js";
import { syntheticWit } from "./support/synthetic-wit.js";

const bench = "front-end";
const missingWorld = "no-such-world";
const megabyte = 1e6;
const sizes = [0.1, 0.4, 1, 4, 16];

/** Synthetic WIT of about a size. */
function synthetic(megabytes: number): string {
  const sample = syntheticWit(50).length / 50;
  return syntheticWit(Math.max(1, Math.round((megabytes * megabyte) / sample)));
}

/**
 * Real WIT of about a size: every file of the corpus that stands alone, as a nested package of a name of its own, again and again.
 * `undefined` where the corpus is not beside the repository.
 */
function real(megabytes: number): string | undefined {
  const directory = join(import.meta.dirname, "../../shared/corpus/real");
  let names: string[];
  try {
    names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  } catch {
    return undefined;
  }
  const bodies: string[] = [];
  for (const name of names.sort()) {
    const path = join(directory, name);
    if (!name.endsWith(".wit") || !statSync(path).isFile()) continue;
    const text = readFileSync(path, "utf8");
    const header = /^\s*package [a-z0-9-]+:[a-z0-9-]+;/u.exec(text);
    if (header === null || header[0].length > 200) continue;
    const body = text.slice(header[0].length);
    // What refers to other packages, or has packages of its own, cannot stand alone in another.
    if (/[a-z0-9]:[a-z0-9-]+\/|\bpackage\b/u.test(body)) continue;
    if (
      resolve(new SourceFile(name, `package a:b;\npackage c:d {${body}\n}`))
        .model !== undefined
    )
      bodies.push(body);
  }
  if (bodies.length === 0) return undefined;
  const parts = ["package bench:real;\n"];
  for (let length = 0, index = 0; length < megabytes * megabyte; index++) {
    const body = bodies[index % bodies.length] ?? "";
    parts.push(`package bench:p${String(index)} {${body}\n}\n`);
    length += body.length + 30;
  }
  return parts.join("");
}

/** Milliseconds for one run of ours. */
function ours(text: string): Measure {
  return () => {
    const started = performance.now();
    const { model } = resolve(new SourceFile("bench.wit", text));
    const elapsed = performance.now() - started;
    if (model === undefined) throw new Error("the input was rejected");
    return { time: elapsed };
  };
}

/** Milliseconds for one run of the peer. */
function theirs(text: string): Measure {
  return async () => {
    const { componentEmbed } = await import("@bytecodealliance/jco");
    const started = performance.now();
    const failure = await componentEmbed({
      witSource: text,
      dummy: true,
      world: missingWorld,
    }).then(
      () => "nothing",
      (error: unknown) =>
        error instanceof Error ? error.message : String(error),
    );
    const elapsed = performance.now() - started;
    if (!failure.includes(missingWorld))
      throw new Error(
        `the peer did not get as far as choosing a world: ${failure}`,
      );
    return { time: elapsed };
  };
}

function timeCase(name: string, text: string): Case {
  return {
    name: `${name}, ${(text.length / megabyte).toFixed(1)} MB`,
    units: { time: "ms" },
    ours: ours(text),
    peers: { jco: theirs(text) },
  };
}

/** Time per byte of a large input against that of a smaller one: 1 is linear. */
function growthCase(small: string, large: string): Case {
  const perMegabyte = (text: string): Measure => {
    const measure = ours(text);
    return async () => ({
      "time per byte":
        ((await measure())["time"] ?? NaN) / (text.length / megabyte),
    });
  };
  const name = (text: string): string =>
    `${(text.length / megabyte).toFixed(1)} MB`;
  return {
    name: `growth, ${name(large)} against ${name(small)}`,
    units: { "time per byte": "ms/MB" },
    ours: perMegabyte(large),
    peers: { "the smaller": perMegabyte(small) },
  };
}

/**
 * How much a fresh process grows by resolving an input once, as a multiple of the input's size, against an empty process.
 * The operating system keeps the peak; what the runtime needs for itself is measured with almost no input and taken off.
 */
function memoryCase(megabytes: number): Case {
  const peak = (contestant: string, size: number): number => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...process.execArgv,
        import.meta.filename,
        "--memory-of",
        contestant,
        String(size),
      ],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  };
  const measure =
    (contestant: string): Measure =>
    () => ({
      memory:
        (peak(contestant, megabytes) - peak(contestant, 0)) /
        synthetic(megabytes).length,
    });
  return {
    name: `peak memory, ${String(megabytes)} MB`,
    units: { memory: "× input" },
    ours: measure("ours"),
    peers: { jco: measure("theirs") },
  };
}

/** In the process that is measured: runs once and prints the peak of the resident memory in bytes. */
async function printPeak(contestant: string, megabytes: number): Promise<void> {
  const text = synthetic(megabytes);
  await (contestant === "ours" ? ours(text) : theirs(text))();
  process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
}

async function main(): Promise<void> {
  const options = benchOptions(10);
  const [smallest, , middle, , largest] = sizes.map(synthetic);
  const cases = sizes.map((size) => timeCase("synthetic", synthetic(size)));
  for (const size of [1, 4]) {
    const text = real(size);
    if (text !== undefined) cases.push(timeCase("real", text));
  }
  if (smallest !== undefined && middle !== undefined && largest !== undefined)
    cases.push(growthCase(middle, largest));
  cases.push(memoryCase(4), memoryCase(16));
  const chosen = cases.filter(
    ({ name }) => options.only === undefined || name.includes(options.only),
  );
  report(
    await compare(bench, chosen, {
      rounds: options.rounds,
      warmUp: 2,
      progress: showProgress,
    }),
    options,
  );
}

const [, , flag, contestant, size] = process.argv;
if (flag === "--memory-of") await printPeak(contestant ?? "", Number(size));
else await main();
