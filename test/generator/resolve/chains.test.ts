import { expect, test } from "vitest";
import {
  resolve,
  type Resolution,
} from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

function resolveText(text: string): Resolution {
  return resolve(new SourceFile("test.wit", text));
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

const length = 5_000;

test.each([
  [
    "of `use`",
    lines(length, (i) =>
      i === 0
        ? "interface i0 { type t = u8; }"
        : `interface i${String(i)} { use i${String(i - 1)}.{t}; }`,
    ) + `\nworld w { export i${String(length - 1)}; }`,
  ],
  [
    "of `use`, backwards",
    lines(length, (i) =>
      i === length - 1
        ? `interface i${String(i)} { type t = u8; }`
        : `interface i${String(i)} { use i${String(i + 1)}.{t}; }`,
    ) + "\nworld w { import i0; }",
  ],
  [
    "of `include`",
    lines(length, (i) =>
      i === 0
        ? "world w0 { import f: func(); }"
        : `world w${String(i)} { include w${String(i - 1)}; }`,
    ),
  ],
  [
    "of aliases",
    `interface i {${lines(length, (i) => (i === length - 1 ? `resource t${String(i)};` : `type t${String(i)} = t${String(i + 1)};`))} f: func(x: t0); }`,
  ],
  [
    "of packages",
    lines(
      length,
      (i) =>
        `package a:p${String(i)} { interface i { ${i === 0 ? "type t = u8;" : `use a:p${String(i - 1)}/i.{t};`} } }`,
    ),
  ],
])("a chain %s does not exhaust the stack", (_name, text) => {
  expect(resolveText(`package a:b;\n${text}`).model).toBeDefined();
});

test.each([
  [
    "types",
    `interface i {${lines(100, (i) => `type t${String(i)} = t${String((i + 1) % 100)};`)}}`,
    "dependency-cycle",
  ],
  [
    "interfaces",
    lines(
      100,
      (i) => `interface i${String(i)} { use i${String((i + 1) % 100)}.{t}; }`,
    ),
    "dependency-cycle",
  ],
  [
    "packages",
    lines(
      100,
      (i) =>
        `package a:p${String(i)} { interface i { use a:p${String((i + 1) % 100)}/i.{t}; } }`,
    ),
    "package-cycle",
  ],
])("a cycle of %s is reported as one error", (_name, text, code) => {
  expect(resolveText(`package a:b;\n${text}`).diagnostics).toMatchObject([
    { code },
  ]);
});
