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

/** What to write a skeleton of, and where. */
export interface SkeletonOptions {
  /** The generated module that holds the contract. */
  readonly contract: {
    /** The name of the interface, such as `AsyncSocket`. */
    readonly name: string;
    /** The absolute path of the module, with `/`. It need not exist. */
    readonly path: string;
    readonly text: string;
    /** How the module is imported; `js` unless given. */
    readonly importExtension?: ImportExtension;
  };
  /** The implementation. */
  readonly target: {
    /** The absolute path of the file, with `/`. */
    readonly path: string;
    /** What is in it now; nothing for a new file. */
    readonly text?: string;
    /** The name of the class or object. */
    readonly name: string;
    /** What it becomes if it is not there yet. */
    readonly style: Style;
  };
}

/** The file as it should be, and what was added to it. */
export interface Skeleton {
  readonly text: string;
  /** The names of the members that were missing; those of a resource with its name in front. */
  readonly added: readonly string[];
  /** Whether the class or object itself was missing. */
  readonly created: boolean;
}

/**
 * Writes the skeleton of an implementation of a contract, or completes one: members that are missing are added at the end,
 * each throwing until it is filled in, and the imports that they need. What is there stays as it is, to the last space, and
 * running it again changes nothing.
 *
 * @throws {@link SkeletonError} if the name stands for something that cannot be completed, or has members from another file, or
 *   the file does not parse.
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
  // ts-morph would drop the byte order mark, which is somebody's.
  return {
    text: mark + file.getFullText(),
    added,
    created: found === undefined,
  };
}

/**
 * Adds to a class or object what it lacks, and to the classes of resources in it. Every insertion makes the tree anew, so
 * what is to be completed is looked up each time.
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
  // The class of a resource is annotated by the contract; an object is as a whole.
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

/** The class expression that implements a resource, where it stands in the target itself. */
function classOf(
  target: Target | undefined,
  resource: ResourceMember,
): Target | undefined {
  const property = Node.isObjectLiteralExpression(target)
    ? target.getProperty(resource.name)
    : target?.getInstanceProperty(resource.name);
  if (
    !Node.isPropertyAssignment(property) &&
    !Node.isPropertyDeclaration(property)
  )
    return undefined;
  const value = unwrapped(property.getInitializer());
  return Node.isClassExpression(value) ? value : undefined;
}

/** What the global `Error` is called in a file that may have something else of that name. */
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

/** Where a member is written. */
interface Surroundings {
  readonly style: Style;
  /** The contract that is implemented. */
  readonly contract: string;
  /** What errors are called here: a type of the interface may have the name of the global. */
  readonly error: string;
  /** The resource that the member belongs to, if it does. */
  readonly resource?: string;
  /** Whether the class extends another, whose constructor has to be called. */
  readonly extends?: boolean;
}

/** A member as it is first written, one level deep. */
function memberText(
  member: Member,
  { style, contract, error, resource, extends: isDerived }: Surroundings,
): string {
  const end = style === "class" ? "" : ",";
  const prefix =
    (member.isStatic ? "static " : "") +
    (member.kind === "method" && member.isAsync ? "async " : "");
  const name = `${resource === undefined ? "" : `${resource}.`}${plainName(member.name)}`;
  // The arguments go along: they help whoever calls it too early, and nothing complains that they are not used.
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
        // Without arguments: the class above has no constructor of its own, or this one would not be missing.
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

/** Puts members before the closing brace, indented as that is. */
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
  const needsComma =
    isObject &&
    last !== undefined &&
    last.getNextSiblingIfKind(SyntaxKind.CommaToken) === undefined;
  // Inserting makes the tree anew: what is still needed of it is taken out before.
  const commaAt = needsComma ? last.getEnd() : undefined;
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
  if (commaAt !== undefined) file.insertText(commaAt, ",");
}
