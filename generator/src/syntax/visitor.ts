import type {
  Attribute,
  EnumCase,
  Extern,
  Field,
  File,
  Flag,
  FunctionType,
  Identifier,
  IncludeName,
  InterfaceItem,
  Item,
  PackageHeader,
  PackageName,
  Parameter,
  ResourceMethod,
  Type,
  UseName,
  UsePath,
  VariantCase,
  Version,
  WorldItem,
} from "./ast.js";

/** Any node of the syntax tree. */
export type Node =
  | File
  | PackageHeader
  | PackageName
  | Version
  | Identifier
  | Attribute
  | Item
  | UsePath
  | InterfaceItem
  | WorldItem
  | Extern
  | UseName
  | IncludeName
  | Field
  | Flag
  | VariantCase
  | EnumCase
  | ResourceMethod
  | FunctionType
  | Parameter
  | Type;

/** The `kind` of a node. */
export type NodeKind = Node["kind"];

/** The node type of a given kind. */
export type NodeOf<Kind extends NodeKind> = Extract<
  Node,
  { readonly kind: Kind }
>;

/** The return value of {@link Visitor.enter}: `"skip"` skips the children of the node, `"stop"` ends the visit. */
export type VisitAnswer = "skip" | "stop" | undefined;

/** The callbacks of {@link visit}. The property `kind` of a node tells which kind it is. */
export interface Visitor {
  /** Called for each node before its children. */
  readonly enter?: (node: Node, parents: readonly Node[]) => VisitAnswer;
  /** Called for each node that was entered, after its children. */
  readonly leave?: (node: Node, parents: readonly Node[]) => void;
}

/**
 * Visits a node and everything in it, in text order, without recursion.
 *
 * @param root - the node to start from.
 * @param visitor - the callbacks. The `parents` that they receive are the nodes from `root` to the parent of the
 * node, outermost first. The array changes after the callback returns.
 * @returns `false` if the visit was stopped, otherwise `true`.
 */
export function visit(root: Node, visitor: Visitor): boolean {
  const parents: Node[] = [];
  /** A stack of nodes to enter. `undefined` means that the innermost parent is to be left. */
  const waiting: (Node | undefined)[] = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (node === undefined) {
      const left = parents.pop();
      if (left !== undefined) visitor.leave?.(left, parents);
      continue;
    }
    const answer = visitor.enter?.(node, parents);
    if (answer === "stop") return false;
    parents.push(node);
    waiting.push(undefined);
    if (answer === "skip") continue;
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      waiting.push(children[index]);
    }
  }
  return true;
}

/**
 * Returns all nodes of one kind in a node, in text order. The node itself is included if it is of that kind.
 *
 * @param root - the node to search.
 * @param kind - the `kind` of the nodes to find.
 * @returns the nodes, typed by their kind.
 * @example findNodes(file, "record").map(({ name }) => name.name)
 */
export function findNodes<Kind extends NodeKind>(
  root: Node,
  kind: Kind,
): NodeOf<Kind>[] {
  const found: NodeOf<Kind>[] = [];
  visit(root, {
    enter: (node) => {
      if (isOfKind(node, kind)) found.push(node);
      return undefined;
    },
  });
  return found;
}

function isOfKind<Kind extends NodeKind>(
  node: Node,
  kind: Kind,
): node is NodeOf<Kind> {
  return node.kind === kind;
}

/**
 * Returns the children of a node, in text order.
 *
 * @param node - any node of a tree that `parse` returned.
 * @returns the direct children; an empty array if there are none.
 */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "file":
      return node.header === undefined
        ? node.items
        : [node.header, ...node.items];
    case "package-header":
      return [node.name];
    case "nested-package":
      return [node.name, ...node.items];
    case "package-name":
      return list(node.namespace, node.name, isInside(node.version, node));
    case "identifier":
    case "version":
    case "primitive":
    case "missing":
      return [];
    case "since":
    case "deprecated":
      return [node.name, node.version];
    case "unstable":
      return [node.name, node.feature];
    case "external-id":
      return [node.name];
    case "local-path":
      return [node.name];
    case "package-path":
      // In a path, the version of the package is written after the name.
      return list(node.package, node.name, node.package.version);
    case "top-level-use":
      return list(node.path, node.alias);
    case "interface":
    case "world":
      return [...node.attributes, node.name, ...node.items];
    case "import":
    case "export":
      return [...node.attributes, node.item];
    case "extern-function":
      return [node.name, node.func];
    case "extern-inline":
      return [node.name, ...node.items];
    case "extern-labelled":
      return [node.name, node.path];
    case "extern-path":
      return [node.path];
    case "use":
    case "include":
      return [...node.attributes, node.path, ...node.names];
    case "use-name":
      return list(node.name, node.alias);
    case "include-name":
      return [node.name, node.alias];
    case "type":
      return [...node.attributes, node.name, node.type];
    case "record":
      return [...node.attributes, node.name, ...node.fields];
    case "flags":
      return [...node.attributes, node.name, ...node.flags];
    case "variant":
    case "enum":
      return [...node.attributes, node.name, ...node.cases];
    case "resource":
      return [...node.attributes, node.name, ...node.methods];
    case "field":
      return [...node.attributes, node.name, node.type];
    case "flag":
    case "enum-case":
      return [...node.attributes, node.name];
    case "variant-case":
      return [...node.attributes, node.name, ...list(node.type)];
    case "constructor":
      return [...node.attributes, ...node.params, ...list(node.result)];
    case "method":
    case "static":
    case "function":
      return [...node.attributes, node.name, node.func];
    case "function-type":
      return [...node.params, ...list(node.result)];
    case "parameter":
      return [node.name, node.type];
    case "named":
      return [node.name];
    case "list":
    case "option":
      return [node.element];
    case "map":
      return [node.key, node.value];
    case "result":
      return list(node.ok, node.err);
    case "tuple":
      return node.elements;
    case "future":
    case "stream":
      return list(node.element);
    case "own":
    case "borrow":
      return [node.resource];
  }
}

/**
 * Returns the version if it is in the range of the package name. In a path, it is not: it comes after the name of the
 * item.
 */
function isInside(
  version: Version | undefined,
  name: PackageName,
): Version | undefined {
  return version !== undefined && version.end <= name.end ? version : undefined;
}

function list(...nodes: readonly (Node | undefined)[]): readonly Node[] {
  return nodes.filter((node) => node !== undefined);
}
