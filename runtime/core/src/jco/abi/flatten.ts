// The flattening of the canonical ABI: which core values stand for a WIT type. `flatten_type` in the component model's
// CanonicalABI.md.
import type { FunctionDescriptor, TypeDescriptor } from "../../descriptor.js";
import { resolveType, type TypeScope } from "../../resolve-type.js";

/** A core type. */
export type CoreType = "i32" | "i64" | "f32" | "f64";

/** What a function is in core WebAssembly. */
export interface CoreSignature {
  readonly parameters: readonly CoreType[];
  /** The parameters go through memory: the only core parameter is a pointer to them. */
  readonly spilledParameters: boolean;
  /** The result where it fits in one core value. */
  readonly result?: CoreType;
  /** The result goes through memory: an import takes a pointer to write it to, an export returns a pointer to it. */
  readonly spilled: boolean;
}

const mostFlatParameters = 16;

/** The core signature of a function that is lifted and lowered synchronously. */
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
    spilled: results.length > 1,
  };
}

/** The core values that stand for a value of a type. */
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
      // Enumerations, flags, handles.
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
