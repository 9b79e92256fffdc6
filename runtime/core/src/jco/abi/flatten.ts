// Flattening in the canonical ABI: the core values that represent a value of a WIT type. See `flatten_type` in the
// component model's CanonicalABI.md.
import type { FunctionDescriptor, TypeDescriptor } from "../../descriptor.js";
import { resolveType, type TypeScope } from "../../resolve-type.js";

/** The type of a core WebAssembly value. */
export type CoreType = "i32" | "i64" | "f32" | "f64";

/** The signature of a function in core WebAssembly. */
export interface CoreSignature {
  readonly parameters: readonly CoreType[];
  /** Whether the parameters are passed in memory: the only core parameter is then a pointer to them. */
  readonly spilledParameters: boolean;
  /** The type of the result, if it is a single core value. */
  readonly result?: CoreType;
  /**
   * Whether the result is passed in memory: an import then takes a pointer to write it to, and an export returns a
   * pointer to it.
   */
  readonly spillsResult: boolean;
}

const mostFlatParameters = 16;

/** Returns the core signature of a function that is lifted and lowered synchronously. */
export function coreSignature(
  scope: TypeScope,
  { parameters, result }: Pick<FunctionDescriptor, "parameters" | "result">,
): CoreSignature {
  const flat = parameters.flatMap(({ type }) => flatten(scope, type));
  const results = result === undefined ? [] : flatten(scope, result);
  const spilledParameters = flat.length > mostFlatParameters;
  const [single] = results;
  return {
    parameters: spilledParameters ? ["i32"] : flat,
    spilledParameters,
    ...(results.length === 1 && single !== undefined && { result: single }),
    spillsResult: results.length > 1,
  };
}

/** Returns the types of the core values that represent a value of a WIT type. */
export function flatten(scope: TypeScope, type: TypeDescriptor): CoreType[] {
  const { type: structure, scope: inner } = resolveType(scope, type);
  if (typeof structure === "string") {
    switch (structure) {
      case "s64":
      case "u64":
        return ["i64"];
      case "f32":
      case "f64":
        return [structure];
      case "string":
        return ["i32", "i32"];
      default:
        return ["i32"];
    }
  }
  switch (structure.kind) {
    case "list":
      return structure.length === undefined
        ? ["i32", "i32"]
        : Array.from({ length: structure.length }, () =>
            flatten(inner, structure.element),
          ).flat();
    case "map":
      return ["i32", "i32"];
    case "record":
      return structure.fields.flatMap((field) => flatten(inner, field.type));
    case "tuple":
      return structure.elements.flatMap((element) => flatten(inner, element));
    case "variant":
      return flattenCases(
        inner,
        structure.cases.map((one) => one.type),
      );
    case "option":
      return flattenCases(inner, [undefined, structure.element]);
    case "result":
      return flattenCases(inner, [structure.ok, structure.err]);
    default:
      // Enums, flags, and handles of resources, streams and futures.
      return ["i32"];
  }
}

function flattenCases(
  scope: TypeScope,
  payloads: readonly (TypeDescriptor | undefined)[],
): CoreType[] {
  const joined: CoreType[] = [];
  for (const payload of payloads) {
    if (payload === undefined) continue;
    for (const [index, type] of flatten(scope, payload).entries()) {
      const other = joined[index];
      joined[index] = other === undefined ? type : join(other, type);
    }
  }
  return ["i32", ...joined];
}

function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  const narrow = (type: CoreType): boolean => type === "i32" || type === "f32";
  return narrow(a) && narrow(b) ? "i32" : "i64";
}

/** Whether the values of a type may be several blocks of allocated memory, such as two strings. */
export function hasSeveralBlocks(
  scope: TypeScope,
  type: TypeDescriptor,
): boolean {
  return countBlocks(scope, type) > 1;
}

/** Returns the number of blocks, or more than 1 if it depends on the value. */
function countBlocks(scope: TypeScope, type: TypeDescriptor): number {
  const { type: structure, scope: inner } = resolveType(scope, type);
  if (typeof structure === "string") return structure === "string" ? 1 : 0;
  const blocks = (part: TypeDescriptor | undefined): number =>
    part === undefined ? 0 : countBlocks(inner, part);
  const sum = (parts: readonly TypeDescriptor[]): number =>
    parts.reduce((total, part) => total + blocks(part), 0);
  switch (structure.kind) {
    case "list":
      return structure.length === undefined
        ? 1 + blocks(structure.element)
        : structure.length * blocks(structure.element);
    case "map":
      return 1 + blocks(structure.key) + blocks(structure.value);
    case "record":
      return sum(structure.fields.map((field) => field.type));
    case "tuple":
      return sum(structure.elements);
    case "option":
      return blocks(structure.element);
    case "result":
      return Math.max(blocks(structure.ok), blocks(structure.err));
    case "variant":
      return Math.max(0, ...structure.cases.map((one) => blocks(one.type)));
    default:
      return 0;
  }
}
