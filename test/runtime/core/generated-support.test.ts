import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const manifest = createRequire(import.meta.url).resolve("wit2ts/package.json");
const { bin } = createRequire(import.meta.url)(manifest) as {
  bin: { wit2ts: string };
};
const command = join(dirname(manifest), bin.wit2ts);

describe("the bindings that the tests of the runtime use", () => {
  it.each([
    ["shapes"],
    ["resources"],
    ["collections", "--mode", "sync"],
    ["keys", "--mode", "sync"],
    ["guest", "--target", "guest", "--mode", "sync"],
  ])("%s are what the generator writes", (name, ...options) => {
    const folder = `test/support/${name}`;
    expect(() =>
      execFileSync(
        process.execPath,
        [
          command,
          "generate",
          `${folder}/wit`,
          "--out",
          `${folder}/generated`,
          "--check",
          ...options,
        ],
        { cwd: root, encoding: "utf8", stdio: "pipe" },
      ),
    ).not.toThrow();
  });
});
