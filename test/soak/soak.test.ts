import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the command as `npm run soak -- WORDS` does. */
async function soak(
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const done = await promisify(execFile)(
      process.execPath,
      ["--import", "./scripts/typescript.mjs", "test/soak/soak.ts", ...words],
      { cwd: root, timeout: 60_000 },
    );
    return { code: 0, ...done };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

it("the soak test runs every workload, and finds nothing left behind", async () => {
  const { code, stdout, stderr } = await soak("0.03", "1");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toContain("seed 1");
  expect(stdout).toMatch(/send +\d+ rounds/);
  expect(stdout).toMatch(/descriptors \d+ -> \d+/);
}, 60_000);

it.each([["0"], ["-1"], ["much"], ["1000"], ["1", "x"], ["1", "2", "3"]])(
  "the soak test rejects the arguments %s",
  async (...words) => {
    const { code, stderr } = await soak(...words);
    expect(code).toBe(2);
    expect(stderr).toContain("usage: npm run soak");
  },
);
