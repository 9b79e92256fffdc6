import type { Docs, FunctionKind, TypeReference } from "../model/model.js";
import { functionForm } from "../model/queries.js";
import type {
  Attribute,
  Constructor,
  FunctionType,
  Identifier,
  NodeBase,
  Parameter,
  ResourceDefinition,
  ResourceMethod,
} from "../syntax/ast.js";
import { docsOf } from "../syntax/docs.js";
import type { SourceFile } from "../syntax/source.js";
import type { FunctionBuilder, ParameterBuilder } from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import { checkConstructorResult } from "./rules/constructor-result.js";
import { mostExplained } from "./suggest.js";
import type { Scope } from "./scope.js";
import { isClosed, unresolved } from "./type-table.js";

/** A function whose types are resolved, but not linked into it. */
export interface PendingFunction {
  readonly function: FunctionBuilder;
  /** What is blamed. */
  readonly at: NodeBase;
}

/** Takes the functions of a scope as they are resolved. */
export interface FunctionSink {
  /** @param at what is blamed */
  add(built: FunctionBuilder, at: NodeBase): void;
}

/** What carries a function's docs and attributes. */
interface FunctionOwner extends NodeBase {
  readonly docs: number;
  readonly attributes: readonly Attribute[];
}

/** Resolves a function that belongs to no resource. */
export function resolveFunction(
  item: FunctionOwner,
  name: Identifier,
  type: FunctionType,
  scope: Scope,
  context: PackageContext,
): FunctionBuilder {
  const kind = type.async ? "async-freestanding" : "freestanding";
  const params = resolveParameters(type.params, undefined, scope, context);
  const result =
    type.result === undefined
      ? undefined
      : context.types.type(type.result, scope, undefined);
  return build(item, name.name, kind, params, result, scope, context);
}

/** Resolves the functions of a resource, in the order of the source. */
export function resolveResourceFunctions(
  resource: ResourceDefinition,
  scope: Scope,
  context: PackageContext,
  sink: FunctionSink,
): void {
  if (resource.methods.length === 0) return;
  const reference = scope.type(resource.name);
  if (reference === unresolved) return;
  for (const member of resource.methods)
    resolveMember(member, resource.name.name, reference, scope, context, sink);
}

function resolveMember(
  member: ResourceMethod,
  resource: string,
  reference: TypeReference,
  scope: Scope,
  context: PackageContext,
  sink: FunctionSink,
): void {
  const id = typeof reference === "number" ? reference : unresolved;
  if (member.kind === "constructor") {
    const params = resolveParameters(member.params, undefined, scope, context);
    const result = resolveConstructorResult(member, reference, scope, context);
    const name = `[constructor]${resource}`;
    const kind = { constructor: id };
    const at = {
      kind: member.kind,
      start: member.start,
      end: member.start + member.kind.length,
    };
    sink.add(build(member, name, kind, params, result, scope, context), at);
    return;
  }
  const { func } = member;
  let kind: FunctionKind;
  let first: ParameterBuilder | undefined;
  if (member.kind === "static")
    kind = func.async ? { "async-static": id } : { static: id };
  else {
    kind = func.async ? { "async-method": id } : { method: id };
    const type = context.types.self(reference, scope, func);
    first = { name: "self", type };
  }
  const params = resolveParameters(func.params, first, scope, context);
  const result =
    func.result === undefined
      ? undefined
      : context.types.type(func.result, scope, undefined);
  const name = `[${member.kind}]${resource}.${member.name.name}`;
  sink.add(
    build(member, name, kind, params, result, scope, context),
    member.name,
  );
}

function resolveConstructorResult(
  member: Constructor,
  resource: TypeReference,
  scope: Scope,
  context: PackageContext,
): TypeReference {
  if (member.result === undefined) return resource;
  const result = context.types.type(member.result, scope, undefined);
  checkConstructorResult(
    member.result,
    result,
    context.types.okOf(result),
    resource,
    scope.source,
    context.diagnostics,
  );
  return result;
}

function resolveParameters(
  parameters: readonly Parameter[],
  first: ParameterBuilder | undefined,
  scope: Scope,
  context: PackageContext,
): ParameterBuilder[] {
  // Made in its final size: one that grows as it is filled keeps room for many more.
  const size = parameters.length + (first === undefined ? 0 : 1);
  const params = new Array<ParameterBuilder>(size);
  let count = 0;
  if (first !== undefined) params[count++] = first;
  // Few functions have so many parameters that a set would be faster than looking through them.
  const names = size > 16 ? new Set<string>(first && [first.name]) : undefined;
  for (const parameter of parameters) {
    const { name } = parameter.name;
    if (names === undefined ? isTaken(name, params, count) : names.has(name)) {
      reportRepeated(parameter, parameters, scope, context);
      continue;
    }
    names?.add(name);
    const type = context.types.type(parameter.type, scope, undefined);
    const docs = parameterDocs(parameter, scope.source);
    params[count++] =
      docs === undefined ? { name, type } : { name, type, docs };
  }
  if (count < size) params.length = count;
  return params;
}

/** Of comments in front of a parameter only those count that are meant as documentation: others often end the line before it. */
function parameterDocs(
  { docs }: Parameter,
  source: SourceFile,
): Docs | undefined {
  if (docs === undefined) return undefined;
  const { text } = source;
  return text.startsWith("///", docs) || text.startsWith("/**", docs)
    ? docsOf({ docs }, source)
    : undefined;
}

function isTaken(
  name: string,
  params: readonly ParameterBuilder[],
  count: number,
): boolean {
  for (let index = 0; index < count; index++)
    if (params[index]?.name === name) return true;
  return false;
}

function reportRepeated(
  parameter: Parameter,
  parameters: readonly Parameter[],
  scope: Scope,
  context: PackageContext,
): void {
  const { name } = parameter.name;
  const other =
    context.diagnostics.size > mostExplained
      ? undefined
      : parameters.find(
          (candidate) =>
            candidate.name.name === name && candidate !== parameter,
        );
  const related =
    other === undefined
      ? []
      : [
          {
            ...rangeOf(other.name, scope.source),
            message: "first defined here",
          },
        ];
  context.diagnostics.report(
    "duplicate-name",
    rangeOf(parameter.name, scope.source),
    { name },
    { related },
  );
}

function build(
  item: FunctionOwner,
  name: string,
  kind: FunctionKind,
  params: ParameterBuilder[],
  result: TypeReference | undefined,
  scope: Scope,
  context: PackageContext,
): FunctionBuilder {
  // Most have a result and docs or not, and nothing else: those get an object of just the size they need.
  const docs = docsOf(item, scope.source);
  let built: FunctionBuilder;
  if (result === undefined)
    built =
      docs === undefined
        ? { name, kind, params }
        : { name, kind, params, docs };
  else
    built =
      docs === undefined
        ? { name, kind, params, result }
        : { name, kind, params, result, docs };
  const stability = context.gates.stability(item.attributes, scope.source);
  if (stability !== undefined) built.stability = stability;
  const externalId = context.gates.externalId(item.attributes, scope.source);
  if (externalId !== undefined) built.external_id = externalId;
  return built;
}

/**
 * Whether there is anything for {@link linkFunction} to do: most functions have no gate, and mention neither resources nor
 * types behind a gate.
 */
export function needsLink(
  built: FunctionBuilder,
  context: PackageContext,
): boolean {
  const { types } = context;
  if (built.stability !== undefined) return true;
  for (const { type } of built.params) if (types.needsLink(type)) return true;
  if (
    built.result !== undefined &&
    (types.needsLink(built.result) || types.hasBorrow(built.result))
  )
    return true;
  const { kind } = built;
  return typeof kind !== "string" && isClosed(resourceOf(kind));
}

/**
 * Links the types of a function into it, once all types of the package are there.
 *
 * @returns whether its gate is open; if not, it does not belong into the model, and its types were not looked at
 */
export function linkFunction(
  pending: PendingFunction,
  scope: Scope,
  context: PackageContext,
): boolean {
  const { function: built, at } = pending;
  const { types, gates, diagnostics } = context;
  if (!gates.check(built.stability, context.owner, at, scope.source))
    return false;
  if (typeof built.kind !== "string")
    types.checkOpen(resourceOf(built.kind), scope, at);
  for (const parameter of built.params)
    parameter.type = types.link(parameter.type, scope, at);
  if (built.result !== undefined) {
    built.result = types.link(built.result, scope, at);
    if (types.hasBorrow(built.result)) {
      diagnostics.report("borrow-in-result", rangeOf(at, scope.source), {
        name: built.name,
      });
    }
  }
  return true;
}

/** The resource that a function belongs to. Its kind has one key, which says how. */
function resourceOf(kind: Exclude<FunctionKind, string>): TypeReference {
  return functionForm(kind).resource ?? unresolved;
}
