import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { SourceGroup, Sources } from "./sources.js";
import { SourceFile } from "../syntax/source.js";
import type { Host } from "./host.js";
import { decodeUtf8 } from "./utf8.js";
import { isWasm } from "./wasm.js";

/**
 * Reads the WIT at a path, in the same way as the reference implementation:
 *
 * - A file is a package, with the packages nested in it.
 * - A directory is a package that consists of the files in it whose names end in `.wit`. The contents of its
 *   subdirectory `deps` are read too: each directory in it is a package, and so is each file `*.wit`. A directory in
 *   `deps` has no `deps` of its own.
 *
 * @param path - a file or a directory. The paths of the files read start with it.
 * @param host - reads files and directories.
 * @param diagnostics - receives what could not be read, and why.
 * @returns the files, sorted by path byte by byte, to be passed to `resolve`.
 */
export function loadSources(
  path: string,
  host: Host,
  diagnostics: DiagnosticCollector,
): Sources {
  return new Loader(host, diagnostics).load(path);
}

class Loader {
  readonly #host: Host;
  readonly #diagnostics: DiagnosticCollector;

  constructor(host: Host, diagnostics: DiagnosticCollector) {
    this.#host = host;
    this.#diagnostics = diagnostics;
  }

  load(path: string): Sources {
    const kind = this.#try(path, () => this.#host.kind(path));
    if (kind.failed)
      return { root: { path, sources: [], isBroken: true }, dependencies: [] };
    if (kind.value === undefined) {
      this.#diagnostics.report("path-not-found", undefined, { path });
      return { root: { path, sources: [], isBroken: true }, dependencies: [] };
    }
    if (kind.value !== "directory")
      return { root: this.#file(path), dependencies: [] };
    const root = this.#directory(path);
    if (root.sources.length === 0) return { root, dependencies: [] };
    return { root, dependencies: this.#dependencies(join(path, "deps")) };
  }

  /** Reads the packages in a `deps` directory. There are none if the directory does not exist. */
  #dependencies(path: string): SourceGroup[] {
    const names = this.#try(path, () =>
      this.#host.kind(path) === undefined ? [] : this.#host.list(path),
    );
    if (names.failed) return [{ path, sources: [], isBroken: true }];
    const groups: SourceGroup[] = [];
    for (const name of inByteOrder(names.value)) {
      const entry = join(path, name);
      const kind = this.#try(entry, () => this.#existingKind(entry));
      if (kind.failed)
        groups.push({ path: entry, sources: [], isBroken: true });
      else if (kind.value === "directory") groups.push(this.#directory(entry));
      else if (/.\.(?:wit|wat|wasm)$/u.test(name))
        groups.push(this.#file(entry));
    }
    return groups;
  }

  /** Reads the package that consists of the `.wit` files in a directory. */
  #directory(path: string): SourceGroup {
    const names = this.#try(path, () => this.#host.list(path));
    if (names.failed) return { path, sources: [], isBroken: true };
    const sources: SourceFile[] = [];
    let isBroken = false;
    for (const name of inByteOrder(names.value)) {
      if (!name.endsWith(".wit")) continue;
      const entry = join(path, name);
      const kind = this.#try(entry, () => this.#existingKind(entry));
      if (!kind.failed && kind.value === "directory") continue;
      const source = kind.failed ? undefined : this.#source(entry);
      if (source === undefined) isBroken = true;
      else sources.push(source);
    }
    if (sources.length === 0 && !isBroken) {
      this.#diagnostics.report("no-wit-files", undefined, { path });
      isBroken = true;
    }
    return { path, sources, isBroken };
  }

  /** Reads the package that consists of one file. */
  #file(path: string): SourceGroup {
    const source = this.#source(path);
    return source === undefined
      ? { path, sources: [], isBroken: true }
      : { path, sources: [source] };
  }

  #source(path: string): SourceFile | undefined {
    const bytes = this.#try(path, () => this.#host.read(path));
    if (bytes.failed) return undefined;
    if (isWasm(bytes.value)) {
      this.#diagnostics.report("wit-in-wasm", undefined, { path });
      return undefined;
    }
    const { text, invalidAt } = decodeUtf8(bytes.value);
    const source = new SourceFile(path, text);
    if (invalidAt === undefined) return source;
    this.#diagnostics.report(
      "invalid-utf8",
      { source, start: invalidAt, end: invalidAt + 1 },
      {},
    );
    return undefined;
  }

  /**
   * Returns the kind of an entry that was listed in its directory. Throws for a broken link, which is listed but does
   * not exist, and for an entry that is neither a file nor a directory.
   */
  #existingKind(path: string): string {
    const kind = this.#host.kind(path);
    if (kind === undefined)
      throw new Error("it is a link to something that does not exist");
    if (kind === "other")
      throw new Error("it is neither a file nor a directory");
    return kind;
  }

  #try<T>(
    path: string,
    operation: () => T,
  ): { failed: false; value: T } | { failed: true } {
    try {
      return { failed: false, value: operation() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#diagnostics.report("path-unreadable", undefined, { path, reason });
      return { failed: true };
    }
  }
}

function join(directory: string, name: string): string {
  return directory.endsWith("/")
    ? `${directory}${name}`
    : `${directory}/${name}`;
}

/** Sorts names by their bytes in UTF-8. This is the same order as by code points. */
function inByteOrder(names: readonly string[]): string[] {
  return [...names].sort(compareCodePoints);
}

function compareCodePoints(left: string, right: string): number {
  let at = 0;
  while (
    at < left.length &&
    at < right.length &&
    left.charCodeAt(at) === right.charCodeAt(at)
  )
    at++;
  const a = left.charCodeAt(at);
  const b = right.charCodeAt(at);
  if (Number.isNaN(a) || Number.isNaN(b)) return left.length - right.length;
  // As a number, a surrogate is less than U+E000 to U+FFFF, but the code point that it encodes is greater.
  return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
