// Usage: node scripts/wasi-wit.mjs FOLDER. Writes the WIT of the WASI backend and all its dependencies to a folder.
//
// The WIT of WASI itself is not part of this repository. It is copied from the snapshot in the jco package, which is ©
// the Contributors to the WASI Specification, under the W3C Community Contributor License Agreement.
import { cp, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const jco = dirname(
  createRequire(import.meta.url).resolve("@bytecodealliance/jco"),
);
const snapshot = join(jco, "../lib/wit/builtin/0.2.12");

/** Writes the WIT to a folder, after deleting its contents. */
export async function writeWasiWit(folder) {
  await rm(folder, { recursive: true, force: true });
  const deps = join(folder, "deps");
  await mkdir(deps, { recursive: true });
  await cp(
    join(root, "runtime/socket/src/wasi/wasi-sockets.wit"),
    join(folder, "wasi-sockets.wit"),
  );
  await cp(join(root, "wit"), join(deps, "core-libs"), { recursive: true });
  for (const name of ["wasi-sockets", "wasi-io", "wasi-clocks"])
    await cp(join(snapshot, name), join(deps, name), { recursive: true });
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("usage: wasi-wit.mjs FOLDER");
  await writeWasiWit(folder);
}
