import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/leaks.ts"],
    // Processes, not threads: tests start workers, change the environment and count descriptors.
    pool: "forks",
    // More than there are processors on a small machine: many tests wait for a timeout or a peer.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
