import {
  type ConstructSignatureDeclaration,
  type InterfaceDeclaration,
  type MethodSignature,
  Node,
  type SourceFile,
  SyntaxKind,
} from "ts-morph";
import { SkeletonError } from "./skeleton-error.js";

/** A contract, as far as an implementation needs it. All texts are copied from the generated module. */
export interface Contract {
  readonly name: string;
  /** The doc comment with a line break after it; empty if there is none. */
  readonly documentation: string;
  readonly members: readonly Member[];
}

/** A member that a contract, or the class of a resource, requires. */
export type Member =
  MethodMember | ConstructorMember | ResourceMember | ValueMember;

interface MemberBase {
  /** The name as written in the source; `constructor` for a constructor. */
  readonly name: string;
  /** Whether it is a member of the class rather than of its instances. */
  readonly isStatic: boolean;
  readonly documentation: string;
  /** The types that its signature mentions, excluding those of nested members. */
  readonly mentions: readonly string[];
}

/** A function, such as `connect(socket: SocketHandle): Result<void, SocketError>`. */
export interface MethodMember extends MemberBase {
  readonly kind: "method";
  readonly signature: string;
  readonly parameters: readonly string[];
  /** Whether it returns a promise. */
  readonly isAsync: boolean;
}

/** The constructor of a resource. */
export interface ConstructorMember extends MemberBase {
  readonly kind: "constructor";
  /** The parameter list, such as `(name: string)`. */
  readonly signature: string;
  readonly parameters: readonly string[];
}

/** The class of a resource. */
export interface ResourceMember extends MemberBase {
  readonly kind: "resource";
  /** The name of the interface that its instances implement. */
  readonly instance: string;
  readonly members: readonly Member[];
}

/** Any other property of a contract. */
export interface ValueMember extends MemberBase {
  readonly kind: "value";
  readonly type: string;
}

/**
 * Reads a contract from the generated module.
 *
 * @throws {@link SkeletonError} if the module has no such contract.
 */
export function readContract(module: SourceFile, name: string): Contract {
  const declaration = resolveInterface(module, name);
  const alias = module.getTypeAlias(name);
  if (declaration === undefined && alias !== undefined) {
    // The contract of an empty interface is a type alias.
    const documentation = withoutCrossReference(documentationOf(alias));
    return { name, documentation, members: [] };
  }
  if (declaration === undefined) {
    throw new SkeletonError(
      `there is no contract \`${name}\` in ${module.getFilePath()}`,
    );
  }
  return {
    name,
    documentation: withoutCrossReference(documentationOf(declaration)),
    members: readMembers(declaration, false),
  };
}

/** The interface that a name refers to. An asynchronous contract that equals the synchronous one is an alias of it. */
function resolveInterface(
  module: SourceFile,
  name: string,
): InterfaceDeclaration | undefined {
  const type = module.getTypeAlias(name)?.getTypeNode();
  return module.getInterface(
    Node.isTypeReference(type) ? type.getText() : name,
  );
}

/** Removes the sentence that refers to the other contract, which is irrelevant to an implementation. */
function withoutCrossReference(documentation: string): string {
  return documentation
    .replace(/\n \*\n \* The asynchronous form of \{@link [^\n]*/, "")
    .replace(/^\/\*\* The asynchronous form of \{@link [^\n]*\n/, "");
}

/** Reads the required members; optional ones are left out. */
function readMembers(
  declaration: InterfaceDeclaration,
  isStatic: boolean,
): Member[] {
  return declaration.getMembers().flatMap((member): Member[] => {
    // Every class inherits this from `Function.prototype`.
    if (isStatic && isInstanceTest(member)) return [];
    if (Node.isMethodSignature(member)) {
      return member.hasQuestionToken() ? [] : [readMethod(member, isStatic)];
    }
    if (Node.isConstructSignatureDeclaration(member))
      return [readConstructor(member)];
    if (!Node.isPropertySignature(member) || member.hasQuestionToken())
      return [];
    const base = {
      name: member.getName(),
      isStatic,
      documentation: documentationOf(member),
    };
    const type = member.getTypeNodeOrThrow();
    const found = Node.isTypeReference(type)
      ? declaration.getSourceFile().getInterface(type.getText())
      : undefined;
    const resource = found === undefined ? undefined : readResource(found);
    if (resource !== undefined)
      return [{ kind: "resource", ...base, ...resource }];
    return [
      {
        kind: "value",
        ...base,
        type: type.getText(),
        mentions: mentionsOf(type),
      },
    ];
  });
}

function isInstanceTest(member: Node): boolean {
  return (
    Node.isMethodSignature(member) &&
    member.getName() === "[Symbol.hasInstance]"
  );
}

/**
 * Reads the members of the class of a resource, static ones and those of its instances. `undefined` for any other
 * interface.
 */
function readResource(
  constructor: InterfaceDeclaration,
): Pick<ResourceMember, "instance" | "members" | "mentions"> | undefined {
  const returned =
    constructor.getConstructSignatures()[0]?.getReturnTypeNode() ??
    constructor.getProperty("prototype")?.getTypeNode();
  if (!Node.isTypeReference(returned)) return undefined;
  const instance = constructor.getSourceFile().getInterface(returned.getText());
  if (instance === undefined) return undefined;
  const own = readMembers(constructor, true).filter(
    (member) => member.name !== "prototype",
  );
  return {
    instance: instance.getName(),
    members: [...own, ...readMembers(instance, false)],
    mentions: [instance.getName()],
  };
}

function readMethod(method: MethodSignature, isStatic: boolean): MethodMember {
  return {
    kind: "method",
    name: method.getName(),
    isStatic,
    documentation: documentationOf(method),
    signature: withoutDocumentation(method).replace(/;$/, ""),
    parameters: method.getParameters().map((each) => each.getName()),
    isAsync: (method.getReturnTypeNode()?.getText() ?? "").startsWith(
      "Promise<",
    ),
    mentions: mentionsOf(method),
  };
}

function readConstructor(
  signature: ConstructSignatureDeclaration,
): ConstructorMember {
  const parameters = signature.getParameters();
  return {
    kind: "constructor",
    name: "constructor",
    isStatic: false,
    documentation: documentationOf(signature),
    signature: `(${parameters.map((parameter) => parameter.getText()).join(", ")})`,
    parameters: parameters.map((each) => each.getName()),
    mentions: parameters.flatMap(mentionsOf),
  };
}

function withoutDocumentation(node: Node): string {
  return dedent(node.getText(), node.getIndentationLevel());
}

function documentationOf(node: InterfaceDeclaration | Node): string {
  if (!Node.isJSDocable(node)) return "";
  const text = node
    .getJsDocs()
    .map((comment) => comment.getText())
    .join("\n");
  return text === "" ? "" : `${dedent(text, node.getIndentationLevel())}\n`;
}

/** Removes the indentation of the node from all lines but the first, which does not include it. */
function dedent(text: string, level: number): string {
  const indentation = new RegExp(`^ {0,${level * 2}}`, "gm");
  return text
    .split("\n")
    .map((line, index) => (index === 0 ? line : line.replace(indentation, "")))
    .join("\n");
}

/** The names of the types that a node mentions, and `Symbol` for a method `[Symbol.dispose]`, without duplicates. */
function mentionsOf(node: Node): string[] {
  const references = node.getDescendantsOfKind(SyntaxKind.TypeReference);
  if (Node.isTypeReference(node)) references.push(node);
  const names = references.map((reference) => {
    let name: Node = reference.getTypeName();
    while (Node.isQualifiedName(name)) name = name.getLeft();
    return name.getText();
  });
  if (Node.isMethodSignature(node) && node.getName().startsWith("[Symbol."))
    names.push("Symbol");
  return [...new Set(names)];
}
