// Removes all build output.
import { rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const packages = [
  "runtime/core",
  "generated",
  "runtime/socket",
  "generator",
  "examples",
  "bench",
  "test",
];

for (const name of packages) {
  rmSync(join(root, name, "dist"), { recursive: true, force: true });
  rmSync(join(root, name, "tsconfig.tsbuildinfo"), { force: true });
}
for (const name of ["out", ".cache"])
  rmSync(join(root, name), { recursive: true, force: true });
