/**
 * The layout of code that is too wide for one line. The documents are the same as those that Prettier builds for such
 * code, so its printer gives the same text as formatting the output with Prettier.
 */
import { builders, printer } from "prettier/doc";
import type { TypeExpression } from "./expression.js";
import { flatType, type Names } from "./flat.js";

type Doc = builders.Doc;

const { align, group, ifBreak, indent, indentIfBreak, join, line, softline } =
  builders;

/** The maximum line width: Prettier's default. */
export const printWidth = 80;

/** Prettier never moves the value of a key shorter than this to the next line. */
export const shortKey = 5;

/** A parameter of a function in TypeScript. */
export interface ParameterLayout {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeExpression;
}

/** Prints a document with all lines indented. */
function print(doc: Doc, indentation: string): string {
  const nested = indentation === "" ? doc : align(indentation.length, doc);
  return printer.printDocToString([indentation, nested], {
    printWidth,
    tabWidth: 2,
    useTabs: false,
  }).formatted;
}

/** The document of a type, without the indentation that the context adds around a union. */
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
    // If a union that is not the only element breaks, Prettier adds parentheses.
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

/** The document of type arguments. Prettier does not break around a single plain argument, however long. */
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

/** The document of a type annotation, after the colon. */
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

/** `name(parameters): type;`. The name `new ` gives a construct signature, no `result` the constructor of a class. */
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

/** The common case, without building documents: each parameter fits on its own line, and so does the result. */
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

/** The common case of a union, without building documents: it fits on the next line, or each member on its own line. */
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

/** `type Name = …;`; `head` is the text in front of `=`. */
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

/**
 * The part after `=`. `movable` is laid out as Prettier's `fluid`: it moves to the next line if its start does not fit.
 * Without it, `doc` is laid out as `break-after-operator`: it moves if it does not fit on one line.
 */
function assigned(movable: Doc | undefined, doc: Doc): Doc[] {
  if (movable === undefined) return [group(indent([line, doc]))];
  const id = Symbol("assignment");
  return [group(indent(line), { id }), indentIfBreak(movable, { groupId: id })];
}

/** `const NAME: type = value;`, where the value is a name; `head` is the text in front of `=`. */
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

/** `const NAME = object["key"];`; `head` is the text in front of `=`, and `key` includes its quotes. */
export function layoutLookup(
  head: string,
  object: string,
  key: string,
): string {
  const value = [object, group(["[", indent([softline, key]), softline, "]"])];
  return print([group([head, " =", ...assigned(undefined, value)]), ";"], "");
}

/** `const NAME: type = callee(values);`; `head` is the text in front of `=`. */
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

/** `Key: (parameters): Type => ({ tag: "case", val }),` in an object literal that spans several lines. */
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

/** `import { a, b } from "module";`; `head` and `tail` enclose the braces. A single name stays on the same line. */
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
