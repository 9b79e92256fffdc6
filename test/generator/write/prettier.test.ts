import { describe, expect, it } from "vitest";
import { Failure } from "../../../generator/src/failure.js";
import {
  findPrettierConfiguration,
  formatAsConfigured,
} from "../../../generator/src/write/prettier.js";
import { testDirectory } from "../../support/directory.js";

const generated = [{ path: "a/b.ts", text: 'export const a = "text";\n' }];

describe("findPrettierConfiguration", () => {
  it.each([
    [".prettierrc", "{}"],
    [".prettierrc.toml", ""],
    ["prettier.config.mjs", "export default {};"],
    ["package.json", '{ "prettier": {} }'],
    ["package.yaml", "prettier:\n  semi: false\n"],
  ])("finds %s in the directory or a parent", (name, text) => {
    const directory = testDirectory({ [name]: text, "x/y/z": "" });
    expect(findPrettierConfiguration(directory.path)).toBe(directory.at(name));
    expect(findPrettierConfiguration(directory.at("x/y"))).toBe(
      directory.at(name),
    );
    expect(findPrettierConfiguration(directory.at("not/yet/there"))).toBe(
      directory.at(name),
    );
  });

  it.each([
    ["package.json", '{ "devDependencies": { "prettier": "3" } }'],
    ["package.json", '"prettier" {'],
    ["prettier.txt", ""],
  ])("does not accept %s with %j as a configuration", (name, text) => {
    expect(
      findPrettierConfiguration(testDirectory({ [name]: text }).path),
    ).toBeUndefined();
  });
});

describe("formatAsConfigured", () => {
  it("returns files unchanged if there is no configuration", async () => {
    expect(await formatAsConfigured(testDirectory().path, generated)).toBe(
      generated,
    );
  });

  it("formats with the configuration that applies to each file, including .editorconfig", async () => {
    const { path } = testDirectory({
      ".prettierrc":
        '{ "singleQuote": true, "overrides": [{ "files": "a/*.ts", "options": { "semi": false } }] }',
      ".editorconfig":
        "root = true\n[*]\nend_of_line = crlf\nindent_style = tab\n",
    });
    const files = [
      ...generated,
      { path: "c.ts", text: "if (a) {\n  b();\n}\n" },
    ];
    expect(await formatAsConfigured(path, files)).toEqual([
      { path: "a/b.ts", text: "export const a = 'text'\n" },
      { path: "c.ts", text: "if (a) {\n\tb();\n}\n" },
    ]);
  });

  it("applies a configuration that has changed", async () => {
    const directory = testDirectory({ ".prettierrc": '{ "semi": true }' });
    expect(await formatAsConfigured(directory.path, generated)).toEqual(
      generated,
    );
    directory.write(".prettierrc", '{ "semi": false }');
    expect(await formatAsConfigured(directory.path, generated)).toEqual([
      { path: "a/b.ts", text: 'export const a = "text"\n' },
    ]);
  });

  it("uses the Prettier that is installed next to the configuration", async () => {
    const { path } = testDirectory({
      ".prettierrc": "{}",
      "node_modules/prettier/package.json":
        '{ "name": "prettier", "main": "index.js" }',
      "node_modules/prettier/index.js":
        "exports.resolveConfig = async () => null; exports.format = (text) => '// theirs\\n' + text;",
    });
    expect(await formatAsConfigured(path, generated)).toEqual([
      { path: "a/b.ts", text: '// theirs\nexport const a = "text";\n' },
    ]);
  });

  it.each([
    [".prettierrc", "a: [b", /in ".*prettierrc": Flow .* column 6$/],
    [".prettierrc.json", "{ nonsense", /in ".*prettierrc\.json": \w/],
    ["prettier.config.mjs", 'throw new Error("one\\ntwo");', /says: one$/],
    ["prettier.config.mjs", 'throw "text";', /says: text$/],
  ])("reports the problem with %s, %j", async (name, text, reason) => {
    const directory = testDirectory({ [name]: text });
    const formatting = formatAsConfigured(directory.path, generated);
    await expect(formatting).rejects.toThrow(Failure);
    await expect(formatting).rejects.toThrow(reason);
    await expect(formatting).rejects.toThrow(
      `cannot format with Prettier as ${directory.at(name)} says: `,
    );
  });
});
