import { nearestName } from "../diagnostics/did-you-mean.js";
import type { ImportExtension } from "../emit/options.js";
import { Failure } from "../failure.js";
import type { TextFile } from "../write/plan.js";
import { failsOn, printDiagnostics } from "./diagnostics.js";
import type { Io } from "./io.js";
import type { Entry } from "./options.js";
import { generateFiles, displayPath } from "./pipeline.js";

/** The generated module of an interface, and the configuration entry that generates it. */
interface Found {
  readonly entry: Entry;
  readonly file: TextFile;
}

/**
 * Finds the generated module of an interface by its full name, by its name without the version, or by its unqualified
 * name.
 *
 * @returns `undefined` if the WIT has errors, which have been printed.
 * @throws {@link Failure} if no interface matches, several match, or several entries generate it.
 */
export function findInterface(
  io: Io,
  entries: readonly Entry[],
  wanted: string,
): Found | undefined {
  const runs = entries.map((entry) => ({
    entry,
    ...generateFiles(entry, io.cwd),
  }));
  const problems = runs.flatMap(({ diagnostics }) => diagnostics);
  printDiagnostics(problems, {
    format: "text",
    output: io.stderr,
    env: io.env,
    notes: false,
  });
  if (failsOn(problems)) return undefined;
  const names = new Set<string>();
  const found: (Found & { readonly name: string })[] = [];
  for (const { entry, files } of runs) {
    for (const file of files) {
      // The descriptor in the generated text holds the full name of the interface.
      const name = /^ {2}kind: "interface",\n {2}name: "([^"]+)"/m.exec(
        file.text,
      )?.[1];
      if (name === undefined) continue;
      names.add(name);
      if (isCalled(name, wanted)) found.push({ entry, file, name });
    }
  }
  const distinct = new Set(found.map(({ name }) => name));
  if (distinct.size > 1) {
    throw new Failure(
      `\`${wanted}\` is ambiguous: it may be ${[...distinct].join(" or ")}; use the full name`,
      2,
    );
  }
  if (found[0] === undefined) {
    const near = nearestName(
      wanted,
      [...names].flatMap((name) => [
        name,
        name.replace(/@.*$/, ""),
        plainName(name),
      ]),
    );
    throw new Failure(
      `there is no interface \`${wanted}\`${near === undefined ? listed([...names]) : `; did you mean \`${near}\`?`}`,
      2,
    );
  }
  if (found.length > 1) {
    const outs = found.map(({ entry }) => displayPath(io.cwd, entry.out));
    if (new Set(outs).size < outs.length) {
      const paths = found.map(({ file }) => file.path).join(" and ");
      throw new Failure(
        `\`${wanted}\` is an interface of several worlds, generated as ${paths}; choose one with "world" in a configuration`,
        2,
      );
    }
    throw new Failure(
      `\`${wanted}\` is generated into ${outs.join(" and ")}; choose one with --out`,
      2,
    );
  }
  return found[0];
}

/** Lists the available names, unless there are too many. */
function listed(names: readonly string[]): string {
  if (names.length === 0) return "; the WIT has none";
  return names.length > mostListed ? "" : `; there is ${names.join(", ")}`;
}

/** If there are more names than this, they are not listed. */
const mostListed = 8;

/** Whether `wanted` is the full name of an interface, that name without the version, or its unqualified name. */
function isCalled(name: string, wanted: string): boolean {
  return (
    name === wanted ||
    name.replace(/@.*$/, "") === wanted ||
    plainName(name) === wanted
  );
}

/** The unqualified name: `socket` for `scheduler:core-libs/socket@0.1.0`. */
function plainName(name: string): string {
  return name.replace(/^.*\//, "").replace(/@.*$/, "");
}

type Contracts = ReadonlyMap<string, string>;

/**
 * The names of the contracts in a generated module, read from the type of its descriptor, by kind (`sync` or `async`).
 */
export function contractsOf(text: string): Contracts {
  const parameters = /InterfaceDescriptor<\{([^}]*)\}>/.exec(text)?.[1] ?? "";
  return new Map(
    [...parameters.matchAll(/(sync|async): ([\w$]+)/g)].map(
      ([, which = "", type = ""]) => [which, type],
    ),
  );
}

/**
 * The import extension of a generated module, read from its header. An implementation imports the module with the same
 * one.
 */
export function importExtensionOf(text: string): ImportExtension {
  return /^\/\/ Options: .*, import extension ts\.$/m.test(text) ? "ts" : "js";
}

/**
 * Chooses the contract to implement.
 *
 * @param contracts - the contracts that the options of this run generate.
 * @param written - the contracts in the module on disk, if it exists: the implementation will import that module.
 * @throws {@link Failure} if the wanted contract is missing from either.
 */
export function chooseContract(
  contracts: Contracts,
  written: Contracts = contracts,
  name: string,
  wanted: "sync" | "async" | undefined,
): string {
  const contract = (which: string): string | undefined =>
    written.has(which) ? contracts.get(which) : undefined;
  const chosen =
    wanted === undefined
      ? (contract("async") ?? contract("sync"))
      : contract(wanted);
  if (chosen === undefined)
    throw new Failure(
      `no ${wanted === undefined ? "" : `${wanted} `}contract is generated for ${name}; see --mode of \`wit2ts generate\``,
      2,
    );
  return chosen;
}
