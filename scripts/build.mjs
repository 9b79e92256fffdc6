// Compiles every package and bundles the command.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const tsc = require.resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "--build"], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
