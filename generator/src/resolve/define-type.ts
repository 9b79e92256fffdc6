import type { Stability } from "../model/model.js";
import { Kind } from "../syntax/kind.js";
import type { PackageContext } from "./context.js";
import { absent, isClosed, type Reference, unresolved } from "./reference.js";
import { checkHasCases } from "./rules/has-cases.js";
import { checkResourceMembers } from "./rules/resource-members.js";
import type { Scope } from "./scope.js";
import { type Owner, TypeFlag } from "./type-table.js";

/**
 * Resolves the definition of a type and adds it to the scope: as a type of the model, as a type whose gate is closed,
 * or as unresolved, which has been reported. The types that the definition mentions must already be in the scope.
 */
export function defineType(
  definition: number,
  scope: Scope,
  owner: Owner,
  context: PackageContext,
): void {
  const { table, gates, types } = context;
  const { tree } = scope;
  const attributes = tree.attributesOf(definition);
  const stability =
    attributes.length === 0
      ? undefined
      : gates.stability(attributes, tree.source);
  const externalId =
    attributes.length === 0
      ? undefined
      : gates.externalId(attributes, tree.source);
  // Resolve the parts before checking the gate: errors in them are reported even if the gate is closed.
  const reference = resolveParts(definition, scope, stability, context);
  const name = tree.name(definition);
  if (reference === unresolved || isClosed(reference)) {
    scope.define(name, reference, definition);
    return;
  }
  if (stability !== undefined)
    gates.check(stability, context.owner, scope.rangeOf(definition));
  table.setName(reference, name);
  table.setOwner(reference, owner);
  table.setRange(
    reference,
    tree,
    tree.nameStart(definition),
    tree.nameEnd(definition),
  );
  table.setDetails(reference, tree.docs(definition), stability, externalId);
  if (table.kind(reference) === Kind.result)
    types.noteResult(reference, types.structure.first);
  scope.define(name, reference, definition);
}

/** Adds the type that a definition defines, still without its name; see {@link defineType}. */
function resolveParts(
  definition: number,
  scope: Scope,
  stability: Stability | undefined,
  context: PackageContext,
): Reference {
  const { table, gates, diagnostics } = context;
  const { tree } = scope;
  const kind = tree.kind(definition);
  switch (kind) {
    case Kind.type:
      return resolveAlias(definition, scope, stability, context);
    case Kind.record:
    case Kind.variant:
      if (kind === Kind.variant) checkHasCases(definition, scope, diagnostics);
      return resolveMembers(definition, scope, stability, context);
    case Kind.flags:
    case Kind.enum:
      if (kind === Kind.enum) checkHasCases(definition, scope, diagnostics);
      return gates.isOpen(stability)
        ? table.add(kind, definition, absent, TypeFlag.none)
        : table.addClosed(stability, TypeFlag.none);
    default:
      checkResourceMembers(definition, scope, diagnostics);
      return gates.isOpen(stability)
        ? table.add(Kind.resource, absent, absent, TypeFlag.resource)
        : table.addClosed(stability, TypeFlag.resource);
  }
}

function resolveAlias(
  definition: number,
  scope: Scope,
  stability: Stability | undefined,
  context: PackageContext,
): Reference {
  const { types, table, gates } = context;
  const type = scope.tree.inItem(definition);
  const kind = scope.tree.kind(type);
  if (kind > Kind.named && kind !== Kind.own) {
    types.decompose(type, scope, stability);
    if (gates.isOpen(stability)) return types.addStructure(definition, scope);
    const ok = types.structure.first;
    const closed = table.addClosed(stability, TypeFlag.none);
    if (kind === Kind.result) types.noteResult(closed, ok);
    return closed;
  }
  const reference = types.type(type, scope, stability);
  if (reference === unresolved) return unresolved;
  const flags = kind === Kind.own ? TypeFlag.none : table.flags(reference);
  if (!gates.isOpen(stability)) return table.addClosed(stability, flags);
  if (isClosed(reference)) {
    types.checkOpen(reference, scope, definition);
    return unresolved;
  }
  return table.add(
    kind === Kind.own ? Kind.own : Kind.type,
    reference,
    absent,
    flags,
  );
}

/** Resolves the types of the fields of a record or the cases of a variant, and adds the type. */
function resolveMembers(
  definition: number,
  scope: Scope,
  stability: Stability | undefined,
  context: PackageContext,
): Reference {
  const { types, table, gates } = context;
  const { tree } = scope;
  const { scratch, lists } = table;
  const first = tree.inItem(definition);
  const end = tree.nextItem(definition);
  const base = scratch.length;
  for (let member = first; member < end; member = tree.nextItem(member)) {
    const type = tree.typeOf(member);
    scratch.push(type < 0 ? absent : types.type(type, scope, stability));
  }
  const count = scratch.length - base;
  scratch.length = base;
  if (!gates.isOpen(stability))
    return table.addClosed(stability, TypeFlag.none);
  const list = lists.extend(count + 1);
  lists.set(list, count);
  const isRecord = tree.kind(definition) === Kind.record;
  let flags: number = TypeFlag.none;
  let member = first;
  for (let index = 0; index < count; index++) {
    const at = isRecord ? member : definition;
    const type = types.link(scratch.get(base + index), scope, at);
    flags |= table.flags(type) & TypeFlag.borrow;
    lists.set(list + 1 + index, type);
    member = tree.nextItem(member);
  }
  return table.add(tree.kind(definition), definition, list, flags);
}
