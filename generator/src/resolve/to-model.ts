import type {
  Docs,
  Function,
  FunctionKind,
  Interface,
  Model,
  Package,
  Parameter,
  TypeDefinition,
  TypeId,
  TypeKind,
  TypeReference,
  World,
  WorldItem,
} from "../model/model.js";
import { interfaceKey } from "../model/queries.js";
import { docsOf } from "../syntax/docs.js";
import type { SourceFile } from "../syntax/source.js";
import { Kind, Size } from "../syntax/kind.js";
import type { Tree } from "../syntax/tree.js";
import type {
  InterfaceBuilder,
  PackageBuilder,
  WorldBuilder,
  WorldItemBuilder,
  WorldKey,
} from "./builder.js";
import type { RunContext } from "./context.js";
import { FunctionForm } from "./function-table.js";
import { absent, optionalReference, typeReference } from "./reference.js";
import { noOwner, owningInterface } from "./type-table.js";

/** Creates the objects of the model from the tables of the resolver. Requires that no error was reported. */
export function modelOf(context: RunContext): Model {
  return new ModelMaker(context).model();
}

class ModelMaker {
  readonly #context: RunContext;
  /** The owner of the last type. Types of the same owner are mostly adjacent, and then share the object. */
  #owner: TypeDefinition["owner"] = null;
  #ownerNumber = noOwner;

  constructor(context: RunContext) {
    this.#context = context;
  }

  model(): Model {
    const { worlds, interfaces, packages, table } = this.#context;
    const types: TypeDefinition[] = [];
    for (let id = 0; id < table.count; id++) types.push(this.#type(id));
    return {
      worlds: worlds.map((world) => this.#world(world)),
      interfaces: interfaces.map((item) => this.#interface(item)),
      types,
      packages: packages.map(packageOf),
    };
  }

  #world(world: WorldBuilder): World {
    const docs = docsAt(world.docs, world.place.source);
    return {
      name: world.name,
      imports: this.#items(world.imports),
      exports: this.#items(world.exports),
      package: world.package,
      ...(docs === undefined ? {} : { docs }),
      ...(world.stability === undefined ? {} : { stability: world.stability }),
    };
  }

  #items(
    items: ReadonlyMap<WorldKey, WorldItemBuilder>,
  ): Map<string, WorldItem> {
    const named = new Map<string, WorldItem>();
    const isTaken = (key: string): boolean => items.has(key);
    for (const [key, item] of items)
      named.set(
        typeof key === "string" ? key : interfaceKey(key, isTaken),
        "function" in item ? { function: this.#function(item.function) } : item,
      );
    return named;
  }

  #interface(item: InterfaceBuilder): Interface {
    const { names, functions } = this.#context;
    const types = new Map<string, TypeId>();
    names.forEachType(item.scope, (_, id) => types.set(this.#nameOf(id), id));
    const made = new Map<string, Function>();
    for (let row = item.firstFunction; row < item.endOfFunctions; row++)
      if (!functions.isClosed(row)) {
        const built = this.#function(row);
        made.set(built.name, built);
      }
    const docs = docsAt(item.docs, item.place.source);
    return {
      name: item.name,
      types,
      functions: made,
      ...(docs === undefined ? {} : { docs }),
      ...(item.stability === undefined ? {} : { stability: item.stability }),
      package: item.package,
      ...(item.cloneOf === undefined ? {} : { clone_of: item.cloneOf }),
    };
  }

  #nameOf(id: TypeId): string {
    const { table, words } = this.#context;
    return words.text(table.name(id));
  }

  #function(row: number): Function {
    const { functions, trees } = this.#context;
    const tree = trees[functions.tree(row)];
    if (tree === undefined) throw new RangeError(`no function ${String(row)}`);
    const name = functions.nameText(row);
    const kind = functionKind(functions.form(row), functions.resource(row));
    const params = this.#params(row, tree);
    const result = functions.result(row);
    // Most functions have no properties other than an optional result and optional docs. These get an object literal of
    // exactly the size they need.
    const docs = docsAt(functions.docs(row), tree.source);
    const stability = functions.stability(row);
    const externalId = functions.externalId(row);
    if (stability !== undefined || externalId !== undefined)
      return {
        name,
        kind,
        params,
        ...(result === absent ? {} : { result: typeReference(result) }),
        ...(docs === undefined ? {} : { docs }),
        ...(stability === undefined ? {} : { stability }),
        ...(externalId === undefined ? {} : { external_id: externalId }),
      };
    if (result === absent)
      return docs === undefined
        ? { name, kind, params }
        : { name, kind, params, docs };
    return docs === undefined
      ? { name, kind, params, result: typeReference(result) }
      : { name, kind, params, result: typeReference(result), docs };
  }

  #params(row: number, tree: Tree): Parameter[] {
    const { functions, table } = this.#context;
    const first = functions.params(row);
    const count = functions.countOf(row);
    const form = functions.form(row);
    const isMethod =
      form === FunctionForm.method || form === FunctionForm.asyncMethod;
    const params = new Array<Parameter>(count);
    let node = functions.node(row) + Size.functionType;
    for (let index = 0; index < count; index++) {
      const type = typeReference(table.lists.get(first + index));
      if (index === 0 && isMethod) {
        params[index] = { name: "self", type };
        continue;
      }
      const name = tree.nameText(node);
      const docs = parameterDocs(tree.docs(node), tree.source);
      params[index] =
        docs === undefined ? { name, type } : { name, type, docs };
      node = tree.nextItem(node);
    }
    return params;
  }

  #type(id: TypeId): TypeDefinition {
    const { table } = this.#context;
    const name = table.name(id);
    const kind = this.#kind(id);
    const owner = this.#ownerOf(id);
    const offset = table.docs(id);
    const source = table.tree(id)?.source;
    const docs =
      offset < 0 || source === undefined ? undefined : docsAt(offset, source);
    const text = name === 0 ? null : this.#nameOf(id);
    const stability = table.stability(id);
    const externalId = table.externalId(id);
    if (stability !== undefined || externalId !== undefined)
      return {
        name: text,
        kind,
        owner,
        ...(docs === undefined ? {} : { docs }),
        ...(stability === undefined ? {} : { stability }),
        ...(externalId === undefined ? {} : { external_id: externalId }),
      };
    return docs === undefined
      ? { name: text, kind, owner }
      : { name: text, kind, owner, docs };
  }

  #ownerOf(id: TypeId): TypeDefinition["owner"] {
    const number = this.#context.table.owner(id);
    if (number === noOwner) return null;
    if (number !== this.#ownerNumber) {
      const item = owningInterface(number);
      this.#ownerNumber = number;
      this.#owner =
        item < 0 ? { world: (number - 2) / 2 } : { interface: item };
    }
    return this.#owner;
  }

  #kind(id: TypeId): TypeKind {
    const { table } = this.#context;
    const first = table.first(id);
    const second = table.second(id);
    switch (table.kind(id)) {
      case Kind.list:
        return { list: typeReference(first) };
      case Kind.fixedLengthList:
        return { "fixed-length-list": [typeReference(first), second >>> 0] };
      case Kind.option:
        return { option: typeReference(first) };
      case Kind.future:
        return { future: optionalReference(first) };
      case Kind.stream:
        return { stream: optionalReference(first) };
      case Kind.own:
        return { handle: { own: first } };
      case Kind.borrow:
        return { handle: { borrow: first } };
      case Kind.map:
        return { map: [typeReference(first), typeReference(second)] };
      case Kind.result:
        return {
          result: {
            ok: optionalReference(first),
            err: optionalReference(second),
          },
        };
      case Kind.tuple:
        return { tuple: { types: this.#references(first) } };
      case Kind.type:
        return { type: typeReference(first) };
      case Kind.resource:
        return "resource";
      default:
        return this.#members(id, first, second);
    }
  }

  #references(list: number): TypeReference[] {
    const { lists } = this.#context.table;
    const references = new Array<TypeReference>(lists.get(list));
    for (let index = 0; index < references.length; index++)
      references[index] = typeReference(lists.get(list + 1 + index));
    return references;
  }

  /** The kind of a type with members: their names and docs are read from the tree, their types from a list. */
  #members(id: TypeId, node: number, list: number): TypeKind {
    const { table } = this.#context;
    const tree = table.tree(id);
    if (tree === undefined) throw new RangeError(`no type ${String(id)}`);
    const { lists } = table;
    let next = list;
    const from = tree.inItem(node);
    const to = tree.nextItem(node);
    switch (table.kind(id)) {
      case Kind.record: {
        const fields = members(tree, from, to, (name, docs) => {
          const type = typeReference(lists.get(++next));
          return docs === undefined ? { name, type } : { name, type, docs };
        });
        return { record: { fields } };
      }
      case Kind.variant: {
        const cases = members(tree, from, to, (name, docs) => {
          const type = optionalReference(lists.get(++next));
          return docs === undefined ? { name, type } : { name, type, docs };
        });
        return { variant: { cases } };
      }
      default: {
        const items = members(tree, from, to, (name, docs) =>
          docs === undefined ? { name } : { name, docs },
        );
        return table.kind(id) === Kind.enum
          ? { enum: { cases: items } }
          : { flags: { flags: items } };
      }
    }
  }
}

function members<Member>(
  tree: Tree,
  from: number,
  to: number,
  make: (name: string, docs: Docs | undefined) => Member,
): Member[] {
  const made: Member[] = [];
  for (let node = from; node < to; node = tree.nextItem(node))
    made.push(make(tree.nameText(node), docsAt(tree.docs(node), tree.source)));
  return made;
}

function functionKind(form: FunctionForm, resource: TypeId): FunctionKind {
  switch (form) {
    case FunctionForm.freestanding:
      return "freestanding";
    case FunctionForm.asyncFreestanding:
      return "async-freestanding";
    case FunctionForm.method:
      return { method: resource };
    case FunctionForm.asyncMethod:
      return { "async-method": resource };
    case FunctionForm.static:
      return { static: resource };
    case FunctionForm.asyncStatic:
      return { "async-static": resource };
    case FunctionForm.constructor:
      return { constructor: resource };
  }
}

/**
 * Only doc comments count as the docs of a parameter: other comments in front of it often belong to the line before.
 */
function parameterDocs(docs: number, source: SourceFile): Docs | undefined {
  if (docs < 0) return undefined;
  const { text } = source;
  return text.startsWith("///", docs) || text.startsWith("/**", docs)
    ? docsOf({ docs }, source)
    : undefined;
}

function docsAt(docs: number, source: SourceFile): Docs | undefined {
  return docs < 0 ? undefined : docsOf({ docs }, source);
}

function packageOf(item: PackageBuilder): Package {
  return {
    name: item.name,
    ...(item.docs === undefined ? {} : { docs: item.docs }),
    interfaces: new Map(
      [...item.interfaces].map(([name, { id }]) => [name, id]),
    ),
    worlds: new Map([...item.worlds].map(([name, { id }]) => [name, id])),
  };
}
