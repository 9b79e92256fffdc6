import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/leaks.ts"],
    // Processes, not threads: tests start workers, change the environment and count descriptors.
    pool: "forks",
    // More than there are processors on a small machine: many tests wait for a timeout or a peer.
    maxWorkers: 3,
    // Only what hangs is to run into these: the slowest take a few seconds, and many times that on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
