// Random values of the types of a descriptor: mainly extremes and values with special representations in memory.
import type { PrimitiveDescriptor, TypeDescriptor } from "@wit2ts/runtime";
import {
  isBareOption,
  resolveResource,
  resolveType,
  type ResolvedResource,
  type TypeScope,
} from "../../../runtime/core/src/resolve-type.js";
import { typedArrayOf } from "../../../runtime/core/src/typed-array.js";
import type { Random } from "../random.js";

/** Creates an instance of a resource. */
export type MakeResource = (resource: ResolvedResource) => unknown;

const noResource: MakeResource = ({ name }) => {
  throw new Error(`no random value is a ${name}`);
};

/**
 * A random value of a type in the form in which jco returns it: all flags are present, and absent options are explicit.
 */
export function randomValue(
  random: Random,
  scope: TypeScope,
  type: TypeDescriptor,
  make: MakeResource = noResource,
): unknown {
  const { type: structure, scope: inner } = resolveType(scope, type);
  if (typeof structure === "string") return randomPrimitive(random, structure);
  const value = (part: TypeDescriptor): unknown =>
    randomValue(random, inner, part, make);
  switch (structure.kind) {
    case "list": {
      const { element, length } = structure;
      if (length !== undefined)
        return Array.from({ length }, () => value(element));
      const count = random.pick([0, 1, 2, 3, 17]);
      const values = Array.from({ length: count }, () => value(element));
      const TypedArray = typedArrayOf(inner, element);
      return TypedArray === undefined
        ? values
        : new TypedArray(values as never);
    }
    case "map": {
      const count = random.pick([0, 1, 2, 5]);
      return new Map(
        Array.from({ length: count }, () => [
          value(structure.key),
          value(structure.value),
        ]),
      );
    }
    case "tuple":
      return structure.elements.map(value);
    case "record":
      return Object.fromEntries(
        structure.fields.map(({ key, type: field }) => [key, value(field)]),
      );
    case "flags":
      return Object.fromEntries(
        structure.flags.map(({ key }) => [key, random.below(2) === 1]),
      );
    case "enum":
      // The last case of a large enum has a discriminant of two bytes.
      return random.below(2) === 0
        ? structure.cases.at(-1)
        : random.pick(structure.cases);
    case "option": {
      const isNone = random.below(3) === 0;
      if (isBareOption(inner, structure.element))
        return isNone ? undefined : value(structure.element);
      return isNone
        ? { tag: "none" }
        : { tag: "some", val: value(structure.element) };
    }
    case "result": {
      const tag = random.pick(["ok", "err"] as const);
      const payload = structure[tag];
      return { tag, val: payload && value(payload) };
    }
    case "variant": {
      const { name, type: payload } = random.pick(structure.cases);
      return payload === undefined
        ? { tag: name }
        : { tag: name, val: value(payload) };
    }
    case "own":
    case "borrow":
      return make(resolveResource(inner, structure.resource));
    default:
      throw new Error(`no random type is a ${structure.kind}`);
  }
}
function randomPrimitive(random: Random, type: PrimitiveDescriptor): unknown {
  /** An unsigned number of the given count of bits, often a boundary value. */
  const bits = (count: number): number =>
    random.pick([
      0,
      1,
      2 ** count - 1,
      2 ** (count - 1),
      random.below(2 ** count),
    ]);
  const long = (): bigint => (BigInt(bits(32)) << 32n) | BigInt(bits(32));
  switch (type) {
    case "bool":
      return random.below(2) === 1;
    case "u8":
      return bits(8);
    case "s8":
      return (bits(8) << 24) >> 24;
    case "u16":
      return bits(16);
    case "s16":
      return (bits(16) << 16) >> 16;
    case "u32":
      return bits(32);
    case "s32":
      return bits(32) | 0;
    case "u64":
      return long();
    case "s64":
      return BigInt.asIntN(64, long());
    case "f32":
      return Math.fround(random.pick([0, -0, NaN, -Infinity, Math.PI, 1e-45]));
    case "f64":
      return random.pick([0, -0, NaN, Infinity, Math.PI, 5e-324, -1e308]);
    case "char":
      return random.pick(["a", "\0", "é", "\ud7ff", "\ue000", "\u{10ffff}"]);
    case "string":
      return random.pick(["", "a\0b", "日本語", "\u{1f600}", "é".repeat(70)]);
    case "error-context":
      throw new Error("no random type is an error-context");
  }
}
