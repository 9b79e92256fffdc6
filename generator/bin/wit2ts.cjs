#!/usr/bin/env node
const { enableCompileCache } = require("node:module");
const { setFlagsFromString } = require("node:v8");

// A run is over before optimized code pays for having been compiled, and what it allocates is soon garbage: to wait longer
// with the one saves a sixth of the time, and to keep the young generation small a quarter of the memory. V8 complains
// of flags it does not know, so engines that nobody has tried get none. They come first, for code that was compiled under
// other flags is not taken from the cache.
const major = Number.parseInt(process.versions.node, 10);
if (major <= 26) {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString(
    major < 22
      ? "--interrupt-budget=1000000"
      : "--invocation-count-for-maglev=8000",
  );
}
enableCompileCache?.();
require("../dist/command.cjs");
