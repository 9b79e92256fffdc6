import { expect, test } from "vitest";
import { docsOf } from "../../../generator/src/syntax/docs.js";
import { parseClean, parseSound } from "../../support/parse.js";

function docsOfFirst(text: string): string | undefined {
  const file = parseClean(`package a:b;\n${text} interface i {}`);
  const [item] = file.items;
  return item?.kind === "interface"
    ? docsOf(item, file.source)?.contents
    : undefined;
}

test.each([
  ["", undefined],
  ["/// One.\n", "One."],
  ["// Any comment counts.\n", "Any comment counts."],
  ["/// One.\n///\n///   Two.\n", "One.\n\n  Two."],
  ["///One.\n///  Two.\n", "One.\n  Two."],
  ["/** One. */", "One."],
  ["/* One. */", "* One. */"],
  ["/**\n * One.\n * Two.\n */", "\n * One.\n * Two."],
  ["/// One.\r\n/// Two.\r\n", "One.\nTwo."],
  ["/// One.\n\n/// Two.\n", "One.\nTwo."],
  ["/// One.   \n///\n///\n", "One."],
  ["//// One.\n", "One."],
  ["/// a\n///\tb\n", "a\n\tb"],
  ["//\n", ""],
  ["/**/", ""],
  ["/***/", ""],
  ["/** a /* b */ c */", "a /* b */ c"],
  ["/// One.\n@since(version = 1.0.0) // not this\n", "One."],
])("%j documents %j", (comments, contents) => {
  expect(docsOfFirst(comments)).toBe(contents);
});

test("a comment at the end of the line before belongs to the following item", () => {
  const file = parseClean(
    "interface i {\n  a: func(); // of a\n  /// Of b.\n  b: func();\n}",
  );
  const [item] = file.items;
  const members = item?.kind === "interface" ? item.items : [];
  expect(
    members.map((member) => docsOf(member, file.source)?.contents),
  ).toEqual([undefined, "of a\nOf b."]);
});

test("fields, flags, cases and methods have docs", () => {
  const file = parseClean(`interface i {
  record r { /// a
    a: u8 /* not b */, /// b
    b: u8 }
  resource s { /// m
    m: func(); }
}`);
  const [item] = file.items;
  const [record, resource] = item?.kind === "interface" ? item.items : [];
  const fields = record?.kind === "record" ? record.fields : [];
  expect(fields.map((field) => docsOf(field, file.source)?.contents)).toEqual([
    "a",
    "b",
  ]);
  const methods = resource?.kind === "resource" ? resource.methods : [];
  expect(
    methods.map((method) => docsOf(method, file.source)?.contents),
  ).toEqual(["m"]);
});

test("an unterminated comment is documentation, too", () => {
  const { file } = parseSound("/// a\n/** b");
  expect(docsOf({ docs: 0 }, file.source)?.contents).toBe("a\nb");
});
