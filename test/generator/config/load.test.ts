import { execFileSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../generator/src/config/load.js";
import { testDirectory } from "../../support/directory.js";

const builtLoad = new URL(
  "../../../generator/dist/config/load.js",
  import.meta.url,
).href;

describe("loadConfig", () => {
  it("returns undefined if there is no configuration", async () => {
    const { path } = testDirectory({ "package.json": '{ "name": "x" }' });
    expect(await loadConfig(path)).toBeUndefined();
  });

  it.each([
    ["wit2ts.config.js", 'export default { wit: "idl", mode: "async" };'],
    ["wit2ts.config.mjs", 'export default { wit: "idl", mode: "async" };'],
    ["wit2ts.config.json", '{ "wit": "idl", "mode": "async" }'],
    [
      "package.json",
      '{ "name": "x", "wit2ts": { "wit": "idl", "mode": "async" } }',
    ],
  ])("reads %s, also from a subdirectory", async (name, text) => {
    const directory = testDirectory({
      [name]: text,
      "a/b/file": "",
      "a/package.json": "{}",
    });
    if (name === "wit2ts.config.js")
      directory.write("package.json", '{ "type": "module" }');
    expect(await loadConfig(directory.at("a/b"))).toEqual({
      path: directory.at(name),
      directory: directory.path,
      entries: [{ wit: "idl", mode: "async" }],
    });
  });

  it("reads several entries", async () => {
    const { path } = testDirectory({
      "wit2ts.config.json":
        '[{ "out": "a" }, { "out": "b", "features": ["x"] }]',
    });
    expect((await loadConfig(path))?.entries).toEqual([
      { out: "a" },
      { out: "b", features: ["x"] },
    ]);
  });

  it("reads the file given by name", async () => {
    const directory = testDirectory({
      "other.json": '{ "out": "x" }',
      "wit2ts.config.json": '{ "out": "y" }',
    });
    expect((await loadConfig(directory.path, "other.json"))?.entries).toEqual([
      { out: "x" },
    ]);
  });

  it("reloads a module that has changed", async () => {
    const directory = testDirectory({
      "wit2ts.config.mjs": 'export default { out: "one" };',
    });
    expect((await loadConfig(directory.path))?.entries).toEqual([
      { out: "one" },
    ]);
    directory.write("wit2ts.config.mjs", 'export default { out: "two" };');
    utimesSync(directory.at("wit2ts.config.mjs"), 1, 1);
    expect((await loadConfig(directory.path))?.entries).toEqual([
      { out: "two" },
    ]);
  });

  it("reloads a CommonJS module that has changed", () => {
    const directory = testDirectory({
      "package.json": "{}",
      "wit2ts.config.js": 'module.exports = { out: "one" };',
    });
    // In a process of its own: Vitest does not cache these modules as Node does.
    const program = `
      import { utimesSync, writeFileSync } from "node:fs";
      import { loadConfig } from ${JSON.stringify(builtLoad)};
      const before = await loadConfig(".");
      writeFileSync("wit2ts.config.js", 'module.exports = { out: "two" };');
      utimesSync("wit2ts.config.js", 1, 1);
      const after = await loadConfig(".");
      console.log(before.entries[0].out, after.entries[0].out);
    `;
    const argv = ["--input-type=module", "--eval", program];
    const output = execFileSync(process.execPath, argv, {
      cwd: directory.path,
      encoding: "utf8",
    });
    expect(output).toBe("one two\n");
  });

  it("awaits an exported promise", async () => {
    const { path } = testDirectory({
      "wit2ts.config.mjs": 'export default Promise.resolve({ out: "x" });',
    });
    expect((await loadConfig(path))?.entries).toEqual([{ out: "x" }]);
  });

  it.each(["wit2ts.config.json", "wit2ts.config.mjs"])(
    "reports an empty %s",
    async (name) => {
      const directory = testDirectory({ [name]: "\n", "below/file": "" });
      await expect(loadConfig(directory.at("below"))).rejects.toMatchObject({
        message: `the configuration file ${directory.at(name)} is empty`,
        exitCode: 2,
      });
    },
  );

  it("ignores a package.json that is not valid JSON", async () => {
    const { path } = testDirectory({ "package.json": "{ // nonsense" });
    expect(await loadConfig(path)).toBeUndefined();
  });

  it.each([
    ['{ "mdoe": "async" }', 'there is no option "mdoe"; did you mean "mode"?'],
    [
      '{ "mode": "fast" }',
      '"mode" must be "sync", "async" or "both", not "fast"',
    ],
    ['{ "wit": 1 }', '"wit" must be a string, not 1'],
    ['{ "out": "a\\u0000b" }', '"out" must be a string, not "a\\u0000b"'],
    [
      '{ "features": [1] }',
      '"features" must be a string or a list of strings, not a list',
    ],
    [
      '{ "allFeatures": "yes" }',
      '"allFeatures" must be true or false, not "yes"',
    ],
    ['[{}, "wit"]', 'entry 2: expected an object, not "wit"'],
    ["[]", "it is an empty list"],
    ["null", "expected an object, not null"],
    ['{ "wit": {} }', '"wit" must be a string, not an object'],
    ["{", "is not valid JSON"],
  ])("reports what is wrong with %s", async (text, message) => {
    const { path } = testDirectory({ "wit2ts.config.json": text });
    await expect(loadConfig(path, "wit2ts.config.json")).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: 2,
    });
  });

  it("also checks inherited options", async () => {
    const { path } = testDirectory({
      "wit2ts.config.mjs":
        'export default Object.assign(Object.create({ mode: "fast" }), { out: "x" });',
    });
    await expect(loadConfig(path)).rejects.toMatchObject({
      message: expect.stringContaining('"mode" must be "sync"') as string,
      exitCode: 2,
    });
  });

  it("reports all problems at once", async () => {
    const { path } = testDirectory({
      "wit2ts.config.json": '{ "a": 1, "wit": false }',
    });
    await expect(loadConfig(path)).rejects.toThrow(
      /option "a"\n.*"wit" must be/s,
    );
  });

  it.each([
    ["throws.mjs", 'throw new Error("boom");', "boom"],
    ["syntax.mjs", "export default {", "cannot load"],
    ["nothing.mjs", "export const config = {};", "no default export"],
    ["config.yaml", "wit: wit", "expected a .js, .mjs or .json file"],
    ["map.mjs", "export default new Map();", "expected an object, not a Map"],
    [
      "function.mjs",
      "export default () => ({});",
      "expected an object, not a function",
    ],
    [
      "rejects.mjs",
      'export default Promise.reject(new Error("boom"));',
      "boom",
    ],
    ["empty.json", "", "is empty"],
    ["package.json", "{}", 'no key "wit2ts"'],
  ])("reports why %s is not a configuration", async (name, text, message) => {
    const { path } = testDirectory({ [name]: text });
    await expect(loadConfig(path, name)).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: 2,
    });
  });

  it("reports that the configuration file is a directory", async () => {
    const { path } = testDirectory({ "wit2ts.config.json/file": "" });
    await expect(loadConfig(path)).rejects.toMatchObject({
      message: `cannot read the configuration of ${path}: it is a directory`,
      exitCode: 1,
    });
  });

  it.each(["ts", "mts", "cts", "cjs"])(
    "reports that wit2ts.config.%s has an unsupported extension",
    async (extension) => {
      const name = `wit2ts.config.${extension}`;
      const directory = testDirectory({
        [name]: "export default {};",
        "below/file": "",
      });
      await expect(loadConfig(directory.at("below"))).rejects.toMatchObject({
        message: `cannot read the configuration ${directory.at(name)}: expected a .js, .mjs or .json file`,
        exitCode: 2,
      });
      directory.write("wit2ts.config.json", '{ "out": "x" }');
      expect((await loadConfig(directory.path))?.entries).toEqual([
        { out: "x" },
      ]);
    },
  );

  it("reports that the file given by name is missing", async () => {
    const { path } = testDirectory();
    await expect(loadConfig(path, "nope.json")).rejects.toThrow(
      "there is no configuration file",
    );
  });
});
