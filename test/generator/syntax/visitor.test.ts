import { expect, test } from "vitest";
import { findNodes, visit } from "../../../generator/src/syntax/visitor.js";
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

test("nodes are entered in source order, and left after their children", () => {
  const trace: string[] = [];
  const starts: number[] = [];
  const complete = visit(parseClean(text), {
    enter: (node, parents) => {
      trace.push(`${" ".repeat(parents.length)}${node.kind}`);
      starts.push(node.start);
      return undefined;
    },
    leave: (node, parents) => {
      trace.push(`${" ".repeat(parents.length)}${node.kind} left`);
    },
  });
  expect(complete).toBe(true);
  expect(trace.slice(0, 5)).toEqual([
    "file",
    " package-header",
    "  package-name",
    "   identifier",
    "   identifier left",
  ]);
  expect(trace.at(-1)).toBe("file left");
  expect(trace.indexOf("  record left")).toBe(trace.indexOf("  function") - 1);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
});

test("findNodes returns the nodes of a kind with the properties of that kind", () => {
  const fields = findNodes(parseClean(text), "field");
  expect(fields.map(({ name }) => name.name)).toEqual(["x", "y"]);
  expect(findNodes(parseClean(text), "constructor")).toEqual([]);
});

test("the result of `enter` can skip the children or stop the visit", () => {
  const kinds: string[] = [];
  visit(parseClean(text), {
    enter: (node) => {
      kinds.push(node.kind);
      return node.kind === "interface" ? "skip" : undefined;
    },
  });
  expect(kinds).not.toContain("record");
  expect(kinds).toContain("include-name");
  expect(visit(parseClean(text), { enter: () => "stop" })).toBe(false);
});

test("100,000 items can be visited", () => {
  const file = parseClean("interface i {}\n".repeat(100_000));
  expect(findNodes(file, "interface")).toHaveLength(100_000);
});

test("nodes are plain objects with enumerable `kind`, `start` and `end`", () => {
  let count = 0;
  visit(parseClean(text), {
    enter: (node) => {
      count++;
      expect(Object.keys(node)).toEqual(
        expect.arrayContaining(["kind", "start", "end"]),
      );
      return undefined;
    },
  });
  expect(count).toBeGreaterThan(30);
});
