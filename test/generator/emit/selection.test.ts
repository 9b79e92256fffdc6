import { expect, it } from "vitest";
import { generate } from "../../../generator/src/generate.js";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

const group = (path: string, text: string) => ({
  path,
  sources: [new SourceFile(path, text)],
});

it.each([
  ["both", ["mine/pkg/both.ts"]],
  ["theirs", ["other/pkg/theirs.ts"]],
  ["other:pkg/both", ["other/pkg/both.ts"]],
])("of the world %s is of the package's own, if it has one", (name, paths) => {
  const { model, origins } = resolve({
    root: group(
      "mine.wit",
      "package mine:pkg; world both { import f: func(); }",
    ),
    dependencies: [
      group(
        "deps/other.wit",
        "package other:pkg; world both { import f: func(); } world theirs { import f: func(); }",
      ),
    ],
  });
  if (model === undefined) throw new Error("the WIT of the test is wrong");
  const { files } = generate(model, { worlds: [name] }, origins);
  expect(files.map(({ path }) => path)).toEqual(["index.ts", ...paths]);
});
