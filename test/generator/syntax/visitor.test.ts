import { expect, test } from "vitest";
import { visit, type Node } from "../../../generator/src/syntax/visitor.js";
import { parseClean } from "../../support/parse.js";

const text = `package a:b@1.0.0;
interface i {
  use c:d/e@2.0.0.{t as u};
  record r { x: list<u8>, y: option<u> }
  @since(version = 1.0.0)
  f: func(a: map<string, tuple<u8, u8>>) -> result<_, r>;
}
world w {
  include v with { a as b }
  export l: i;
}
`;

test("nodes are entered in the order of the text and left inside out", () => {
  const { source, ...file } = parseClean(text);
  const trace: string[] = [];
  const complete = visit(
    { source, ...file },
    {
      enter: {
        any: (node, parents) => {
          trace.push(`${" ".repeat(parents.length)}${node.kind}`);
        },
      },
      leave: {
        record: () => {
          trace.push("record left");
        },
      },
    },
  );
  expect(complete).toBe(true);
  expect(trace.slice(0, 6)).toEqual([
    "file",
    " package-header",
    "  package-name",
    "   identifier",
    "   identifier",
    "   version",
  ]);
  const starts: number[] = [];
  visit(
    { source, ...file },
    {
      enter: {
        any: (node) => {
          starts.push(node.start);
        },
      },
    },
  );
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(trace.indexOf("record left")).toBe(trace.indexOf("  function") - 1);
});

test("a function of a kind gets nodes of that kind and their parents", () => {
  const names: string[] = [];
  visit(parseClean(text), {
    enter: {
      field: (field, parents) => {
        names.push(
          `${parents.map(({ kind }) => kind).join(".")} ${field.name.name}`,
        );
      },
    },
  });
  expect(names).toEqual(["file.interface.record x", "file.interface.record y"]);
});

test("an answer skips the children or stops", () => {
  const kinds: string[] = [];
  const seen = (node: Node): undefined => {
    kinds.push(node.kind);
  };
  visit(parseClean(text), { enter: { any: seen, interface: () => "skip" } });
  expect(kinds).not.toContain("record");
  expect(kinds).toContain("include-name");
  expect(visit(parseClean(text), { enter: { record: () => "stop" } })).toBe(
    false,
  );
});

test("100,000 items are no matter", () => {
  const file = parseClean("interface i {}\n".repeat(100_000));
  let count = 0;
  visit(file, {
    enter: {
      interface: () => {
        count++;
      },
    },
  });
  expect(count).toBe(100_000);
});
