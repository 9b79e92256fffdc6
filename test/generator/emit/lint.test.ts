import eslint from "@eslint/js";
import { ESLint } from "eslint";
import { defineConfig } from "eslint/config";
import { join } from "node:path";
import { expect, it } from "vitest";
import tseslint from "typescript-eslint";

/** What is generated here, for hosts in both modes and for guests, and committed. */
const generated = [
  "generated/scheduler",
  "examples/actions-http/generated",
  "runtime/socket/src/wasi/generated",
  "test/support/collections/generated",
  "test/support/guest/generated",
  "test/support/later/generated",
  "test/support/resources/generated",
  "test/support/shapes/generated",
];

it("gives linters nothing to remark on, nor to disable that would not be remarked on", async () => {
  const root = join(import.meta.dirname, "../../..");
  const linter = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    // As a project has them that takes over the strictest there are.
    overrideConfig: defineConfig(
      eslint.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      {
        languageOptions: {
          parserOptions: { projectService: true, tsconfigRootDir: root },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
      },
    ),
  });
  const results = await linter.lintFiles(
    generated.map((folder) => `${folder}/**/*.ts`),
  );
  expect(results.length).toBeGreaterThan(40);
  const problems = results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId }) => `${filePath}:${line} ${ruleId}`),
  );
  expect(problems).toEqual([]);
});
