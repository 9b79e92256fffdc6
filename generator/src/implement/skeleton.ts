import {
  NewLineKind,
  Node,
  Project,
  ScriptKind,
  type SourceFile,
  SyntaxKind,
} from "ts-morph";
import {
  type Contract,
  type Member,
  type ResourceMember,
  readContract,
} from "./contract.js";
import type { ImportExtension } from "../emit/options.js";
import { addTypeImports } from "./imports.js";
import {
  findTarget,
  missingMembers,
  plainName,
  type Target,
  unwrapped,
} from "./present.js";
import { SkeletonError } from "./skeleton-error.js";

/** The two forms of an implementation. */
export type Style = "class" | "object";

/** Which contract to write a skeleton of, and where. */
export interface SkeletonOptions {
  /** The generated module that holds the contract. */
  readonly contract: {
    /** The name of the interface, such as `AsyncSocket`. */
    readonly name: string;
    /** The absolute path of the module, with `/`. It need not exist. */
    readonly path: string;
    readonly text: string;
    /** How the module is imported. Default: `js`. */
    readonly importExtension?: ImportExtension;
  };
  /** The implementation. */
  readonly target: {
    /** The absolute path of the file, with `/`. */
    readonly path: string;
    /** The current text of the file; absent for a new file. */
    readonly text?: string;
    /** The name of the class or object. */
    readonly name: string;
    /** The form to create if the class or object does not exist. */
    readonly style: Style;
  };
}

/** The resulting file, and what was added to it. */
export interface Skeleton {
  readonly text: string;
  /** The names of the added members. Those of a resource are prefixed with its name. */
  readonly added: readonly string[];
  /** Whether the class or object itself was missing. */
  readonly created: boolean;
}

/**
 * Writes the skeleton of an implementation of a contract, or completes an existing one. Missing members are added at
 * the end, each throwing until it is implemented, along with the imports that they need. Existing code is kept exactly,
 * and a second run changes nothing.
 *
 * @throws {@link SkeletonError} if the name stands for something that cannot be completed, if members may come from an
 *   unknown source, or if the file does not parse.
 */
export function writeSkeleton({ contract, target }: SkeletonOptions): Skeleton {
  const newLineKind =
    target.text?.includes("\r\n") === true
      ? NewLineKind.CarriageReturnLineFeed
      : NewLineKind.LineFeed;
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: { noLib: true },
    manipulationSettings: { newLineKind },
  });
  const module = project.createSourceFile(contract.path, contract.text, {
    scriptKind: ScriptKind.TS,
  });
  const read = readContract(module, contract.name);
  const [mark = "", before = ""] =
    /^(\uFEFF?)(.*)$/s.exec(target.text ?? "")?.slice(1) ?? [];
  const file = project.createSourceFile(target.path, before, {
    scriptKind: ScriptKind.TS,
    overwrite: true,
  });
  refuseBroken(project, file);
  const found = findTarget(file, target.name);
  const place = {
    contract: read.name,
    error: errorName(file, [
      read.name,
      target.name,
      ...read.members.flatMap(allMentions),
    ]),
  };
  const missing = found === undefined ? read.members : [];
  const added: string[] = missing.map((member) => member.name);
  const mentions = missing.flatMap(allMentions);
  if (found === undefined) {
    if (mentions.includes(target.name)) {
      throw new SkeletonError(
        `\`${target.name}\` is the name of a type that the contract mentions; give the implementation another one`,
      );
    }
    append(
      file,
      declaration(read, target.name, { style: target.style, ...place }),
    );
    mentions.push(read.name);
  } else {
    complete(
      () => findTarget(file, target.name),
      read.members,
      place,
      added,
      mentions,
    );
  }
  addTypeImports(file, module, mentions, contract.importExtension);
  // ts-morph drops the byte order mark.
  return {
    text: mark + file.getFullText(),
    added,
    created: found === undefined,
  };
}

/**
 * Adds the missing members to a class or object, and to the resource classes inside it. Each insertion rebuilds the
 * AST, which invalidates its nodes, so the target is looked up again each time.
 */
function complete(
  find: () => Target | undefined,
  members: readonly Member[],
  place: Omit<Surroundings, "style">,
  added: string[],
  mentions: string[],
): void {
  for (const member of members) {
    if (member.kind !== "resource") continue;
    const inner = (): Target | undefined => classOf(find(), member);
    if (inner() !== undefined)
      complete(
        inner,
        member.members,
        { ...place, resource: member.name },
        added,
        mentions,
      );
  }
  const target = find();
  if (target === undefined) return;
  const missing = missingMembers(target, members);
  if (missing.length === 0) return;
  insertMembers(target, missing, place);
  const prefix = place.resource === undefined ? "" : `${place.resource}.`;
  added.push(...missing.map((member) => prefix + member.name));
  mentions.push(...missing.flatMap(allMentions));
  // The class of a resource is annotated with the type of the contract's member. In an object literal, no annotation is
  // needed.
  const isObject = Node.isObjectLiteralExpression(find());
  if (!isObject && missing.some(({ kind }) => kind === "resource"))
    mentions.push(place.contract);
}

function allMentions(member: Member): string[] {
  return [
    ...member.mentions,
    ...(member.kind === "resource" ? member.members.flatMap(allMentions) : []),
  ];
}

function refuseBroken(project: Project, file: SourceFile): void {
  const [first] = project.getProgram().getSyntacticDiagnostics(file);
  if (first === undefined) return;
  const { line, column } = file.getLineAndColumnAtPos(first.getStart());
  const message = first.getMessageText();
  const text = typeof message === "string" ? message : message.getMessageText();
  throw new SkeletonError(
    `${file.getFilePath()}:${line}:${column}: this is not TypeScript: ${text}`,
  );
}

/** The class expression that implements a resource, if the target itself contains it. */
function classOf(
  target: Target | undefined,
  resource: ResourceMember,
): Target | undefined {
  const isNamed = (each: { getName(): string }): boolean =>
    plainName(each.getName()) === resource.name;
  const property = Node.isObjectLiteralExpression(target)
    ? target
        .getProperties()
        .find((each) => !Node.isSpreadAssignment(each) && isNamed(each))
    : target?.getInstanceProperty(isNamed);
  if (
    !Node.isPropertyAssignment(property) &&
    !Node.isPropertyDeclaration(property)
  )
    return undefined;
  const value = unwrapped(property.getInitializer());
  return Node.isClassExpression(value) ? value : undefined;
}

/** How to refer to the global `Error` in a file that may declare or import another `Error`. */
function errorName(file: SourceFile, names: readonly string[]): string {
  const isTaken =
    names.includes("Error") ||
    file.getLocals().some((symbol) => symbol.getName() === "Error");
  return isTaken ? "globalThis.Error" : "Error";
}

function declaration(
  contract: Contract,
  name: string,
  place: Surroundings,
): string {
  const { style } = place;
  const head =
    style === "class"
      ? `export class ${name} implements ${contract.name} {`
      : `export const ${name}: ${contract.name} = {`;
  const body = contract.members
    .map((member) => memberText(member, place))
    .join("\n");
  return `${contract.documentation}${head}\n${body}${style === "class" ? "}" : "};"}\n`;
}

/** The context that a member is written in. */
interface Surroundings {
  readonly style: Style;
  /** The name of the contract that is implemented. */
  readonly contract: string;
  /** How to refer to the global `Error`: a type of the interface may have the same name. */
  readonly error: string;
  /** The resource that the member belongs to, if any. */
  readonly resource?: string;
  /** Whether the class extends another one, whose constructor must be called. */
  readonly extends?: boolean;
}

/** The text of a new member, indented by one level. */
function memberText(
  member: Member,
  { style, contract, error, resource, extends: isDerived }: Surroundings,
): string {
  const end = style === "class" ? "" : ",";
  const prefix =
    (member.isStatic ? "static " : "") +
    (member.kind === "method" && member.isAsync ? "async " : "");
  const name = `${resource === undefined ? "" : `${resource}.`}${plainName(member.name)}`;
  // Passing the arguments as the cause helps to debug a premature call, and avoids unused-parameter warnings.
  const cause =
    "parameters" in member && member.parameters.length > 0
      ? `, { cause: { ${member.parameters.join(", ")} } }`
      : "";
  const notYet = `throw new ${error}(${JSON.stringify(`${name} is not implemented`)}${cause});`;
  const text = ((): string => {
    switch (member.kind) {
      case "method":
        return `${prefix}${member.signature} {\n  ${notYet}\n}${end}`;
      case "constructor":
        // No arguments: the base class has no constructor of its own, or this one would not be missing.
        return `constructor${member.signature} {\n  ${isDerived === true ? "super();\n  " : ""}${notYet}\n}`;
      case "value":
        return `${prefix}get ${member.name}(): ${member.type} {\n  ${notYet}\n}${end}`;
      case "resource": {
        const body = member.members
          .map((inner) =>
            memberText(inner, {
              style: "class",
              contract,
              error,
              resource: member.name,
            }),
          )
          .join("\n");
        const expression = `class implements ${member.instance} {\n${body}}`;
        return style === "class"
          ? `readonly ${member.name}: ${contract}["${member.name}"] = ${expression};`
          : `${member.name}: ${expression},`;
      }
    }
  })();
  return indent(`${member.documentation}${text}\n`, "  ");
}

function indent(text: string, by: string): string {
  return text.replaceAll(/^(?=.)/gm, by);
}

function append(file: SourceFile, text: string): void {
  const before = file.getFullText();
  const gap = before === "" ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  file.insertText(before.length, gap + text);
}

/** Inserts members before the closing brace, relative to its indentation. */
function insertMembers(
  target: Target,
  members: readonly Member[],
  place: Omit<Surroundings, "style">,
): void {
  const file = target.getSourceFile();
  const full = file.getFullText();
  const isObject = Node.isObjectLiteralExpression(target);
  const close = target
    .getLastChildByKindOrThrow(SyntaxKind.CloseBraceToken)
    .getStart();
  const lineStart = full.lastIndexOf("\n", close - 1) + 1;
  const base = /^[ \t]*/.exec(full.slice(lineStart))?.[0] ?? "";
  const isAlone = full.slice(lineStart, close).trim() === "";
  const last = (isObject ? target.getProperties() : target.getMembers()).at(-1);
  // An insertion rebuilds the AST, so read what is needed from it first.
  const separator = last && separatorBehind(last, members[0]);
  const lastEnd = last?.getEnd();
  const written = members
    .map((member) =>
      memberText(member, {
        ...place,
        style: isObject ? "object" : "class",
        extends: !isObject && target.getExtends() !== undefined,
      }),
    )
    .join("\n");
  const gap = (isAlone ? "" : "\n") + (last === undefined ? "" : "\n");
  const tail = isAlone ? "" : base;
  file.insertText(
    isAlone ? lineStart : close,
    gap + indent(written, base) + tail,
  );
  if (separator !== undefined && lastEnd !== undefined)
    file.insertText(lastEnd, separator);
}

/** What has to be inserted behind the last member so that another can follow it, if anything. */
function separatorBehind(
  last: Node,
  next: Member | undefined,
): "," | ";" | undefined {
  if (Node.isObjectLiteralExpression(last.getParent()))
    return last.getNextSiblingIfKind(SyntaxKind.CommaToken) === undefined
      ? ","
      : undefined;
  if (!Node.isPropertyDeclaration(last) || last.getText().endsWith(";"))
    return undefined;
  // A field without a semicolon may continue on the next line: `x = 1` with `[…]`, and a field `get` with a name.
  const isBare =
    last.getInitializer() === undefined && last.getTypeNode() === undefined;
  return isBare || next?.name.startsWith("[") === true ? ";" : undefined;
}
