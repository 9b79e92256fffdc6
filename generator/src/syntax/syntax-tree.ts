import type {
  Constructor,
  EnumCase,
  Extern,
  Field,
  File,
  Flag,
  FunctionItem,
  FunctionType,
  Identifier,
  InterfaceItem,
  Item,
  Parameter,
  ResourceMethod,
  Type,
  TypeDefinition,
  VariantCase,
  WorldItem,
} from "./ast.js";
import { Kind, Mark, primitiveOf, Size } from "./kind.js";
import type { Tree } from "./tree.js";
import type {
  TreeExtern,
  TreeFile,
  TreeItem,
  TreeNodes,
  TreeWorldItem,
} from "./tree-file.js";

/** Creates the syntax tree of a file: an object for each node that the parser stores as numbers. */
export function syntaxTree(file: TreeFile): File {
  const { start, end, source, tree, header, items, isUnusual } = file;
  return {
    kind: "file",
    start,
    end,
    source,
    header,
    items: items.map((item) => itemOf(tree, item)),
    isUnusual,
  };
}

function itemOf(tree: Tree, item: TreeItem): Item {
  switch (item.kind) {
    case "interface":
      return { ...item, items: interfaceItems(tree, item.items) };
    case "world":
      return {
        ...item,
        items: item.items.map((inner) => worldItem(tree, inner)),
      };
    case "nested-package":
      return {
        ...item,
        items: item.items.map((inner) => itemOf(tree, inner)),
      };
    case "top-level-use":
      return item;
  }
}

function worldItem(tree: Tree, item: TreeWorldItem): WorldItem {
  switch (item.kind) {
    case "definition":
      return definitionOf(tree, item.node);
    case "import":
      return { ...item, item: externOf(tree, item.item) };
    case "export":
      return { ...item, item: externOf(tree, item.item) };
    default:
      return item;
  }
}

function externOf(tree: Tree, item: TreeExtern): Extern {
  switch (item.kind) {
    case "extern-function":
      return { ...item, func: functionType(tree, item.func) };
    case "extern-inline":
      return { ...item, items: interfaceItems(tree, item.items) };
    default:
      return item;
  }
}

function interfaceItems(tree: Tree, { from, to }: TreeNodes): InterfaceItem[] {
  return nodesOf(tree, from, to, (node): InterfaceItem => {
    if (tree.kind(node) === Kind.use) return tree.use(node);
    return tree.kind(node) === Kind.function
      ? { kind: "function", ...functionOf(tree, node) }
      : definitionOf(tree, node);
  });
}

function definitionOf(tree: Tree, node: number): TypeDefinition {
  const base = {
    start: tree.start(node),
    end: tree.end(node),
    docs: tree.docs(node),
    attributes: tree.attributesOf(node),
    name: nameOf(tree, node),
  };
  const from = tree.inItem(node);
  const to = tree.next(node);
  switch (tree.kind(node)) {
    case Kind.type:
      return { kind: "type", ...base, type: typeOf(tree, from) };
    case Kind.record: {
      const fields = nodesOf(tree, from, to, (field): Field => {
        const type = typeOf(tree, tree.typeOf(field));
        return { kind: "field", ...memberOf(tree, field), type };
      });
      return { kind: "record", ...base, fields };
    }
    case Kind.flags: {
      const flags = nodesOf(tree, from, to, (flag): Flag => {
        return { kind: "flag", ...memberOf(tree, flag) };
      });
      return { kind: "flags", ...base, flags };
    }
    case Kind.variant: {
      const cases = nodesOf(tree, from, to, (item): VariantCase => {
        const type = tree.typeOf(item);
        return {
          kind: "variant-case",
          ...memberOf(tree, item),
          type: type < 0 ? undefined : typeOf(tree, type),
        };
      });
      return { kind: "variant", ...base, cases };
    }
    case Kind.enum: {
      const cases = nodesOf(tree, from, to, (item): EnumCase => {
        return { kind: "enum-case", ...memberOf(tree, item) };
      });
      return { kind: "enum", ...base, cases };
    }
    default: {
      const methods = nodesOf(tree, from, to, (item) => methodOf(tree, item));
      return { kind: "resource", ...base, methods };
    }
  }
}

function memberOf(tree: Tree, node: number): Omit<Flag, "kind"> {
  return {
    start: tree.start(node),
    end: tree.end(node),
    docs: tree.docs(node),
    attributes: [],
    name: nameOf(tree, node),
  };
}

function methodOf(tree: Tree, node: number): ResourceMethod {
  switch (tree.kind(node)) {
    case Kind.static:
      return { kind: "static", ...functionOf(tree, node) };
    case Kind.method:
      return { kind: "method", ...functionOf(tree, node) };
    default: {
      const { params, result } = functionType(tree, tree.inItem(node));
      return {
        kind: "constructor",
        start: tree.start(node),
        end: tree.end(node),
        docs: tree.docs(node),
        attributes: tree.attributesOf(node),
        params,
        result,
      } satisfies Constructor;
    }
  }
}

/** The properties that functions, methods and static functions have in common. */
function functionOf(tree: Tree, node: number): Omit<FunctionItem, "kind"> {
  return {
    start: tree.start(node),
    end: tree.end(node),
    docs: tree.docs(node),
    attributes: tree.attributesOf(node),
    name: nameOf(tree, node),
    func: functionType(tree, tree.inItem(node)),
  };
}

function functionType(tree: Tree, node: number): FunctionType {
  const from = node + Size.functionType;
  const result = tree.result(node);
  const params = nodesOf(
    tree,
    from,
    tree.endOfParameters(node),
    (parameter): Parameter => ({
      kind: "parameter",
      start: tree.start(parameter),
      end: tree.end(parameter),
      docs: tree.docs(parameter),
      name: nameOf(tree, parameter),
      type: typeOf(tree, tree.typeOf(parameter)),
    }),
  );
  return {
    kind: "function-type",
    start: tree.start(node),
    end: tree.end(node),
    async: tree.has(node, Mark.async),
    params,
    result: result < 0 ? undefined : typeOf(tree, result),
  };
}

function typeOf(tree: Tree, node: number): Type {
  const start = tree.start(node);
  const end = tree.end(node);
  const kind = tree.kind(node);
  const first = tree.inType(node);
  const hasFirst = first < tree.next(node);
  switch (kind) {
    case Kind.missing:
      return { kind: "missing", start, end };
    case Kind.named:
      return { kind: "named", start, end, name: nameOf(tree, node) };
    case Kind.list:
      return {
        kind: "list",
        start,
        end,
        element: typeOf(tree, first),
        length: undefined,
      };
    case Kind.fixedLengthList: {
      const element = typeOf(tree, first);
      return { kind: "list", start, end, element, length: tree.lengthOf(node) };
    }
    case Kind.option:
      return { kind: "option", start, end, element: typeOf(tree, first) };
    case Kind.future:
    case Kind.stream: {
      const element = hasFirst ? typeOf(tree, first) : undefined;
      return {
        kind: kind === Kind.future ? "future" : "stream",
        start,
        end,
        element,
      };
    }
    case Kind.own:
    case Kind.borrow: {
      const resource = nameOf(tree, node);
      return {
        kind: kind === Kind.own ? "own" : "borrow",
        start,
        end,
        resource,
      };
    }
    case Kind.map: {
      const key = typeOf(tree, first);
      const value = typeOf(tree, tree.next(first));
      return { kind: "map", start, end, key, value };
    }
    case Kind.result: {
      const hasOk = tree.has(node, Mark.hasOk);
      const err = hasOk ? tree.next(first) : first;
      return {
        kind: "result",
        start,
        end,
        ok: hasOk ? typeOf(tree, first) : undefined,
        err: tree.has(node, Mark.hasErr) ? typeOf(tree, err) : undefined,
      };
    }
    case Kind.tuple: {
      const elements = nodesOf(tree, first, tree.next(node), (element) =>
        typeOf(tree, element),
      );
      return { kind: "tuple", start, end, elements };
    }
    default:
      return { kind: "primitive", start, end, name: primitiveOf(kind) };
  }
}

function nameOf(tree: Tree, node: number): Identifier {
  return {
    kind: "identifier",
    start: tree.nameStart(node),
    end: tree.nameEnd(node),
    name: tree.nameText(node),
  };
}

function nodesOf<Node>(
  tree: Tree,
  from: number,
  to: number,
  make: (node: number) => Node,
): Node[] {
  const nodes: Node[] = [];
  for (let node = from; node < to; node = tree.next(node))
    nodes.push(make(node));
  return nodes;
}
