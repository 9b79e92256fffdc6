import { createHash } from "node:crypto";
import type { GeneratedFile } from "../../../generator/src/generate.js";

/** An import or export of another module, or a reference to another file, in generated code. */
const link = /^(?! *\*)([^\n]* from |\/\/\/ <reference path=)"([^"]+)"/gm;
const ambientName = /^declare module "([^"]+)"/m;

/**
 * Combines the output of many runs into one program. Files that are the same in several runs, including all that they
 * import, are only added once, which reduces the compiler's work to a tenth. Files are named by the hash of their
 * contents, and so are ambient modules, which would otherwise be declared twice.
 */
export class Pool {
  readonly #files = new Map<string, string>();
  readonly #labels = new Map<string, string>();

  /** The texts of the program's files, by their paths. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /**
   * Adds the output of one run.
   *
   * @param label - identifies the run in errors of a compiler
   * @throws Error - if a file refers to one that was not generated, or two files declare the same ambient module
   */
  add(label: string, files: Iterable<Pick<GeneratedFile, "path" | "text">>) {
    const texts = new Map<string, string>();
    const ambient = new Map<string, string>();
    for (const { path, text } of files) {
      texts.set(path, text);
      const name = path.endsWith(".d.ts")
        ? ambientName.exec(text)?.[1]
        : undefined;
      if (name === undefined) continue;
      if (ambient.has(name))
        throw new Error(`${label} declares the module ${name} twice`);
      ambient.set(name, path);
    }
    const names = new Map<string, string>();
    const nameOf = (path: string, from: string): string => {
      const known = names.get(path);
      if (known !== undefined) return known;
      const text = texts.get(path);
      if (text === undefined)
        throw new Error(
          `${label}: ${from} refers to ${path}, which is missing`,
        );
      const pooled = withoutHeader(text).replace(
        link,
        (whole, head: string, target: string) => {
          const module = ambient.get(target);
          if (module !== undefined)
            return `${head}"pool:${nameOf(module, path)}"`;
          if (!target.startsWith(".")) return whole;
          const [, stem = "", extension = ""] =
            /^(.*?)(\.d\.ts|\.js)$/.exec(target) ?? [];
          const found = resolvePath(path, stem);
          return extension === ".js"
            ? `${head}"./${nameOf(`${found}.ts`, path)}.js"`
            : `${head}"./${nameOf(`${found}.d.ts`, path)}.d.ts"`;
        },
      );
      const name = createHash("sha256")
        .update(pooled)
        .digest("hex")
        .slice(0, 20);
      names.set(path, name);
      const file = `${name}${path.endsWith(".d.ts") ? ".d.ts" : ".ts"}`;
      if (!this.#files.has(file)) {
        this.#files.set(
          file,
          pooled.replace(ambientName, `declare module "pool:${name}"`),
        );
        this.#labels.set(name, `${label} ${path}`);
      }
      return name;
    };
    for (const path of texts.keys()) nameOf(path, "the run");
  }

  /** Adds the run and the original path of each file to a compiler's error. */
  explain(line: string): string {
    return line.replaceAll(
      /\b(\w{20})(?:\.d)?\.ts\b/g,
      (whole, name: string) => {
        const label = this.#labels.get(name);
        return label === undefined ? whole : `${whole} [${label}]`;
      },
    );
  }
}

/** Removes the header with the version and the options, which would make otherwise equal files different. */
function withoutHeader(text: string): string {
  return text.replace(/^(?:\/\/ [^\n]*\n)+/, "");
}

/** Resolves a relative path from a file. */
function resolvePath(from: string, target: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined)
        throw new Error(`${from} refers to ${target}, outside of the output`);
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
