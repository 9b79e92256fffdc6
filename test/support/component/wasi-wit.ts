import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const jco = dirname(
  createRequire(import.meta.url).resolve("@bytecodealliance/jco"),
);

/** Returns the package of a WIT file as a nested package, so that several fit in one text. */
export function nestedPackage(path: string): string {
  const text = readFileSync(path, "utf8");
  return `${text.replace(/^package ([^;]+);/m, "package $1 {")}}\n`;
}

/** Returns packages of WASI, such as `http`, as nested packages. jco brings the versions 0.2.12 and 0.3.0. */
export function wasiPackages(
  version: "0.2.12" | "0.3.0",
  names: readonly string[],
): string {
  return names
    .map((name) => `../lib/wit/builtin/${version}/wasi-${name}/package.wit`)
    .map((file) => nestedPackage(join(jco, file)))
    .join("\n");
}
