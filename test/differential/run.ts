// Compares wit2ts and the reference parser on many more mutants or random packages than the tests do:
// node --import ./scripts/typescript.mjs test/differential/run.ts [built] [count] [first seed]
import { fork } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sampleWit } from "../support/sample-wit.js";
import { isKnown } from "./known-disagreements.js";
import { type BuildOptions, compareBuilt } from "./compare-built.js";
import { isCrash, Oracle } from "./oracle.js";
import { Reference } from "./reference.js";

/** The kind of inputs to compare. */
type Mode = "mutants" | "built";

/** A difference, for an input of either kind. */
interface Found {
  readonly seed: number;
  readonly text?: string;
  readonly ours: readonly string[];
  readonly theirs: string | undefined;
}

/** Compares the inputs of seeds. */
interface Comparer {
  compare(seed: number): Promise<Found | undefined>;
  close(): Promise<void>;
}

const corpus = join(import.meta.dirname, "../../../shared/corpus");

/** The samples, and the single files of the corpus if it is present. */
function texts(): readonly string[] {
  const manifest = join(corpus, "MANIFEST.json");
  if (!existsSync(manifest)) return sampleWit;
  const cases = JSON.parse(readFileSync(manifest, "utf8")) as readonly {
    readonly input: string;
    readonly verdict: string;
  }[];
  const files = cases
    .filter(({ verdict }) => verdict === "accept")
    .map(({ input }) => join(corpus, input))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .filter((text) => text.length < 20_000);
  return [...sampleWit, ...files];
}

/** The options of a seed: with or without mistakes, a file or a directory. */
function optionsOf(seed: number): BuildOptions {
  return {
    mistakes: [0, 1, 0, 2, 1, 4][seed % 6] ?? 0,
    isFolder: seed % 5 === 0,
  };
}

async function comparerOf(mode: Mode): Promise<Comparer> {
  if (mode === "built") {
    const reference = await Reference.open();
    return {
      async compare(seed) {
        const options = optionsOf(seed);
        return (await compareBuilt(seed, options, reference)).disagreement;
      },
      close: () => reference.close(),
    };
  }
  const samples = texts();
  const oracle = await Oracle.open();
  return {
    compare: (seed) => oracle.compare(seed, samples),
    close: () => oracle.close(),
  };
}

/**
 * Compares the inputs of a range of seeds in this process until the reference parser crashes. Sends differences to the
 * parent process.
 */
async function compareHere(
  mode: Mode,
  first: number,
  end: number,
): Promise<void> {
  const comparer = await comparerOf(mode);
  for (let seed = first; seed < end; seed++) {
    const disagreement = await comparer.compare(seed);
    if (disagreement === undefined) continue;
    process.send?.(disagreement);
    if (isCrash(disagreement)) break;
  }
  await comparer.close();
  process.disconnect();
}

/** Compares in a child process, so that a crash of the reference parser only ends the child. */
async function compareApart(
  mode: Mode,
  first: number,
  end: number,
): Promise<readonly Found[]> {
  const child = fork(import.meta.filename, [mode, String(first), String(end)], {
    env: { ...process.env, COMPARE_HERE: "1" },
  });
  const found: Found[] = [];
  child.on("message", (message) => {
    // The child runs this file, which sends no other messages.
    found.push(message as Found);
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0)
    throw new Error(`comparing from seed ${String(first)} failed`);
  return found;
}

async function run(mode: Mode, count: number, first: number): Promise<boolean> {
  const end = first + count;
  const of = mode === "built" ? "" : `, of ${String(texts().length)} texts`;
  console.log(`Seeds ${String(first)} to ${String(end - 1)}${of}.`);
  let known = 0;
  let crashes = 0;
  let unknown = 0;
  for (let next = first; next < end;) {
    const found = await compareApart(mode, next, end);
    next = end;
    for (const disagreement of found) {
      if (isCrash(disagreement)) {
        crashes++;
        next = disagreement.seed + 1;
      } else if (isKnown({ text: "", ...disagreement })) {
        known++;
      } else {
        unknown++;
        console.log(JSON.stringify(disagreement));
      }
    }
  }
  console.log(
    `${String(count)} ${mode} compared: ${String(unknown)} disagreements, ${String(known)} with a known reason, ${String(crashes)} on which the reference crashes.`,
  );
  return unknown === 0;
}

const [word, ...rest] = process.argv.slice(2);
const mode: Mode = word === "built" ? "built" : "mutants";
const isNamed = word === "built" || word === "mutants";
const numbers = (isNamed || word === undefined ? rest : [word, ...rest]).map(
  Number,
);
if (process.env["COMPARE_HERE"] === "1") {
  const [first = 1, end = 1] = numbers;
  await compareHere(mode, first, end);
} else {
  const [count = 100_000, first = 1] = numbers;
  if (!(await run(mode, count, first))) process.exitCode = 1;
}
