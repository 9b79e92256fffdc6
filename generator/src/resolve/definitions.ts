import type {
  Identifier,
  TypeDefinition,
  Type,
  Use,
  UseName,
} from "../syntax/ast.js";
import { isClosed, type Owner, TypeFlag, unresolved } from "./type-table.js";
import type { InterfaceBuilder } from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import { defineType } from "./define-type.js";
import type { PackageItems } from "./package-items.js";
import type { FileNames } from "./target.js";
import type { Scope } from "./scope.js";
import { mostExplained, suggestName } from "./suggest.js";
import { checkResourceMembers } from "./rules/resource-members.js";
import { stepOfCycle, topologicalOrder } from "./toposort.js";

/** An item of an interface or a world; those that define no type are passed over. */
type AnyItem =
  | Use
  | TypeDefinition
  | { readonly kind: "function" | "import" | "export" | "include" };

function isTypeDefinition(item: AnyItem): item is TypeDefinition {
  switch (item.kind) {
    case "use":
    case "function":
    case "import":
    case "export":
    case "include":
      return false;
    default:
      return true;
  }
}

/**
 * Resolves the types of an interface or a world into its scope: first what it uses, in the order of the source, then what it
 * defines, each type behind those it mentions.
 *
 * @param user the interface, which takes note of those whose types it uses; `undefined` for a world
 */
export function resolveDefinitions(
  items: readonly AnyItem[],
  scope: Scope,
  owner: Owner,
  user: InterfaceBuilder | undefined,
  context: PackageContext,
  package_: PackageItems,
  file: FileNames,
): void {
  // What a `use` names can be mentioned before it, and that counts for the order.
  let usesFirst = true;
  let hasDefinition = false;
  for (const item of items) {
    if (item.kind !== "use") {
      hasDefinition ||= isTypeDefinition(item);
    } else {
      if (hasDefinition) usesFirst = false;
      resolveUse(item, items, scope, owner, user, context, package_, file);
    }
  }
  // As long as each type is new and stands behind those it mentions, the order is that of the source.
  let ordered = 0;
  for (; usesFirst && ordered < items.length; ordered++) {
    const item = items[ordered];
    if (item === undefined || !isTypeDefinition(item)) continue;
    if (scope.has(item.name.name) || !mentionsDefined(item, scope)) break;
    defineType(item, scope, owner, context);
  }
  if (ordered < items.length)
    defineInOrder(items, ordered, scope, owner, context);
}

/**
 * Defines types each behind those it mentions, and reports those that are there twice, unknown, or on a cycle.
 *
 * @param done the items before this one are defined already
 */
function defineInOrder(
  items: readonly AnyItem[],
  done: number,
  scope: Scope,
  owner: Owner,
  context: PackageContext,
): void {
  // The nodes of the order, in that of the source: what is defined, and what is used, for which there is nothing to do.
  const nodes: (TypeDefinition | undefined)[] = [];
  const indices = new Map<string, number>();
  let firstOpen = 0;
  for (const [position, item] of items.entries()) {
    if (position === done) firstOpen = nodes.length;
    if (item.kind === "use") {
      for (const use of item.names) {
        const { name } = use.alias ?? use.name;
        const index = indices.get(name);
        const hidden = index === undefined ? undefined : nodes[index];
        if (index === undefined) indices.set(name, nodes.push(undefined) - 1);
        else if (hidden !== undefined) {
          // The reference takes the name that is used, and forgets the definition.
          context.diagnostics.report(
            "hidden-definition",
            rangeOf(hidden.name, scope.source),
            { name },
          );
          if (hidden.kind === "resource")
            checkResourceMembers(hidden, scope.source, context.diagnostics);
          nodes[index] = undefined;
        }
      }
    } else if (isTypeDefinition(item)) {
      const { name } = item;
      if (indices.has(name.name)) reportDuplicate(name, items, scope, context);
      else indices.set(name.name, nodes.push(item) - 1);
    }
  }

  const check = (name: Identifier): void => {
    if (!indices.has(name.name)) scope.reportUnknown(name, indices.keys());
  };
  for (const definition of nodes)
    if (definition !== undefined) forEachMention(definition, check);
  const edges = nodes.map((definition) => {
    const targets: number[] = [];
    if (definition === undefined) return targets;
    forEachMention(definition, (name) => {
      const target = indices.get(name.name);
      if (target !== undefined) targets.push(target);
    });
    return targets;
  });
  const { order, cycles, wayIn } = topologicalOrder(edges);
  for (const [index, cycle] of cycles.entries()) {
    reportCycle(cycle, index === 0 ? wayIn : [], nodes, scope, context);
    // Those that come first mention others that are not defined yet: of that, nothing more needs to be said.
    for (const index of cycle) {
      const definition = nodes[index];
      if (definition !== undefined) scope.define(definition.name, unresolved);
    }
  }
  for (const index of order) {
    const definition = nodes[index];
    if (definition !== undefined && index >= firstOpen)
      defineType(definition, scope, owner, context);
  }
}

/** Whether all types that a definition mentions are defined. */
function mentionsDefined(definition: TypeDefinition, scope: Scope): boolean {
  switch (definition.kind) {
    case "type":
      return namesDefined(definition.type, scope);
    case "record":
      for (const { type } of definition.fields)
        if (!namesDefined(type, scope)) return false;
      return true;
    case "variant":
      for (const { type } of definition.cases)
        if (type !== undefined && !namesDefined(type, scope)) return false;
      return true;
    case "flags":
    case "enum":
    case "resource":
      return true;
  }
}

/** The common case of {@link forEachName}, without a function called for each name. */
function namesDefined(type: Type, scope: Scope): boolean {
  switch (type.kind) {
    case "primitive":
      return true;
    case "named":
      return scope.has(type.name.name);
    case "list":
    case "option":
      return namesDefined(type.element, scope);
    default: {
      let isDefined = true;
      forEachName(type, (name) => {
        isDefined &&= scope.has(name.name);
      });
      return isDefined;
    }
  }
}

function resolveUse(
  item: Use,
  items: readonly AnyItem[],
  scope: Scope,
  owner: Owner,
  user: InterfaceBuilder | undefined,
  context: PackageContext,
  package_: PackageItems,
  file: FileNames,
): void {
  const { gates, table, diagnostics } = context;
  const { source } = scope;
  const target = package_.interface(item.path, file, source);
  const stability = gates.stability(item.attributes, source);
  const externalId = gates.externalId(item.attributes, source);
  const isOpen = gates.isOpen(stability);
  const from = target?.interface;
  for (const use of item.names) {
    const name = use.alias ?? use.name;
    if (scope.has(name.name)) {
      reportDuplicate(name, items, scope, context);
      continue;
    }
    gates.check(stability, context.owner, use.name, source);
    if (target?.foreign?.isOpen === false) {
      // Whether it is a resource is not known, and whoever asks is told of the gate.
      scope.define(name, table.addClosed(stability, TypeFlag.resource));
      continue;
    }
    const isForeignClosed =
      target?.foreign?.closedTypes?.has(use.name.name) === true;
    let reference =
      from === undefined
        ? unresolved
        : (from.types.get(use.name.name) ?? from.hidden?.get(use.name.name));
    if (from !== undefined && reference === undefined) {
      reportUnknown(use, from, scope, context);
      reference = unresolved;
    }
    if (
      reference === undefined ||
      typeof reference === "string" ||
      reference === unresolved
    ) {
      scope.define(name, unresolved);
    } else if (!isOpen) {
      scope.define(name, table.addClosed(stability, table.flags(reference)));
    } else if (isClosed(reference) || isForeignClosed) {
      diagnostics.report("gated-reference", rangeOf(use.name, source), {
        what: "a type",
      });
      scope.define(name, unresolved);
    } else {
      const id = table.add(
        name.name,
        { type: reference },
        owner,
        undefined,
        stability,
        externalId,
        table.flags(reference),
        use.name,
        source,
      );
      scope.define(name, id);
      if (from !== undefined && user !== undefined && from.lastUser !== user) {
        // What an interface uses is resolved in one go, so this tells whether it is there already.
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
  context: PackageContext,
): void {
  const { name } = use.name;
  const range = rangeOf(use.name, scope.source);
  if (from.functions.has(name)) {
    context.diagnostics.report("wrong-kind", range, {
      name,
      found: "a function",
      expected: "a type",
    });
    return;
  }
  if (scope.isAffected(use.name) || from.lost?.mayDefine(name, "type") === true)
    return;
  const suggestion = suggestName(
    context.diagnostics,
    name,
    from.types.keys(),
    from.hidden?.keys(),
  );
  const details = suggestion === undefined ? {} : { suggestion };
  context.diagnostics.report(
    "unknown-used-type",
    range,
    { interface: from.name ?? "", name },
    details,
  );
}

/** Reports a name that is taken, and where it was taken first. */
export function reportDuplicate(
  name: Identifier,
  items: readonly AnyItem[],
  scope: Scope,
  context: PackageContext,
): void {
  scope.reject(name);
  const first =
    context.diagnostics.size > mostExplained
      ? undefined
      : (scope.function(name.name) ?? firstOf(name, items));
  const related =
    first === undefined
      ? []
      : [{ ...rangeOf(first, scope.source), message: "first defined here" }];
  context.diagnostics.report(
    "duplicate-name",
    rangeOf(name, scope.source),
    { name: name.name },
    { related },
  );
}

function firstOf(
  name: Identifier,
  items: readonly AnyItem[],
): Identifier | undefined {
  for (const item of items) {
    if (item.kind === "use") {
      for (const use of item.names) {
        const other = use.alias ?? use.name;
        if (other.name === name.name && other !== name) return other;
      }
    } else if (
      "name" in item &&
      item.name.name === name.name &&
      item.name !== name
    )
      return item.name;
  }
  return undefined;
}

function reportCycle(
  cycle: readonly number[],
  wayIn: readonly number[],
  definitions: readonly (TypeDefinition | undefined)[],
  scope: Scope,
  context: PackageContext,
): void {
  const members = cycle.flatMap((index) => definitions[index] ?? []);
  const way = wayIn.flatMap((index) => definitions[index] ?? []);
  const walk = [...way, ...members];
  const mentions = walk.map((member, step) => {
    const next = walk[step + 1] ?? members[0] ?? member;
    let mention: Identifier = member.name;
    forEachMention(member, (name) => {
      if (mention === member.name && name.name === next.name.name)
        mention = name;
    });
    return mention;
  });
  const [first, ...rest] = mentions;
  if (first === undefined) return;
  const path = [...members, ...members.slice(0, 1)]
    .map((member) => member.name.name)
    .join(" → ");
  const related = rest.map((mention, index) => ({
    ...rangeOf(mention, scope.source),
    message: stepOfCycle(index + 1, way.length),
  }));
  context.diagnostics.report(
    "dependency-cycle",
    rangeOf(first, scope.source),
    { path },
    { related },
  );
}

/** Visits the names of types that a definition mentions. The functions of a resource do not count: they come after all types. */
function forEachMention(
  definition: TypeDefinition,
  visit: (name: Identifier) => void,
): void {
  switch (definition.kind) {
    case "type":
      forEachName(definition.type, visit);
      break;
    case "record":
      for (const field of definition.fields) forEachName(field.type, visit);
      break;
    case "variant":
      for (const item of definition.cases)
        if (item.type !== undefined) forEachName(item.type, visit);
      break;
    case "flags":
    case "enum":
    case "resource":
      break;
  }
}

function forEachName(type: Type, visit: (name: Identifier) => void): void {
  switch (type.kind) {
    case "primitive":
    case "missing":
      break;
    case "named":
      visit(type.name);
      break;
    case "own":
    case "borrow":
      visit(type.resource);
      break;
    case "list":
    case "option":
      forEachName(type.element, visit);
      break;
    case "future":
    case "stream":
      if (type.element !== undefined) forEachName(type.element, visit);
      break;
    case "map":
      forEachName(type.key, visit);
      forEachName(type.value, visit);
      break;
    case "result":
      if (type.ok !== undefined) forEachName(type.ok, visit);
      if (type.err !== undefined) forEachName(type.err, visit);
      break;
    case "tuple":
      for (const element of type.elements) forEachName(element, visit);
      break;
  }
}
