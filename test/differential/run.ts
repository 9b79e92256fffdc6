// Compares many more mutants than the test does:
// node --import ./scripts/typescript.mjs test/differential/run.ts [count] [first seed]
import { fork } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sampleWit } from "../support/sample-wit.js";
import { isKnown } from "./known-disagreements.js";
import { isCrash, Oracle, type Disagreement } from "./oracle.js";

const corpus = join(import.meta.dirname, "../../../shared/corpus");

/** The samples, and the single files of the corpus where it is there. */
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

/** Compares from a seed on, in this process, telling the parent what it finds, until the reference crashes. */
async function compareHere(first: number, end: number): Promise<void> {
  const samples = texts();
  const oracle = await Oracle.open();
  for (let seed = first; seed < end; seed++) {
    const disagreement = await oracle.compare(seed, samples);
    if (disagreement === undefined) continue;
    process.send?.(disagreement);
    if (isCrash(disagreement)) break;
  }
  await oracle.close();
  process.disconnect();
}

/** Compares in a process of its own, so that a crash of the reference ends no more than that. */
async function compareApart(
  first: number,
  end: number,
): Promise<readonly Disagreement[]> {
  const child = fork(import.meta.filename, [String(first), String(end)], {
    env: { ...process.env, COMPARE_HERE: "1" },
  });
  const found: Disagreement[] = [];
  child.on("message", (message) => {
    // The child is this file: it sends nothing else.
    found.push(message as Disagreement);
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0)
    throw new Error(`comparing from seed ${String(first)} failed`);
  return found;
}

async function run(count: number, first: number): Promise<boolean> {
  const end = first + count;
  console.log(
    `Seeds ${String(first)} to ${String(end - 1)}, of ${String(texts().length)} texts.`,
  );
  let known = 0;
  let crashes = 0;
  let unknown = 0;
  for (let next = first; next < end;) {
    const found = await compareApart(next, end);
    next = end;
    for (const disagreement of found) {
      if (isCrash(disagreement)) {
        crashes++;
        next = disagreement.seed + 1;
      } else if (isKnown(disagreement)) {
        known++;
      } else {
        unknown++;
        console.log(JSON.stringify(disagreement));
      }
    }
  }
  console.log(
    `${String(count)} mutants compared: ${String(unknown)} disagreements, ${String(known)} with a known reason, ${String(crashes)} on which the reference crashes.`,
  );
  return unknown === 0;
}

const numbers = process.argv.slice(2).map(Number);
if (process.env["COMPARE_HERE"] === "1") {
  const [first = 1, end = 1] = numbers;
  await compareHere(first, end);
} else {
  const [count = 100_000, first = 1] = numbers;
  if (!(await run(count, first))) process.exitCode = 1;
}
