import { build } from "esbuild";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { JcoInstantiate } from "@wit2ts/runtime/jco";

const here = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));
const jco = join(
  dirname(createRequire(import.meta.url).resolve("@bytecodealliance/jco")),
  "jco.js",
);
const cache = here("../../../.cache/guests");
const store = "wit2ts-test:guest/store@0.1.0";

/**
 * Bundles the guest, builds a component from it with StarlingMonkey, which takes about 15 seconds, and transpiles the
 * component. The result is cached by the hash of all inputs.
 */
export async function loadGuest(): Promise<{ instantiate: JcoInstantiate }> {
  const { outputFiles } = await build({
    entryPoints: [here("./guest.ts")],
    bundle: true,
    format: "esm",
    target: "es2020",
    external: ["wit2ts-test:*", "log-it", "seal", "$root"],
    write: false,
  });
  const bundle = outputFiles[0]?.text ?? "";
  const hash = createHash("sha256").update(bundle);
  hash.update(await readFile(here("./wit/guest.wit")));
  hash.update(await readFile(join(dirname(jco), "../package.json")));
  const folder = join(cache, hash.digest("hex").slice(0, 20));
  const module = join(folder, "guest.js");
  if (!existsSync(module)) {
    // Another process may build the same guest. Both use the directory that is renamed first.
    const draft = `${folder}.${process.pid}`;
    await mkdir(draft, { recursive: true });
    try {
      const script = join(draft, "bundle.js");
      const component = join(draft, "component.wasm");
      await writeFile(script, bundle);
      await runJco([
        "componentize",
        script,
        ...["--wit", here("./wit")],
        ...["--world-name", "guest"],
        ...["--disable", "all"],
        ...["--out", component],
      ]);
      await runJco([
        "transpile",
        component,
        ...["--out-dir", draft],
        ...["--name", "guest"],
        ...["--instantiation", "async"],
        ...["--map", `${store}=${store}`],
      ]);
      await rename(draft, folder);
    } catch (error) {
      if (!existsSync(module)) throw error;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return (await import(pathToFileURL(module).href)) as {
    instantiate: JcoInstantiate;
  };
}

/** Runs jco in a child process, because it starts a worker for WASI that never exits. */
async function runJco(args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [jco, ...args]);
}
