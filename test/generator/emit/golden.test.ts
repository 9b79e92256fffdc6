import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { GenerateOptions } from "../../../generator/src/generate.js";
import { version } from "../../../generator/src/version.js";
import { fixtureText, generateText } from "../../support/emit/model.js";

const isUpdate = process.env["UPDATE_FIXTURES"] === "1";

/**
 * Compares all code generated from a fixture with a golden file, so that reviews show what a change of the generator
 * changes in its output. `UPDATE_FIXTURES=1` rewrites the golden files. `fixtures.test.ts` tests that the code compiles.
 */
it.each<[string, GenerateOptions]>([
  ["names", { mode: "both" }],
  ["docs", { mode: "sync" }],
  ["resources", { mode: "both" }],
  ["preview3", { mode: "both" }],
  ["worlds", { mode: "sync", target: "guest" }],
])("generates the golden file of the fixture %s with %o", (name, options) => {
  let text = "";
  for (const [path, content] of generateText(fixtureText(name), options))
    text += `// ${path}\n${content}\n`;
  text = text.replaceAll(`by wit2ts ${version} from`, "by wit2ts from");
  const golden = join(
    import.meta.dirname,
    "../../fixtures/emit",
    `${name}.wit.txt`,
  );
  if (isUpdate) writeFileSync(golden, text);
  else expect(text).toBe(readFileSync(golden, "utf8"));
});
