import { defineConfig } from "vitest/config";

/** Tests of code without state: files share a process, and load what they have in common once. */
const stateless = [
  "test/bench/**/*.test.ts",
  "test/corpus/**/*.test.ts",
  "test/differential/**/*.test.ts",
  "test/generator/**/*.test.ts",
  "test/types/**/*.test.ts",
];

export default defineConfig({
  test: {
    setupFiles: ["test/support/leaks.ts"],
    // Processes, not threads: tests start workers, change the environment and count descriptors.
    pool: "forks",
    // More than there are processors on a small machine: many tests wait for a timeout or a peer.
    maxWorkers: 3,
    // Only what hangs is to run into these: the slowest take a few seconds, and many times that on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "generator", include: stateless, isolate: false },
      },
      {
        extends: true,
        test: {
          name: "runtime",
          include: ["test/**/*.test.ts"],
          exclude: stateless,
        },
      },
    ],
  },
});
