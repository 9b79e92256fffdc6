// Modifies the skeleton of an implementation as users do: members are removed, comments added, and the layout changed.
import ts from "typescript";
import type { Random } from "../random.js";

/** A range of a text. */
type Range = readonly [start: number, end: number];

/**
 * Removes random members of the implementation called `name` and of the classes in it, and imports that are unused
 * after that. Adds comments, and changes the layout. The result still parses.
 */
export function damage(text: string, name: string, random: Random): string {
  let damaged = without(text, removedMembers(text, name, random));
  if (random.below(2) === 0) damaged = withoutIdleImports(damaged, random);
  damaged = withRemarks(damaged, random);
  const indentation = random.pick(["  ", "    ", "\t"]);
  damaged = damaged.replaceAll(/^(?: {2})+/gm, (spaces) =>
    indentation.repeat(spaces.length / 2),
  );
  return random.below(4) === 0 ? damaged.replaceAll("\n", "\r\n") : damaged;
}

type Body = ts.ClassLikeDeclaration | ts.ObjectLiteralExpression;

function removedMembers(text: string, name: string, random: Random): Range[] {
  const file = parse(text);
  const ranges: Range[] = [];
  const visit = (body: Body): void => {
    const members = ts.isObjectLiteralExpression(body)
      ? body.properties
      : body.members;
    const share = random.pick([0, 1, 2, 4]);
    members.forEach((member, index) => {
      if (random.below(4) < share) {
        const next = members[index + 1];
        // Including its comment and the comma after it.
        ranges.push([
          member.getFullStart(),
          next?.getFullStart() ?? members.end,
        ]);
        return;
      }
      const value =
        ts.isPropertyAssignment(member) || ts.isPropertyDeclaration(member)
          ? member.initializer
          : undefined;
      if (value !== undefined && ts.isClassExpression(value)) visit(value);
    });
  };
  ts.forEachChild(file, (node) => {
    if (ts.isClassDeclaration(node) && node.name?.text === name) visit(node);
    if (!ts.isVariableStatement(node)) return;
    for (const { name: own, initializer } of node.declarationList.declarations)
      if (
        own.getText() === name &&
        initializer !== undefined &&
        ts.isObjectLiteralExpression(initializer)
      )
        visit(initializer);
  });
  return ranges;
}

/** Removes imported names that the text does not use. */
function withoutIdleImports(text: string, random: Random): string {
  const file = parse(text);
  const uses = new Map<string, number>();
  const count = (node: ts.Node): void => {
    if (ts.isIdentifier(node))
      uses.set(node.text, (uses.get(node.text) ?? 0) + 1);
    ts.forEachChild(node, count);
  };
  count(file);
  const ranges: Range[] = [];
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const named = statement.importClause?.namedBindings;
    if (named === undefined || !ts.isNamedImports(named)) continue;
    const idle = named.elements.filter(
      (each) => (uses.get(each.name.text) ?? 0) <= 1 && random.below(3) > 0,
    );
    if (idle.length === named.elements.length)
      ranges.push([statement.getFullStart(), statement.end]);
    else
      for (const each of idle) {
        const at = named.elements.indexOf(each);
        const next = named.elements[at + 1];
        const before = named.elements[at - 1];
        // If two neighbours are both removed, one of the ranges includes the comma between them.
        if (next !== undefined) ranges.push([each.getStart(), next.getStart()]);
        else if (before !== undefined && !idle.includes(before))
          ranges.push([before.end, each.end]);
      }
  }
  return without(text, ranges);
}

/** Adds comments between and after members. */
function withRemarks(text: string, random: Random): string {
  return text
    .split("\n")
    .map((line) => {
      if (!/^ +\},?$/.test(line) || random.below(3) > 0) return line;
      return random.pick([
        `${line} // done`,
        `${line}\n\n  /* a { remark } */`,
        `${line}\n\n  // to do: "the rest"`,
      ]);
    })
    .join("\n");
}

function without(text: string, ranges: readonly Range[]): string {
  let left = "";
  let at = 0;
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    if (start < at) continue;
    left += text.slice(at, start);
    at = end;
  }
  return left + text.slice(at);
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("mine.ts", text, ts.ScriptTarget.ES2022, true);
}

/** Whether the characters of `part` are a subsequence of those of `text`. */
export function holds(text: string, part: string): boolean {
  let at = 0;
  for (const character of part) {
    at = text.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
