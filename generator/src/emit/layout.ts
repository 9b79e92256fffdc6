/**
 * The layout of what is too wide for one line. The documents are those that Prettier itself makes of the same code, so
 * that what its printer gives is what formatting our output with Prettier would give.
 */
import { builders, printer } from "prettier/doc";
import type { TypeExpression } from "./expression.js";
import { flatType, type Names } from "./flat.js";

type Doc = builders.Doc;

const { align, group, ifBreak, indent, indentIfBreak, join, line, softline } =
  builders;

/** The width of a line, Prettier's default. */
export const printWidth = 80;

/** Below this width of its key, Prettier never moves a value to the next line. */
export const shortKey = 5;

/** A parameter of a function, as TypeScript has it. */
export interface ParameterLayout {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeExpression;
}

/** Prints a document whose first line begins in column 0; `indentation` is how far right the whole stands. */
function print(doc: Doc, indentation: string): string {
  const nested = indentation === "" ? doc : align(indentation.length, doc);
  return printer.printDocToString([indentation, nested], {
    printWidth,
    tabWidth: 2,
    useTabs: false,
  }).formatted;
}

/** A type, without what its place adds around a union. */
function typeDoc(type: TypeExpression, names: Names): Doc {
  switch (type.kind) {
    case "text":
      return type.text;
    case "name":
      return type.arguments === undefined
        ? names(type.symbol)
        : [names(type.symbol), typeArgumentsDoc(type.arguments, names)];
    case "array":
      return type.element.kind === "union"
        ? [
            "(",
            group([indent([softline, typeDoc(type.element, names)]), softline]),
            ")",
            "[]",
          ]
        : [typeDoc(type.element, names), "[]"];
    case "tuple":
      return tupleDoc(type.elements, names);
    case "union":
      return group([
        ifBreak("| "),
        join(
          [line, "| "],
          type.members.map((member) => align(2, typeDoc(member, names))),
        ),
      ]);
    case "object":
      return group([
        "{",
        indent([
          line,
          join(
            [";", line],
            type.properties.map(({ key, type: value }) =>
              group([key, ":", " ", annotationDoc(value, names)]),
            ),
          ),
          ifBreak(";"),
        ]),
        line,
        "}",
      ]);
  }
}

function tupleDoc(elements: readonly TypeExpression[], names: Names): Doc {
  if (elements.length === 0) return "[]";
  const docs = elements.map((element) => {
    const doc = typeDoc(element, names);
    // A union that is not alone stands in parentheses where it is broken.
    return element.kind === "union" && elements.length > 1
      ? group([indent([ifBreak(["(", softline]), doc]), softline, ifBreak(")")])
      : group(doc);
  });
  return group([
    "[",
    indent([softline, join([",", line], docs), ifBreak(",")]),
    softline,
    "]",
  ]);
}

/** A single plain argument stays where it is, however long. */
function typeArgumentsDoc(types: readonly TypeExpression[], names: Names): Doc {
  const [first] = types;
  if (types.length === 1 && first !== undefined && isPlain(first))
    return ["<", typeDoc(first, names), ">"];
  const docs = types.map((type) => typeDoc(type, names));
  return group([
    "<",
    indent([softline, join([",", line], docs)]),
    softline,
    ">",
  ]);
}

function isPlain(type: TypeExpression): boolean {
  return (
    type.kind === "text" ||
    type.kind === "object" ||
    (type.kind === "name" && type.arguments === undefined)
  );
}

/** A type behind a colon. */
function annotationDoc(type: TypeExpression, names: Names): Doc {
  const doc = typeDoc(type, names);
  return type.kind === "union" ? group(indent([softline, doc])) : doc;
}

function parametersDoc(
  parameters: readonly ParameterLayout[],
  names: Names,
): Doc {
  if (parameters.length === 0) return ["(", ")"];
  const docs = parameters.map(({ name, optional, type }) => [
    name,
    optional ? "?: " : ": ",
    annotationDoc(type, names),
  ]);
  return [
    "(",
    indent([softline, join([",", line], docs)]),
    ifBreak(","),
    softline,
    ")",
  ];
}

/** `key: type;` or `key?: type;` */
export function layoutProperty(
  key: string,
  type: TypeExpression,
  names: Names,
  indentation: string,
): string {
  return print(
    [group([key, ": ", annotationDoc(type, names)]), ";"],
    indentation,
  );
}

/** `name(parameters): type;`, or with `new ` as its name a constructor; a class has its constructor without a type. */
export function layoutMethod(
  name: string,
  parameters: readonly ParameterLayout[],
  result: TypeExpression | undefined,
  names: Names,
  indentation: string,
): string {
  const plain = plainMethod(name, parameters, result, names, indentation);
  if (plain !== undefined) return plain;
  const doc: Doc[] = [name, parametersDoc(parameters, names)];
  if (result !== undefined) doc.push(": ", annotationDoc(result, names));
  return print([group(doc), ";"], indentation);
}

/** The usual case, without documents: each parameter fits on a line of its own, and the result behind them. */
function plainMethod(
  name: string,
  parameters: readonly ParameterLayout[],
  result: TypeExpression | undefined,
  names: Names,
  indentation: string,
): string | undefined {
  if (parameters.length === 0) return undefined;
  let text = `${indentation}${name}(\n`;
  for (const { name: key, optional, type } of parameters) {
    const line = `${indentation}  ${key}${optional ? "?" : ""}: ${flatType(type, names)},`;
    if (line.length > printWidth) return undefined;
    text += `${line}\n`;
  }
  const end = `${indentation})${result === undefined ? "" : `: ${flatType(result, names)}`};`;
  return end.length > printWidth ? undefined : text + end;
}

/** The usual case of a union, without documents: it fits on the next line, or each member on a line of its own. */
function plainUnion(
  head: string,
  members: readonly TypeExpression[],
  names: Names,
  indentation: string,
): string | undefined {
  const flat = members.map((member) => flatType(member, names));
  const inner = `${indentation}  `;
  const oneLine = `${inner}${flat.join(" | ")};`;
  if (oneLine.length <= printWidth) {
    return `${indentation}${head} =\n${oneLine}`;
  }
  let text = `${indentation}${head} =`;
  for (const member of flat) {
    if (inner.length + 2 + member.length + 1 > printWidth) return undefined;
    text += `\n${inner}| ${member}`;
  }
  return `${text};`;
}

/** `type Name = …;` with what stands in front of it. */
export function layoutAlias(
  head: string,
  type: TypeExpression,
  names: Names,
  indentation: string,
): string {
  if (type.kind === "union") {
    const plain = plainUnion(head, type.members, names, indentation);
    if (plain !== undefined) return plain;
  }
  const doc = typeDoc(type, names);
  return print(
    [
      group([
        head,
        " =",
        ...assigned(type.kind === "union" ? undefined : doc, doc),
      ]),
      ";",
    ],
    indentation,
  );
}

/** What follows `=`: a union moves to lines of its own, anything else to the next line where it does not fit. */
function assigned(movable: Doc | undefined, doc: Doc): Doc[] {
  if (movable === undefined) return [group(indent([line, doc]))];
  const id = Symbol("assignment");
  return [group(indent(line), { id }), indentIfBreak(movable, { groupId: id })];
}

/** `const NAME: type = value;` with what stands in front of it, where the value is a name. */
export function layoutConstant(
  head: string,
  value: string,
  indentation: string,
): string {
  return print(
    [group([head, " =", ...assigned(value, value)]), ";"],
    indentation,
  );
}

/** `const NAME = object["key"];` with what stands in front of it; the key with its quotes. */
export function layoutLookup(
  head: string,
  object: string,
  key: string,
): string {
  const value = [object, group(["[", indent([softline, key]), softline, "]"])];
  return print([group([head, " =", ...assigned(undefined, value)]), ";"], "");
}

/** `const NAME: type = callee(values);` with what stands in front of it. */
export function layoutCall(
  head: string,
  callee: string,
  values: string[],
): string {
  const call = group([
    callee,
    "(",
    indent([softline, join([",", line], values)]),
    ifBreak(","),
    softline,
    ")",
  ]);
  return print([group([head, " =", ...assigned(call, call)]), ";"], "");
}

/** `Key: (parameters): Type => ({ tag: "case", val }),` in an object that is expanded. */
export function layoutCaseConstructor(
  key: string,
  parameters: readonly ParameterLayout[],
  result: string,
  properties: string[],
  names: Names,
  indentation: string,
): string {
  const signature = group([parametersDoc(parameters, names), ": ", result]);
  const object = group([
    "{",
    indent([line, join([",", line], properties)]),
    ifBreak(","),
    line,
    "}",
  ]);
  const value = group([signature, " =>", group([" (", object, ")"])]);
  const placed = key.length < shortKey ? [" ", value] : assigned(value, value);
  return print([group([key, ":", ...placed]), ","], indentation);
}

/** `{ a, b } from "module";` with what stands in front of it. A single name is never broken off. */
export function layoutNames(
  head: string,
  names: string[],
  tail: string,
): string {
  if (names.length === 1) return `${head} { ${String(names[0])} }${tail}`;
  const start = head.trimStart();
  return print(
    [
      start,
      " ",
      group([
        "{",
        indent([line, join([",", line], names)]),
        ifBreak(","),
        line,
        "}",
      ]),
      tail,
    ],
    head.slice(0, head.length - start.length),
  );
}
