import type { PrimitiveName } from "../syntax/ast.js";

/** All primitive types, in the order of the reference. */
export const primitiveNames = [
  "bool",
  "u8",
  "u16",
  "u32",
  "u64",
  "s8",
  "s16",
  "s32",
  "s64",
  "f32",
  "f64",
  "char",
  "string",
  "error-context",
] as const satisfies readonly PrimitiveName[];
