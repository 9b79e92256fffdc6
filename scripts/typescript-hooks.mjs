// Module hooks that let Node run the TypeScript sources of this repository: `./x.js` resolves to `./x.ts`, and types
// are stripped.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

export function resolve(specifier, context, next) {
  const { parentURL } = context;
  // Workers of the runtime import modules by absolute URL.
  const isUrl =
    specifier.startsWith("file:") && !existsSync(new URL(specifier));
  if (
    (isUrl || (parentURL?.endsWith(".ts") && /^\.\.?\//.test(specifier))) &&
    specifier.endsWith(".js")
  ) {
    const source = new URL(specifier.replace(/\.js$/, ".ts"), parentURL);
    if (existsSync(source)) return next(source.href, context);
  }
  return next(specifier, context);
}

export function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts"))
    return next(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = transformSync(readFileSync(sourcefile, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcefile,
    sourcemap: "inline",
    sourcesContent: false,
  });
  return { format: "module", source: code, shortCircuit: true };
}
