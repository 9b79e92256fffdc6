import eslint from "@eslint/js";
import { ESLint } from "eslint";
import { defineConfig } from "eslint/config";
import { join } from "node:path";
import { expect, it } from "vitest";
import tseslint from "typescript-eslint";

/** The committed generated code: for hosts in both modes, and for guests. */
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

it("gives no lint problems and no unused disable directives under the strictest configurations", async () => {
  const root = join(import.meta.dirname, "../../..");
  const linter = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    // The configuration of a project that extends the strictest shared configurations.
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
