/**
 * The front end (parsing and resolving) against the reference parser inside jco, both warm in one process: time for
 * each size, growth per byte, and the peak memory of each in a separate process.
 *
 * Ours: `resolve` of a text in memory, which parses it, resolves and checks everything, and assigns all types and
 * functions their places in the model. The peer does the same, and like the peer, `resolve` does not return the model
 * as objects: ours creates these (including the text of all docs) when `model` is first read, which the cases "and the
 * model" measure as well.
 *
 * The peer: `componentEmbed` (wit-parser and wit-component, compiled to WebAssembly) is asked to embed a world that
 * does not exist. It copies the text into its memory, parses and resolves everything, then fails because of the world
 * and encodes nothing. It never returns its model, so the cost of returning one is not included. No function that jco
 * exports does less: `componentWitMetadataForWorld` takes as long.
 *
 * Real WIT comes from the jco package, and from the corpus if it exists beside the repository: complete sets of
 * packages that use each other, repeated under other namespaces.
 *
 * A ratio is ours divided by the peer's: below 1, ours is faster or smaller.
 *
 * Usage: npm run bench:front-end [-- --rounds 10] [--json] [--only TEXT]
 */
import { spawnSync } from "node:child_process";
import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { resolve } from "../generator/src/resolve/resolve.js";
import { SourceFile } from "../generator/src/syntax/source.js";
import { type Case, compare, type Measure } from "./support/compare.js";
import { benchOptions, report, showProgress } from "./support/report.js";
import { syntheticWit } from "./support/synthetic-wit.js";

const bench = "front-end";
const missingWorld = "no-such-world";
const megabyte = 1e6;
const jco = createRequire(import.meta.url).resolve("@bytecodealliance/jco");
const sizes = [0.1, 0.4, 1, 4, 16];

/** Synthetic WIT of approximately the given size. */
function synthetic(megabytes: number): string {
  const sample = syntheticWit(50).length / 50;
  return syntheticWit(Math.max(1, Math.round((megabytes * megabyte) / sample)));
}

/** Real WIT of at least the given size: sets of packages, repeated with another namespace each time. */
function real(megabytes: number): string {
  const corpus = join(import.meta.dirname, "../../shared/corpus/real");
  const sets = [join(dirname(jco), "../lib/wit/builtin")];
  if (existsSync(corpus))
    sets.push(...readdirSync(corpus, { withFileTypes: true }).flatMap(inside));
  const packages = sets.flatMap((directory) => packagesIn(directory) ?? []);
  const parts = ["package bench:real;\n"];
  for (let length = 0, index = 0; length < megabytes * megabyte; index++) {
    const set = packages[index % packages.length] ?? "";
    const copy = set.replace(
      /(?<![\w:-])([a-z][a-z0-9-]*):(?=[a-z])/gu,
      `$1-x${String(index)}:`,
    );
    parts.push(copy);
    length += copy.length;
  }
  return parts.join("");
}

function inside(entry: Dirent): string[] {
  return entry.isDirectory() ? [join(entry.parentPath, entry.name)] : [];
}

/**
 * The packages in a directory and its subdirectories, each as a nested package. `undefined` if they are incomplete or
 * very large. If two packages have the same name, the first is used.
 */
function packagesIn(directory: string): string | undefined {
  const packages = new Map<string, string>();
  const visit = (path: string): void => {
    const entries = readdirSync(path, { withFileTypes: true });
    const texts = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".wit"))
      .map(({ name }) => readFileSync(join(path, name), "utf8"));
    const names = texts.flatMap((text) => header.exec(text)?.[1] ?? []);
    const [name] = names;
    if (name !== undefined && !packages.has(name))
      packages.set(
        name,
        texts.map((text) => text.replace(header, "")).join("\n"),
      );
    entries.flatMap(inside).forEach(visit);
  };
  visit(directory);
  const text = Array.from(
    packages,
    ([name, body]) => `package ${name} {${body}\n}\n`,
  ).join("");
  // A large set would dominate a small input.
  if (text === "" || text.length > 0.2 * megabyte) return undefined;
  const source = new SourceFile(directory, `package bench:real;\n${text}`);
  return resolve(source).isValid ? text : undefined;
}

/** Matches the comments before a package declaration, and its name. */
const header =
  /^(?:\s|\/\/[^\n]*\n|\/\*[^*]*\*\/)*package\s+([a-z0-9:@.+-]+)\s*;/u;

/** What ours has to do: only resolve, or create the objects of the model as well. */
type Extent = "resolved" | "and the model";

/** Measures one run of ours, in milliseconds. */
function ours(text: string, extent: Extent): Measure {
  return () => {
    const started = performance.now();
    const resolution = resolve(new SourceFile("bench.wit", text));
    const isThere =
      extent === "resolved"
        ? resolution.isValid
        : resolution.model !== undefined;
    const elapsed = performance.now() - started;
    if (!isThere) throw new Error("the input was rejected");
    return { time: elapsed };
  };
}

/** Measures one run of the peer, in milliseconds. */
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

function timeCase(name: string, text: string, extent: Extent): Case {
  const size = (text.length / megabyte).toFixed(1);
  return {
    name: `${name}, ${size} MB${extent === "resolved" ? "" : `, ${extent}`}`,
    units: { time: "ms" },
    ours: ours(text, extent),
    peers: { jco: theirs(text) },
  };
}

/** Compares the time per byte of a large input with that of a smaller one: a ratio of 1 means linear growth. */
function growthCase(small: string, large: string): Case {
  const perMegabyte = (text: string): Measure => {
    const measure = ours(text, "resolved");
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
 * The memory that a fresh process needs to resolve an input once, as a multiple of the input's size. The kernel records
 * the peak; the memory of the runtime itself is measured with almost no input and subtracted.
 */
function memoryCase(megabytes: number, extent: Extent): Case {
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
    name: `peak memory, ${String(megabytes)} MB${extent === "resolved" ? "" : `, ${extent}`}`,
    units: { memory: "× input" },
    ours: measure(extent),
    peers: { jco: measure("theirs") },
  };
}

/** Runs in the measured process: resolves once and prints the peak resident memory in bytes. */
async function printPeak(contestant: string, megabytes: number): Promise<void> {
  const text = synthetic(megabytes);
  const measure =
    contestant === "resolved" || contestant === "and the model"
      ? ours(text, contestant)
      : theirs(text);
  await measure();
  process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
}

/** Runs both until V8 has optimized the code: the runs with a small input alone would not suffice. */
async function warmUp(): Promise<void> {
  for (const text of [synthetic(1), real(1)])
    for (let round = 0; round < 25; round++) {
      await ours(text, "and the model")();
      await theirs(text)();
    }
}

async function main(): Promise<void> {
  const options = benchOptions(10);
  const [smallest, , middle, , largest] = sizes.map(synthetic);
  const extents: readonly Extent[] = ["resolved", "and the model"];
  const cases = extents.flatMap((extent) => [
    ...sizes.map((size) => timeCase("synthetic", synthetic(size), extent)),
    ...[1, 4].map((size) => timeCase("real", real(size), extent)),
  ]);
  if (smallest !== undefined && middle !== undefined && largest !== undefined)
    cases.push(growthCase(middle, largest));
  for (const extent of extents)
    cases.push(memoryCase(4, extent), memoryCase(16, extent));
  const chosen = cases.filter(
    ({ name }) => options.only === undefined || name.includes(options.only),
  );
  if (chosen.some(({ units }) => !("memory" in units))) await warmUp();
  report(
    await compare(bench, chosen, {
      rounds: options.rounds,
      warmUp: 5,
      progress: showProgress,
    }),
    options,
  );
}

const [, , flag, contestant, size] = process.argv;
if (flag === "--memory-of") await printPeak(contestant ?? "", Number(size));
else await main();
