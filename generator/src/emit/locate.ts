import type { SourceRange } from "../diagnostics/diagnostic.js";
import type {
  Function,
  InterfaceId,
  Model,
  Origins,
  TypeId,
  WorldId,
} from "../model/model.js";
import { typeOf } from "../model/queries.js";
import { parse } from "../syntax/parse.js";
import type { File } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import { visit, type Node, type NodeKind } from "../syntax/visitor.js";
import { isConstructor, plainName, resourceOf } from "./functions.js";

/** The subject of a diagnostic: an interface, a world, a type or a member of it, or a function or a parameter of it. */
export type Place =
  | { readonly interface: InterfaceId }
  | { readonly world: WorldId }
  | { readonly type: TypeId; readonly member?: string }
  | { readonly item: Function; readonly parameter?: string };

const containers: ReadonlySet<NodeKind> = new Set<NodeKind>([
  "interface",
  "world",
  "extern-inline",
  "resource",
  "record",
  "variant",
  "enum",
  "flags",
]);

const functionKinds: ReadonlySet<NodeKind> = new Set<NodeKind>([
  "function",
  "extern-function",
]);

const resourceFunctionKinds: ReadonlySet<NodeKind> = new Set<NodeKind>([
  "method",
  "static",
]);

const memberKinds: ReadonlySet<NodeKind> = new Set<NodeKind>([
  "field",
  "flag",
  "variant-case",
  "enum-case",
]);

/**
 * Finds the source ranges of the parts of a model. {@link Origins} contains the ranges of interfaces, worlds and types.
 * The ranges of their members are rarely needed, so they are found by parsing the source again on demand.
 */
export class Locator {
  readonly #model: Model;
  readonly #origins: Origins | undefined;
  readonly #files = new Map<SourceFile, File>();
  readonly #containers = new Map<SourceRange, Node>();
  readonly #names = new Map<Node, ReadonlyMap<string, readonly Named[]>>();
  #owners: ReadonlyMap<Function, SourceRange | undefined> | undefined;

  constructor(model: Model, origins: Origins | undefined) {
    this.#model = model;
    this.#origins = origins;
  }

  /**
   * The range of the name of `place`. If the name is not found, the range of the nearest enclosing item that is found;
   * `undefined` if the source is not known.
   */
  rangeOf(place: Place): SourceRange | undefined {
    if (this.#origins === undefined) return undefined;
    if ("interface" in place)
      return this.#origins.interfaces.get(place.interface);
    if ("world" in place) return this.#origins.worlds.get(place.world);
    if ("type" in place) {
      const range = this.#origins.types.get(place.type);
      return range === undefined || place.member === undefined
        ? range
        : this.#find(range, [{ name: place.member, kinds: memberKinds }]);
    }
    const { item, parameter } = place;
    const range = this.#ownerOf(item);
    if (range === undefined) return undefined;
    const steps: Step[] = [];
    const resource = resourceOf(item);
    if (resource !== undefined)
      steps.push({
        name: typeOf(this.#model, resource).name ?? "",
        kinds: new Set(["resource"]),
      });
    if (!isConstructor(item))
      steps.push({
        name: plainName(item),
        kinds: resource === undefined ? functionKinds : resourceFunctionKinds,
      });
    if (parameter !== undefined)
      steps.push({ name: parameter, kinds: new Set(["parameter"]) });
    return this.#find(range, steps);
  }

  #ownerOf(item: Function): SourceRange | undefined {
    this.#owners ??= owners(this.#model, this.#origins);
    return this.#owners.get(item);
  }

  #find(range: SourceRange, steps: readonly Step[]): SourceRange {
    const { source } = range;
    let scope = this.#containerOf(range);
    let found = range;
    for (const { name, kinds } of steps) {
      const node = this.#namesIn(scope)
        .get(name)
        ?.find(({ owner }) => kinds.has(owner.kind));
      if (node === undefined) break;
      scope = node.owner;
      found = { source, start: node.name.start, end: node.name.end };
    }
    return found;
  }

  #containerOf(range: SourceRange): Node {
    let container = this.#containers.get(range);
    if (container !== undefined) return container;
    let file = this.#files.get(range.source);
    if (file === undefined)
      this.#files.set(range.source, (file = parse(range.source).file));
    container = containerOf(file, range);
    this.#containers.set(range, container);
    return container;
  }

  /** Cached, because a search for each of many names in a scope would take quadratic time. */
  #namesIn(scope: Node): ReadonlyMap<string, readonly Named[]> {
    let names = this.#names.get(scope);
    if (names === undefined) this.#names.set(scope, (names = namesIn(scope)));
    return names;
  }
}

/** One step into a nested node: the name to look for, and the kinds of node that it may name. */
interface Step {
  readonly name: string;
  readonly kinds: ReadonlySet<NodeKind>;
}

function owners(
  model: Model,
  origins: Origins | undefined,
): ReadonlyMap<Function, SourceRange | undefined> {
  const found = new Map<Function, SourceRange | undefined>();
  model.worlds.forEach((world, id) => {
    for (const side of [world.imports, world.exports])
      for (const item of side.values())
        if ("function" in item)
          found.set(item.function, origins?.worlds.get(id));
  });
  model.interfaces.forEach((item, id) => {
    for (const each of item.functions.values())
      found.set(each, origins?.interfaces.get(id));
  });
  return found;
}

/** The innermost container node that encloses a range. */
function containerOf(file: File, range: SourceRange): Node {
  let found: Node = file;
  visit(file, {
    enter: (node) => {
      if (node.start > range.start || node.end < range.end) return "skip";
      if (containers.has(node.kind)) found = node;
      return undefined;
    },
  });
  return found;
}

/** An identifier, and the node that it names. */
interface Named {
  readonly owner: Node;
  readonly name: Node;
}

/** The identifiers in a scope, in the order of the text. */
function namesIn(scope: Node): ReadonlyMap<string, readonly Named[]> {
  const names = new Map<string, Named[]>();
  visit(scope, {
    enter: (node, parents) => {
      const owner = parents[parents.length - 1];
      if (node.kind !== "identifier" || owner === undefined) return undefined;
      const named = names.get(node.name);
      if (named === undefined) names.set(node.name, [{ owner, name: node }]);
      else named.push({ owner, name: node });
      return undefined;
    },
  });
  return names;
}
