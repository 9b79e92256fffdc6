import { expect, it } from "vitest";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
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
])(
  "selects the world %s from the root package if it has one",
  (name, paths) => {
    expect(pathsOf({ worlds: [name] })).toEqual(["index.ts", ...paths]);
  },
);

it("selects no interface of a dependency by a pattern that matches the empty name", () => {
  expect(pathsOf({ interfaces: ["{,others}"] })).toEqual([]);
});

function pathsOf(options: GenerateOptions): string[] {
  const { model, origins } = resolve({
    root: group(
      "mine.wit",
      "package mine:pkg; world both { import f: func(); }",
    ),
    dependencies: [
      group(
        "deps/other.wit",
        "package other:pkg; interface others { g: func(); } world both { import f: func(); } world theirs { import f: func(); }",
      ),
    ],
  });
  if (model === undefined) throw new Error("the WIT of the test is wrong");
  const { files } = generate(model, options, origins);
  return files.map(({ path }) => path);
}
