import type { Use, UseName } from "../syntax/ast.js";
import { Kind } from "../syntax/kind.js";
import type { Tree } from "../syntax/tree.js";
import type { InterfaceBuilder } from "./builder.js";
import type { PackageContext } from "./context.js";
import { defineType } from "./define-type.js";
import type { PackageItems } from "./package-items.js";
import { absent, isClosed, unresolved } from "./reference.js";
import { checkResourceMembers } from "./rules/resource-members.js";
import type { Piece, Scope } from "./scope.js";
import { mostExplained, suggestName } from "./suggest.js";
import type { FileNames } from "./target.js";
import { stepOfCycle, topologicalOrder } from "./toposort.js";
import { type Owner, TypeFlag } from "./type-table.js";

/** The items of an interface or a world that can define a name: nodes of definitions and functions, and each `use`. */
export type Items = readonly (number | Use)[];

/** Whether an item is the definition of a type. */
function isDefinition(tree: Tree, item: number | Use): item is number {
  return typeof item === "number" && tree.kind(item) <= Kind.resource;
}

/**
 * Resolves the types of an interface or a world into its scope: first the types it uses, in source order, then the
 * types it defines, each after those it mentions.
 *
 * @param user - the interface, which records the interfaces whose types it uses; `undefined` for a world
 */
export function resolveDefinitions(
  items: Items,
  scope: Scope,
  owner: Owner,
  user: InterfaceBuilder | undefined,
  context: PackageContext,
  package_: PackageItems,
  file: FileNames,
): void {
  const { tree } = scope;
  // A definition may mention a name that a later `use` introduces. Then source order is not the right order.
  let usesFirst = true;
  let hasDefinition = false;
  for (const item of items) {
    if (typeof item === "number") {
      hasDefinition ||= isDefinition(tree, item);
    } else {
      if (hasDefinition) usesFirst = false;
      resolveUse(item, items, scope, owner, user, context, package_, file);
    }
  }
  // Fast path: as long as each type is new and mentions only types before it, source order is the right order.
  let ordered = 0;
  for (; usesFirst && ordered < items.length; ordered++) {
    const item = items[ordered];
    if (item === undefined || !isDefinition(tree, item)) continue;
    if (scope.has(tree.name(item)) || !mentionsDefined(item, scope)) break;
    defineType(item, scope, owner, context);
  }
  if (ordered < items.length)
    defineInOrder(items, ordered, scope, owner, context);
}

/**
 * Defines types, each after those it mentions. Reports types that are defined twice, unknown, or on a cycle.
 *
 * @param done - the index of the first item that is not defined yet
 */
function defineInOrder(
  items: Items,
  done: number,
  scope: Scope,
  owner: Owner,
  context: PackageContext,
): void {
  const { tree } = scope;
  // The nodes of the dependency graph, in source order: definitions, and `undefined` for names from a `use`, which are
  // already resolved.
  const nodes: (number | undefined)[] = [];
  const indices = new Map<number, number>();
  let firstOpen = 0;
  for (const [position, item] of items.entries()) {
    if (position === done) firstOpen = nodes.length;
    if (typeof item !== "number") {
      for (const use of item.names) {
        const name = tree.names.of((use.alias ?? use.name).name);
        const index = indices.get(name);
        const hidden = index === undefined ? undefined : nodes[index];
        if (index === undefined) indices.set(name, nodes.push(undefined) - 1);
        else if (hidden !== undefined) {
          // wit-parser keeps the used name and drops the definition.
          context.diagnostics.report(
            "hidden-definition",
            scope.rangeOf(hidden),
            { name: tree.names.text(name) },
          );
          if (tree.kind(hidden) === Kind.resource)
            checkResourceMembers(hidden, scope, context.diagnostics);
          nodes[index] = undefined;
        }
      }
    } else if (isDefinition(tree, item)) {
      const name = tree.name(item);
      if (indices.has(name))
        reportDuplicate(
          name,
          tree.diagnosticRange(item),
          items,
          scope,
          context,
        );
      else indices.set(name, nodes.push(item) - 1);
    }
  }

  for (const definition of nodes)
    if (definition !== undefined)
      forEachMention(tree, definition, (mention) => {
        if (!indices.has(tree.name(mention)))
          scope.reportUnknown(mention, indices.keys());
      });
  const edges = nodes.map((definition) => {
    const targets: number[] = [];
    if (definition === undefined) return targets;
    forEachMention(tree, definition, (mention) => {
      const target = indices.get(tree.name(mention));
      if (target !== undefined) targets.push(target);
    });
    return targets;
  });
  const { order, cycles, wayIn } = topologicalOrder(edges);
  for (const [index, cycle] of cycles.entries()) {
    reportCycle(cycle, index === 0 ? wayIn : [], nodes, scope, context);
    // Mark the types on the cycle as unresolved first: a mention of one that is not defined yet is then not reported.
    for (const index of cycle) {
      const definition = nodes[index];
      if (definition !== undefined)
        scope.define(tree.name(definition), unresolved, definition);
    }
  }
  for (const index of order) {
    const definition = nodes[index];
    if (definition !== undefined && index >= firstOpen)
      defineType(definition, scope, owner, context);
  }
}

/** Whether all types that a definition mentions are defined. */
function mentionsDefined(definition: number, scope: Scope): boolean {
  const { tree } = scope;
  const kind = tree.kind(definition);
  if (kind === Kind.type) return namesDefined(tree.inItem(definition), scope);
  if (kind !== Kind.record && kind !== Kind.variant) return true;
  const end = tree.nextItem(definition);
  for (let at = tree.inItem(definition); at < end; at = tree.nextItem(at)) {
    const type = tree.typeOf(at);
    if (type >= 0 && !namesDefined(type, scope)) return false;
  }
  return true;
}

function namesDefined(type: number, scope: Scope): boolean {
  const { tree } = scope;
  const kind = tree.kind(type);
  if (kind <= Kind.missing) return true;
  if (kind === Kind.named || kind === Kind.own || kind === Kind.borrow)
    return scope.has(tree.name(type));
  const end = tree.next(type);
  for (let part = tree.inType(type); part < end; part = tree.next(part))
    if (!namesDefined(part, scope)) return false;
  return true;
}

function resolveUse(
  item: Use,
  items: Items,
  scope: Scope,
  owner: Owner,
  user: InterfaceBuilder | undefined,
  context: PackageContext,
  package_: PackageItems,
  file: FileNames,
): void {
  const { gates, table, diagnostics, names } = context;
  const { tree } = scope;
  const { source } = tree;
  const target = package_.interface(item.path, file, source);
  const stability = gates.stability(item.attributes, source);
  const externalId = gates.externalId(item.attributes, source);
  const isOpen = gates.isOpen(stability);
  const from = target?.interface;
  for (const use of item.names) {
    const alias = use.alias ?? use.name;
    const name = tree.names.of(alias.name);
    if (scope.has(name)) {
      reportDuplicate(name, alias, items, scope, context);
      continue;
    }
    gates.check(stability, context.owner, scope.rangeOf(use.name));
    if (target?.foreign?.isOpen === false) {
      // Whether the type is a resource is unknown. Assume so: a use that requires a resource then reports the closed
      // gate.
      const closed = table.addClosed(stability, TypeFlag.resource);
      scope.define(name, closed, alias);
      continue;
    }
    const isForeignClosed =
      target?.foreign?.closedTypes?.has(use.name.name) === true;
    let reference =
      from === undefined
        ? unresolved
        : names.type(from.scope, tree.names.of(use.name.name));
    if (from !== undefined && reference === undefined) {
      if (isForeignClosed && !isOpen) {
        // As above: if its gate is closed, an item of another package is not looked up.
        scope.define(
          name,
          table.addClosed(stability, TypeFlag.resource),
          alias,
        );
        continue;
      }
      reportUnknown(use, from, scope, context);
      reference = unresolved;
    }
    if (reference === undefined || reference === unresolved) {
      scope.define(name, unresolved, alias);
    } else if (!isOpen) {
      const closed = table.addClosed(stability, table.flags(reference));
      scope.define(name, closed, alias);
    } else if (isClosed(reference) || isForeignClosed) {
      const what = { what: "a type" };
      diagnostics.report("gated-reference", scope.rangeOf(use.name), what);
      scope.define(name, unresolved, alias);
    } else {
      const flags = table.flags(reference);
      const id = table.add(Kind.type, reference, absent, flags);
      table.setName(id, name);
      table.setOwner(id, owner);
      table.setPlace(id, tree, alias);
      table.setDetails(id, -1, stability, externalId);
      scope.define(name, id, alias);
      if (from !== undefined && user !== undefined && from.lastUser !== user) {
        // The `use`s of one interface are resolved without interruption, so comparing with the last user is enough to
        // find out whether `user.uses` contains it.
        from.lastUser = user;
        user.uses.push(from);
      }
    }
  }
}

function reportUnknown(
  use: UseName,
  from: InterfaceBuilder,
  scope: Scope,
  { diagnostics, names }: PackageContext,
): void {
  const { name } = use.name;
  const words = scope.tree.names;
  const number = words.of(name);
  const range = scope.rangeOf(use.name);
  if (names.function(from.scope, number) >= 0) {
    diagnostics.report("wrong-kind", range, {
      name,
      found: "a function",
      expected: "a type",
    });
    return;
  }
  if (
    scope.isAffected(number, use.name.start) ||
    from.isRepeated ||
    from.lost?.mayDefine(name, "type") === true
  )
    return;
  const suggestion = suggestName(
    diagnostics,
    name,
    words.texts(names.typesOf(from.scope)),
    words.texts(from.hidden ?? []),
  );
  const details = suggestion === undefined ? {} : { suggestion };
  diagnostics.report(
    "unknown-used-type",
    range,
    { interface: from.name ?? "", name },
    details,
  );
}

/**
 * Reports a name that is already taken, with the position of its first definition.
 *
 * @param at - the position of the repeated name
 */
export function reportDuplicate(
  name: number,
  at: Piece,
  items: Items,
  scope: Scope,
  context: PackageContext,
): void {
  scope.reject(at.start);
  const first =
    context.diagnostics.size > mostExplained
      ? undefined
      : (functionOf(name, scope, context) ?? firstOf(name, at, items, scope));
  const related =
    first === undefined
      ? []
      : [{ ...scope.rangeOf(first), message: "first defined here" }];
  context.diagnostics.report(
    "duplicate-name",
    scope.rangeOf(at),
    { name: scope.tree.names.text(name) },
    { related },
  );
}

/** The position of a function of this name, if one has been resolved already. */
function functionOf(
  name: number,
  scope: Scope,
  { names }: PackageContext,
): Piece | undefined {
  const node = names.function(scope.id, name);
  return node < 0 ? undefined : scope.tree.diagnosticRange(node);
}

/** The position of an item of this name, other than the one at the given position. */
function firstOf(
  name: number,
  at: Piece,
  items: Items,
  { tree }: Scope,
): Piece | undefined {
  for (const item of items) {
    if (typeof item === "number") {
      const place = tree.diagnosticRange(item);
      if (tree.name(item) === name && place.start !== at.start) return place;
    } else {
      for (const use of item.names) {
        const other = use.alias ?? use.name;
        if (tree.names.of(other.name) === name && other.start !== at.start)
          return other;
      }
    }
  }
  return undefined;
}

function reportCycle(
  cycle: readonly number[],
  wayIn: readonly number[],
  definitions: readonly (number | undefined)[],
  scope: Scope,
  context: PackageContext,
): void {
  const { tree } = scope;
  const members = cycle.flatMap((index) => definitions[index] ?? []);
  const way = wayIn.flatMap((index) => definitions[index] ?? []);
  const walk = [...way, ...members];
  const mentions = walk.map((member, step) => {
    const next = walk[step + 1] ?? members[0] ?? member;
    let found = member;
    forEachMention(tree, member, (mention) => {
      if (found === member && tree.name(mention) === tree.name(next))
        found = mention;
    });
    return found;
  });
  const [first, ...rest] = mentions;
  if (first === undefined) return;
  const path = [...members, ...members.slice(0, 1)]
    .map((member) => tree.nameText(member))
    .join(" → ");
  const related = rest.map((mention, index) => ({
    ...scope.rangeOf(mention),
    message: stepOfCycle(index + 1, way.length),
  }));
  context.diagnostics.report(
    "dependency-cycle",
    scope.rangeOf(first),
    { path },
    { related },
  );
}

/**
 * Visits the types in a definition that are names or handles. The functions of a resource are not visited, because they
 * are resolved after all types.
 */
function forEachMention(
  tree: Tree,
  definition: number,
  visit: (node: number) => void,
): void {
  const kind = tree.kind(definition);
  if (kind === Kind.type) {
    forEachName(tree, tree.inItem(definition), visit);
  } else if (kind === Kind.record || kind === Kind.variant) {
    const end = tree.nextItem(definition);
    for (let at = tree.inItem(definition); at < end; at = tree.nextItem(at)) {
      const type = tree.typeOf(at);
      if (type >= 0) forEachName(tree, type, visit);
    }
  }
}

function forEachName(
  tree: Tree,
  type: number,
  visit: (node: number) => void,
): void {
  const kind = tree.kind(type);
  if (kind <= Kind.missing) return;
  if (kind === Kind.named || kind === Kind.own || kind === Kind.borrow) {
    visit(type);
    return;
  }
  const end = tree.next(type);
  for (let part = tree.inType(type); part < end; part = tree.next(part))
    forEachName(tree, part, visit);
}
