import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { GenerateOptions } from "../../../generator/src/generate.js";
import { version } from "../../../generator/src/version.js";
import { fixtureText, generateText } from "../../support/emit/model.js";

const isUpdate = process.env["UPDATE_FIXTURES"] === "1";

/**
 * What is generated of a fixture, whole, so that a change of the generator shows in review what it changes. With
 * `UPDATE_FIXTURES=1` it is written anew. That it compiles is tested beside.
 */
it.each<[string, GenerateOptions]>([
  ["names", { mode: "both" }],
  ["docs", { mode: "sync" }],
  ["resources", { mode: "both" }],
  ["preview3", { mode: "both" }],
  ["worlds", { mode: "sync", target: "guest" }],
])("the fixture %s gives what is committed, with %o", (name, options) => {
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
