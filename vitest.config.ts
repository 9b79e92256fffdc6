import { defineConfig } from "vitest/config";

/** Tests of stateless code: their files share a process, so that common modules are loaded once. */
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
    // Processes rather than threads: tests start workers, change the environment and count file descriptors.
    pool: "forks",
    // More than a small machine has processors, because many tests wait for a timeout or a peer.
    maxWorkers: 3,
    // These limits are only for tests that hang: the slowest take a few seconds, and many times that on a busy machine.
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
