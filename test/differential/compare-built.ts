import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DiagnosticCollector } from "../../generator/src/diagnostics/collector.js";
import { loadSources } from "../../generator/src/host/load.js";
import { nodeHost } from "../../generator/src/host/node-host.js";
import type { TypeDefinition } from "../../generator/src/model/model.js";
import { fullName, packageOf } from "../../generator/src/model/queries.js";
import {
  resolve,
  type Resolution,
  type SourceGroup,
} from "../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../generator/src/syntax/source.js";
import { checkInvariants } from "../generator/resolve/invariants.js";
import { Random } from "../support/random.js";
import { buildFolder, buildText, probe, type Built } from "./build/text.js";
import { isTrap, type Reference, type ReferenceInput } from "./reference.js";
import { shapeOfWorld } from "./shape.js";

/** A difference between wit2ts and the reference parser for the input of a seed. */
export interface BuiltDisagreement {
  readonly seed: number;
  /** The names of the deliberate mistakes. */
  readonly mistakes: readonly string[];
  /** The errors of wit2ts, or the part of its model that differs. */
  readonly ours: readonly string[];
  /** The error of the reference parser, or the part of its model that differs; `undefined` if it accepts the input. */
  readonly theirs: string | undefined;
}

/** The result of a comparison. */
export interface Comparison {
  readonly disagreement: BuiltDisagreement | undefined;
  readonly isAccepted: boolean;
  /** The number of worlds with the same model. Worlds that no component can have are not compared. */
  readonly worlds: number;
}

/** Options for building an input. */
export interface BuildOptions {
  /** The maximum number of deliberate mistakes. */
  readonly mistakes: number;
  readonly isFolder: boolean;
}

/** Builds the input of a seed. */
export function builtOf(
  seed: number,
  { mistakes, isFolder }: BuildOptions,
): Built {
  const random = new Random(seed);
  return isFolder ? buildFolder(random, mistakes) : buildText(random, mistakes);
}

/**
 * Compares the results of wit2ts and the reference parser for the input of a seed: whether it is accepted, and the
 * model of each world.
 */
export async function compareBuilt(
  seed: number,
  options: BuildOptions,
  reference: Reference,
): Promise<Comparison> {
  const built = builtOf(seed, options);
  const [text = ""] = built.files.values();
  if (!options.isFolder) {
    const resolution = resolve(new SourceFile("built.wit", text), built);
    return compare(seed, built, resolution, { witSource: text }, reference);
  }
  const folder = mkdtempSync(join(tmpdir(), "wit2ts-built-"));
  try {
    for (const [path, content] of built.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const diagnostics = new DiagnosticCollector();
    const sources = loadSources(folder, nodeHost, diagnostics);
    const { features } = built;
    const resolution = resolve(sources, { features, diagnostics });
    return await compare(
      seed,
      built,
      resolution,
      { witPath: folder },
      reference,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare(
  seed: number,
  { features, mistakes }: Built,
  { model, diagnostics }: Resolution,
  input: ReferenceInput,
  reference: Reference,
): Promise<Comparison> {
  const ours = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code}: ${message}`);
  const theirs = await reference.error(input, features, probe);
  const isAccepted = theirs === undefined;
  if (isAccepted !== (model !== undefined)) {
    const disagreement = { seed, mistakes, ours, theirs };
    return { disagreement, isAccepted, worlds: 0 };
  }
  if (model === undefined)
    return { disagreement: undefined, isAccepted, worlds: 0 };
  checkInvariants(model);
  // The reference lays out fixed-length lists element by element, which takes too long for billions of elements.
  if (model.types.some(isHuge))
    return { disagreement: undefined, isAccepted, worlds: 0 };
  let worlds = 0;
  for (const world of model.worlds) {
    const name = fullName(packageOf(model, world.package), world.name);
    let difference: Pick<BuiltDisagreement, "ours" | "theirs"> | undefined;
    try {
      const printed = await reference.printed(input, features, name);
      if (printed === undefined) continue;
      difference = differenceOf(shapeOfWorld(model, world), printed, name);
    } catch (error) {
      if (!isTrap(error)) throw error;
      difference = { ours: [], theirs: String(error) };
    }
    if (difference !== undefined) {
      const disagreement = { seed, mistakes, ...difference };
      return { disagreement, isAccepted, worlds };
    }
    worlds++;
  }
  return { disagreement: undefined, isAccepted, worlds };
}

function isHuge({ kind }: TypeDefinition): boolean {
  return (
    typeof kind === "object" &&
    "fixed-length-list" in kind &&
    kind["fixed-length-list"][1] > 1_000_000
  );
}

/**
 * Compares a world with the WIT that the reference parser printed for it, and returns the difference.
 *
 * @param world the full name of the world
 */
function differenceOf(
  shape: unknown,
  printed: ReadonlyMap<string, string>,
  world: string,
): Pick<BuiltDisagreement, "ours" | "theirs"> | undefined {
  const group = ([path, text]: readonly [string, string]): SourceGroup => ({
    path,
    sources: [new SourceFile(path, text)],
  });
  const all = [...printed];
  const root = all.find(([path]) => path === "package.wit");
  if (root === undefined) throw new Error("no package was printed");
  const { model, diagnostics } = resolve({
    root: group(root),
    dependencies: all.filter((file) => file !== root).map(group),
  });
  const other = model?.worlds.find(
    ({ name, package: owner }) =>
      fullName(packageOf(model, owner), name) === world,
  );
  if (model === undefined || other === undefined) {
    const ours = diagnostics.map(({ code, message }) => `${code}: ${message}`);
    return { ours: [`${world} as printed`, ...ours], theirs: undefined };
  }
  const [left, right] = [shape, shapeOfWorld(model, other)].map((value) =>
    JSON.stringify(value),
  );
  if (left === undefined || right === undefined || left === right)
    return undefined;
  let at = 0;
  while (left[at] === right[at]) at++;
  const from = Math.max(0, at - 100);
  const ours = [world, left.slice(from, at + 100)];
  return { ours, theirs: right.slice(from, at + 100) };
}
