import {
  chmodSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { ImportExtension } from "../emit/options.js";
import { reservedWords } from "../emit/reserved.js";
import { explainSystemError, Failure, systemErrorCode } from "../failure.js";
import { decodeUtf8 } from "../host/utf8.js";
import type { Skeleton } from "../implement/skeleton.js";
import { makeDirectory } from "../write/make-directory.js";
import { readManifest } from "../write/manifest.js";
import { formatAsConfigured } from "../write/prettier.js";
import { statIfExists } from "../write/stat.js";
import { painter } from "./colours.js";
import {
  chooseContract,
  contractsOf,
  findInterface,
  importExtensionOf,
} from "./found-interface.js";
import type { ImplementFlags } from "./implement-command.js";
import type { Io } from "./io.js";
import { resolveEntries, type Entry, refuseEmptyOut } from "./options.js";
import { requirePath, displayPath } from "./pipeline.js";
import type { Action } from "./run.js";

/** Runs `wit2ts implement`. */
export const implementAction: Action<[string, ImplementFlags]> = async (
  io,
  interfaceName,
  flags,
) => {
  const { out, ...others } = flags;
  const decided = await resolveEntries(io.cwd, flags.wit, others, flags.config);
  const entries = entriesOf(decided, io.cwd, out);
  for (const entry of entries) requirePath(io.cwd, entry.wit);
  const path = requireOwnFile(io, [...decided.entries, ...entries], flags.file);
  const found = findInterface(io, entries, interfaceName);
  if (found === undefined) return 1;
  const generated = resolve(found.entry.out, found.file.path);
  const written = readIfThere(generated)?.toString();
  const contract = chooseContract(
    contractsOf(found.file.text),
    // A run with other options may have generated other contracts.
    written === undefined ? undefined : contractsOf(written),
    interfaceName,
    flags.contract,
  );
  const name = flags.name ?? pascalCase(basename(path, ".ts"));
  requireName(name, contract);
  const before = readTargetIfThere(path);
  const skeleton = await write(
    {
      name: contract,
      path: slashes(generated),
      text: found.file.text,
      importExtension: importExtensionOf(written ?? found.file.text),
    },
    {
      path: slashes(path),
      name,
      style: flags.as,
      ...(before === undefined ? {} : { text: before }),
    },
  );
  // Prettier formats new files only; an existing file keeps the user's formatting.
  const text =
    before === undefined
      ? await formatNewFile(path, skeleton.text)
      : skeleton.text;
  if (flags.dryRun === true) {
    io.stdout.write(text);
    return 0;
  }
  if (text !== before) save(path, text);
  if (written === undefined) {
    io.stderr.write(
      `the generated TypeScript it imports does not exist yet: run \`wit2ts generate\` to write ${displayPath(io.cwd, generated)}, or use --out to say where it is\n`,
    );
  }
  if (io.stdout.isTerminal) io.stdout.write(summary(io, path, name, skeleton));
  return 0;
};

/**
 * The entries to search for the interface: all of them, or with `--out` only those that write there. If there is a
 * single entry, `--out` overrides its output directory.
 *
 * @throws {@link Failure} if several entries are configured and none of them writes to `--out`.
 */
function entriesOf(
  { entries, config }: Awaited<ReturnType<typeof resolveEntries>>,
  cwd: string,
  out: string | undefined,
): readonly Entry[] {
  refuseEmptyOut(out);
  if (out === undefined) return entries;
  const path = resolve(cwd, out);
  const [first, ...others] = entries;
  if (first !== undefined && others.length === 0)
    return [{ ...first, out: path }];
  const chosen = entries.filter((entry) => entry.out === path);
  if (chosen.length > 0) return chosen;
  throw new Failure(
    `no entry of ${config?.path ?? "the configuration"} writes to ${out}; they write to ${entries.map((entry) => displayPath(cwd, entry.out)).join(", ")}`,
    2,
  );
}

/**
 * The absolute path of the file to write or complete, following the path if it is a symbolic link.
 *
 * @throws {@link Failure} if it is not a TypeScript source file, or is a generated file.
 */
function requireOwnFile(
  io: Io,
  entries: readonly Entry[],
  file: string,
): string {
  const path = followLink(resolve(io.cwd, file));
  if (!path.endsWith(".ts") || path.endsWith(".d.ts"))
    throw new Failure(
      `--file requires a TypeScript file (.ts) that can hold code, not \`${file}\``,
      2,
    );
  const real = realPath(path);
  for (const { out } of entries)
    if (readManifest(out).has(slashes(relative(realPath(out), real))))
      throw new Failure(
        `${file} is a generated file; use --file to name a file of your own`,
        2,
      );
  return path;
}

/** @throws {@link Failure} if an implementation of the contract cannot have this name. */
function requireName(name: string, contract: string): void {
  if (
    !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ||
    reservedWords.has(name)
  )
    throw new Failure(
      `\`${name}\` cannot be the name of a class or object; choose a name with --name`,
      2,
    );
  if (name === contract)
    throw new Failure(
      `\`${name}\` is the name of the contract itself; choose another with --name`,
      2,
    );
}

/** Writes the skeleton. Loads ts-morph on demand, because loading it is slow. */
async function write(
  contract: {
    readonly name: string;
    readonly path: string;
    readonly text: string;
    readonly importExtension: ImportExtension;
  },
  target: {
    readonly path: string;
    readonly text?: string;
    readonly name: string;
    readonly style: "class" | "object";
  },
): Promise<Skeleton> {
  const { SkeletonError, writeSkeleton } =
    await import("../implement/index.js");
  try {
    return writeSkeleton({ contract, target });
  } catch (error) {
    if (error instanceof SkeletonError)
      throw new Failure(error.message, 1, { cause: error });
    throw error;
  }
}

async function formatNewFile(path: string, text: string): Promise<string> {
  const file = { path: basename(path), text };
  const [formatted] = await formatAsConfigured(dirname(path), [file]);
  if (formatted !== undefined && formatted !== file) return formatted.text;
  const { format } = await import("prettier");
  return format(text, { parser: "typescript" });
}

/**
 * The text of the file to complete.
 *
 * @throws {@link Failure} if it is not UTF-8: writing it back would change its other characters.
 */
function readTargetIfThere(path: string): string | undefined {
  const bytes = readIfThere(path);
  if (bytes === undefined) return undefined;
  const { text, invalidAt } = decodeUtf8(bytes);
  if (invalidAt === undefined) return text;
  const line = text.slice(0, invalidAt).split("\n").length;
  throw new Failure(`${path}:${line}: the file is not encoded in UTF-8`);
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw explainSystemError(`read ${path}`, error);
  }
}

/**
 * Follows the path if it is a symbolic link, even a dangling one: renaming a file over a link would replace the link
 * rather than its target.
 */
function followLink(path: string): string {
  // Throws for a cycle of links, which would make the loop below endless.
  statIfExists(path);
  for (let at = path; ;) {
    try {
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      return at;
    }
  }
}

/** The path without symbolic links, also in its directories, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/**
 * Writes to a temporary file next to the target and renames it, so that readers never see a partial file. Keeps the
 * file mode.
 */
function save(path: string, text: string): void {
  const staged = `${path}.wit2ts-new`;
  try {
    makeDirectory(dirname(path));
    writeFileSync(staged, text);
    const before = statIfExists(path);
    if (before !== undefined) chmodSync(staged, before.mode);
    renameSync(staged, path);
  } catch (error) {
    rmSync(staged, { force: true });
    throw explainSystemError(`write ${path}`, error);
  }
}

function summary(
  io: Io,
  path: string,
  name: string,
  { added, created }: Skeleton,
): string {
  const paint = painter(io.stdout, io.env);
  const what = created
    ? `${name} created`
    : added.length === 0
      ? `${name} is complete`
      : `added ${added.join(", ")}`;
  return `${paint("green", "✓")} ${paint("bold", displayPath(io.cwd, path))}: ${what}\n`;
}

function pascalCase(name: string): string {
  return name.replaceAll(
    /(?:^|[^\p{ID_Continue}]+)(\p{ID_Continue}?)/gu,
    (_, first: string) => first.toUpperCase(),
  );
}

function slashes(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
