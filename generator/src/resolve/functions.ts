import type { Stability } from "../model/model.js";
import type { Attribute } from "../syntax/ast.js";
import { Kind, Mark, Size } from "../syntax/kind.js";
import type { PackageContext } from "./context.js";
import { FunctionForm } from "./function-table.js";
import { absent, isClosed, type Reference, unresolved } from "./reference.js";
import { checkConstructorResult } from "./rules/constructor-result.js";
import type { DiagnosticPosition, Scope } from "./scope.js";
import { mostExplained } from "./suggest.js";

/** Resolves a function of an interface, and returns its row. */
export function resolveFunctionItem(
  item: number,
  scope: Scope,
  context: PackageContext,
): number {
  const { tree } = scope;
  const type = tree.inItem(item);
  const row = resolveSignature(type, scope, context);
  context.functions.setName(row, tree.name(item), 0);
  finish(row, type, item, scope, context);
  return row;
}

/** Resolves a freestanding function of a world, and returns its row. */
export function resolveWorldFunction(
  node: { readonly docs: number; readonly attributes: readonly Attribute[] },
  name: number,
  type: number,
  scope: Scope,
  context: PackageContext,
): number {
  const { functions, gates } = context;
  const { source } = scope.tree;
  const row = resolveSignature(type, scope, context);
  functions.setName(row, name, 0);
  functions.setPlace(row, scope.tree.index, type, -1, node.docs);
  functions.setDetails(
    row,
    gates.stability(node.attributes, source),
    gates.externalId(node.attributes, source),
  );
  return row;
}

function resolveSignature(
  type: number,
  scope: Scope,
  context: PackageContext,
): number {
  const { tree } = scope;
  const { functions, table } = context;
  const form = tree.has(type, Mark.async)
    ? FunctionForm.asyncFreestanding
    : FunctionForm.freestanding;
  const params = resolveParameters(type, absent, scope, context);
  const count = table.lists.length - params;
  const result = resolveResult(type, scope, context);
  return functions.add(form, absent, params, count, result);
}

/** Resolves the functions of a resource in source order, and passes each row to `take`. */
export function resolveResourceFunctions(
  resource: number,
  scope: Scope,
  context: PackageContext,
  take?: (row: number, item: number) => void,
): void {
  const { tree } = scope;
  const first = tree.inItem(resource);
  const end = tree.nextItem(resource);
  if (first >= end) return;
  const reference = scope.type(resource);
  if (reference === unresolved) return;
  for (let item = first; item < end; item = tree.nextItem(item)) {
    const row = resolveMember(item, reference, scope, context);
    context.functions.setName(row, tree.name(item), tree.name(resource));
    finish(row, tree.inItem(item), item, scope, context);
    take?.(row, item);
  }
}

function resolveMember(
  item: number,
  resource: Reference,
  scope: Scope,
  context: PackageContext,
): number {
  const { functions, table, types } = context;
  const { tree } = scope;
  const kind = tree.kind(item);
  const type = tree.inItem(item);
  if (kind === Kind.constructor) {
    const params = resolveParameters(type, absent, scope, context);
    const count = table.lists.length - params;
    const result = resolveConstructorResult(type, resource, scope, context);
    const form = FunctionForm.constructor;
    return functions.add(form, resource, params, count, result);
  }
  const isAsync = tree.has(type, Mark.async);
  let form: FunctionForm;
  let self = absent;
  if (kind === Kind.static) {
    form = isAsync ? FunctionForm.asyncStatic : FunctionForm.static;
  } else {
    form = isAsync ? FunctionForm.asyncMethod : FunctionForm.method;
    self = types.self(resource, scope, type);
  }
  const params = resolveParameters(type, self, scope, context);
  const count = table.lists.length - params;
  const result = resolveResult(type, scope, context);
  return functions.add(form, resource, params, count, result);
}

/** Sets the source position, docs and attributes of a function. */
function finish(
  row: number,
  type: number,
  item: number,
  scope: Scope,
  context: PackageContext,
): void {
  const { functions, gates } = context;
  const { tree } = scope;
  functions.setPlace(row, tree.index, type, item, tree.docs(item));
  const attributes = tree.attributesOf(item);
  if (attributes.length > 0)
    functions.setDetails(
      row,
      gates.stability(attributes, tree.source),
      gates.externalId(attributes, tree.source),
    );
}

/** The result type of a function; {@link absent} if it has none. */
function resolveResult(
  type: number,
  scope: Scope,
  context: PackageContext,
): Reference {
  const result = scope.tree.result(type);
  return result < 0 ? absent : context.types.type(result, scope, undefined);
}

function resolveConstructorResult(
  type: number,
  resource: Reference,
  scope: Scope,
  context: PackageContext,
): Reference {
  const node = scope.tree.result(type);
  if (node < 0) return resource;
  const { types, diagnostics } = context;
  const result = types.type(node, scope, undefined);
  const ok = types.okOf(result);
  checkConstructorResult(node, result, ok, resource, scope, diagnostics);
  return result;
}

/**
 * Resolves the parameters of a function.
 *
 * @param self - the type of the `self` parameter of a method; {@link absent} for other functions
 * @returns the index of the first parameter's type in the lists of the `TypeTable`; the types are the last entries
 * there
 */
function resolveParameters(
  type: number,
  self: Reference,
  scope: Scope,
  context: PackageContext,
): number {
  const { tree } = scope;
  const { lists, scratch } = context.table;
  const first = type + Size.functionType;
  const end = tree.endOfParameters(type);
  const base = scratch.length;
  if (self !== absent) scratch.push(self);
  let count = 0;
  // Linear search is faster than a `Set`, except for the few functions with many parameters.
  let names: Set<number> | undefined;
  for (let node = first; node < end; node = tree.nextItem(node)) {
    const name = tree.name(node);
    if (++count === mostCompared)
      names = new Set(namesBefore(scope, first, node));
    const isRepeated =
      names === undefined ? isTaken(name, scope, first, node) : names.has(name);
    if (isRepeated || (self !== absent && name === tree.names.self)) {
      reportRepeated(node, first, end, scope, context);
      continue;
    }
    names?.add(name);
    scratch.push(context.types.type(tree.typeOf(node), scope, undefined));
  }
  const size = scratch.length - base;
  const list = lists.extend(size);
  for (let index = 0; index < size; index++)
    lists.set(list + index, scratch.get(base + index));
  scratch.length = base;
  return list;
}

const mostCompared = 16;

function* namesBefore(
  { tree }: Scope,
  first: number,
  end: number,
): Generator<number> {
  for (let node = first; node < end; node = tree.nextItem(node))
    yield tree.name(node);
}

function isTaken(
  name: number,
  { tree }: Scope,
  first: number,
  end: number,
): boolean {
  for (let node = first; node < end; node = tree.nextItem(node))
    if (tree.name(node) === name) return true;
  return false;
}

function reportRepeated(
  parameter: number,
  first: number,
  end: number,
  scope: Scope,
  context: PackageContext,
): void {
  const { tree } = scope;
  const name = tree.name(parameter);
  let other = -1;
  if (context.diagnostics.size <= mostExplained)
    for (let node = first; node < end && other < 0; node = tree.nextItem(node))
      if (tree.name(node) === name && node !== parameter) other = node;
  const related =
    other < 0
      ? []
      : [{ ...scope.rangeOf(other), message: "first defined here" }];
  const suggestion =
    other < 0 && name === tree.names.self
      ? { suggestion: "the implicit first parameter of a method has this name" }
      : {};
  context.diagnostics.report(
    "duplicate-name",
    scope.rangeOf(parameter),
    { name: tree.names.text(name) },
    { related, ...suggestion },
  );
}

/**
 * Links the types of a function once all types of the package are defined. A function whose gate is closed is excluded
 * from the model, and its types are not linked.
 *
 * @param at - the range for diagnostics
 */
export function linkFunction(
  row: number,
  scope: Scope,
  at: DiagnosticPosition,
  context: PackageContext,
): void {
  const { types, gates, diagnostics, functions, table } = context;
  const stability: Stability | undefined = functions.stability(row);
  if (
    stability !== undefined &&
    !gates.check(stability, context.owner, scope.rangeOf(at))
  ) {
    functions.close(row);
    return;
  }
  const resource = functions.resource(row);
  if (isClosed(resource)) {
    const suggestion = "give the functions of a resource the same gate";
    const what = { what: "a resource" };
    const details = { suggestion };
    diagnostics.report("gated-reference", scope.rangeOf(at), what, details);
  }
  const { lists } = table;
  const params = functions.params(row);
  const end = params + functions.countOf(row);
  for (let index = params; index < end; index++)
    lists.set(index, types.link(lists.get(index), scope, at));
  const result = types.link(functions.result(row), scope, at);
  functions.setResult(row, result);
  if (types.hasBorrow(result)) {
    // The name as in the source: `r.f`, not `[method]r.f`.
    const name = functions.nameText(row).replace(/^\[[a-z]+\]/u, "");
    diagnostics.report("borrow-in-result", scope.rangeOf(at), { name });
  }
}
