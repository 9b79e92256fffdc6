import { describe, expect, it } from "vitest";
import {
  type Style,
  writeSkeleton,
} from "../../../generator/src/implement/skeleton.js";
import { bundledPackages } from "../../support/emit/bundled.js";
import { compile } from "../../support/emit/compile.js";
import { generate } from "../../../generator/src/generate.js";
import { fixtureText, generateText } from "../../support/emit/model.js";

/** The generated files, and a skeleton for every contract of their interfaces. */
function withSkeletons(
  files: ReadonlyMap<string, string>,
  style: Style,
): Map<string, string> {
  const all = new Map(files);
  for (const [path, text] of files) {
    const contracts = /InterfaceDescriptor<\{([^}]*)\}>/.exec(text)?.[1] ?? "";
    for (const [, contract = ""] of contracts.matchAll(
      /(?:sync|async): ([\w$]+)/g,
    )) {
      const target = path.replace(/\.ts$/, `.${contract}.${style}.ts`);
      const skeleton = writeSkeleton({
        contract: { name: contract, path: `/project/${path}`, text },
        target: { path: `/project/${target}`, name: "Mine", style },
      });
      all.set(target, skeleton.text);
    }
  }
  return all;
}

describe.each<Style>(["class", "object"])("skeletons as a %s", (style) => {
  it.each(["names", "resources", "types", "preview3", "docs"])(
    "of the fixture %s compile under the strictest options",
    { timeout: 120_000 },
    async (name) => {
      const files = withSkeletons(generateText(fixtureText(name)), style);
      expect(files.size).toBeGreaterThan(3);
      expect(await compile(files)).toEqual([]);
    },
  );

  it.each(["0.2.12/wasi-http", "0.3.0/wasi-http"])(
    "of jco's %s compile under the strictest options",
    { timeout: 120_000 },
    async (name) => {
      const found = bundledPackages().find((one) => one.name === name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      const { model, origins } = found.resolve();
      const generated = generate(model, {}, origins).files;
      const files = withSkeletons(
        new Map(generated.map(({ path, text }) => [path, text])),
        style,
      );
      expect(await compile(files)).toEqual([]);
    },
  );
});

it("omits the description of the asynchronous contract from the documentation of its implementation", () => {
  const text = generateText(
    "package a:b; /// Documented.\ninterface i { f: func(); } interface j { f: func(); }",
  );
  const skeletonOf = (name: string, path: string): string =>
    writeSkeleton({
      contract: { name, path: `/p/${path}`, text: text.get(path) ?? "" },
      target: { path: "/p/mine.ts", name: "Mine", style: "class" },
    }).text;
  expect(skeletonOf("AsyncI", "a/b/i.ts")).toContain(
    "\n\n/**\n * Documented.\n */\nexport class Mine implements AsyncI {",
  );
  expect(skeletonOf("AsyncJ", "a/b/j.ts")).toContain(
    ";\n\nexport class Mine implements AsyncJ {\n  async f(): Promise<void> {\n",
  );
});

it("writes a skeleton of an asynchronous contract that is an alias of the synchronous one", () => {
  const text = generateText(
    "package a:b; interface i { f: async func(a: u8); }",
  ).get("a/b/i.ts");
  const skeleton = writeSkeleton({
    contract: { name: "AsyncI", path: "/p/i.ts", text: text ?? "" },
    target: { path: "/p/mine.ts", name: "Mine", style: "class" },
  });
  expect(skeleton.text).toBe(`import type { AsyncI } from "./i.js";

export class Mine implements AsyncI {
  async f(a: number): Promise<void> {
    throw new Error("f is not implemented", { cause: { a } });
  }
}
`);
});
