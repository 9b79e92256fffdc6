import type { PrimitiveName } from "./ast.js";

/**
 * The kinds of nodes of a `Tree`, as small integers. Primitive types come first, so that the kind of a primitive type
 * is its index in {@link primitives}.
 */
export const Kind = {
  bool: 0,
  u8: 1,
  u16: 2,
  u32: 3,
  u64: 4,
  s8: 5,
  s16: 6,
  s32: 7,
  s64: 8,
  f32: 9,
  f64: 10,
  char: 11,
  string: 12,
  errorContext: 13,
  missing: 14,
  named: 15,
  list: 16,
  fixedLengthList: 17,
  option: 18,
  future: 19,
  stream: 20,
  own: 21,
  borrow: 22,
  map: 23,
  result: 24,
  tuple: 25,
  functionType: 26,
  parameter: 27,
  field: 28,
  flag: 29,
  variantCase: 30,
  enumCase: 31,
  type: 32,
  record: 33,
  flags: 34,
  variant: 35,
  enum: 36,
  resource: 37,
  function: 38,
  method: 39,
  static: 40,
  constructor: 41,
  use: 42,
} as const;
/** One of {@link Kind}. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/** The names of the primitive types, indexed by kind. */
export const primitives: readonly PrimitiveName[] = [
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
];

/** Flags that are stored in the first number of a node, together with its {@link Kind}. */
export const Mark = {
  none: 0,
  /** The name is escaped with `%`. The range of the name includes the `%`. */
  escaped: 0x100,
  async: 0x200,
  /** A `result` has an `ok` type. */
  hasOk: 0x400,
  /** A `result` has an `err` type. */
  hasErr: 0x800,
} as const;

/** How many numbers a node takes up before its children. */
export const Size = {
  primitive: 2,
  named: 3,
  list: 5,
  handle: 6,
  /** Any other type. */
  type: 4,
  functionType: 5,
  member: 6,
  item: 8,
} as const;

/** Returns the name of a primitive type. */
export function primitiveOf(kind: Kind): PrimitiveName {
  return primitives[kind] ?? "bool";
}
