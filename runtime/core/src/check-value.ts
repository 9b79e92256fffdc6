import type {
  FunctionDescriptor,
  PrimitiveDescriptor,
  TypeDescriptor,
} from "./descriptor.js";
import {
  isBareOption,
  resolveResource,
  resolveType,
  type TypeScope,
} from "./resolve-type.js";
import { showValue } from "./show-value.js";
import { typedArrayOf } from "./typed-array.js";

/** Thrown for a value that does not match its WIT type. */
export class InvalidValueError extends TypeError {
  /** The path to the invalid part of the value, such as `address.port` or `[3]`; empty for the whole value. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(path === "" ? problem : `${path}: ${problem}`);
    this.name = "InvalidValueError";
    this.path = path;
  }
}

/**
 * Checks that a value matches a WIT type. The check is stricter than jco, which wraps integers, truncates a `char` to
 * its first character and ignores unknown flags.
 *
 * The rules:
 *
 * - Integers are in range.
 * - A `char` is one Unicode scalar value.
 * - Strings contain no lone surrogates.
 * - Records have no unknown fields, and lack a field only if `undefined` is valid for it.
 * - Flags and tags are known.
 * - Lists have the expected class and length.
 *
 * @param scope - the interface or world in which the type is used.
 * @param type - the type in WIT syntax.
 * @param value - the value to check. It is not changed.
 * @param path - the name of the value in the message.
 * @throws {@link InvalidValueError} - with the path to the invalid part.
 */
export function checkValue(
  scope: TypeScope,
  type: TypeDescriptor,
  value: unknown,
  path = "",
): void {
  const { type: structure, scope: inner } = resolveType(scope, type);
  if (typeof structure === "string") {
    checkPrimitive(structure, value, path);
    return;
  }
  const checkPart = (
    part: TypeDescriptor | undefined,
    given: unknown,
    at: string,
  ): void => {
    if (part !== undefined) checkValue(inner, part, given, at);
    else if (given !== undefined) throw mismatch(at, "nothing", given);
  };
  switch (structure.kind) {
    case "list":
      checkList(inner, structure.element, structure.length, value, path);
      return;
    case "map":
      if (!(value instanceof Map)) throw mismatch(path, "a Map", value);
      for (const [key, entry] of value as ReadonlyMap<unknown, unknown>) {
        checkPart(structure.key, key, `${path}{key}`);
        checkPart(structure.value, entry, `${path}{${showValue(key)}}`);
      }
      return;
    case "tuple": {
      const { elements } = structure;
      const given = arrayOf(value, path, elements.length);
      for (const [index, element] of elements.entries()) {
        checkPart(element, given[index], `${path}[${index}]`);
      }
      return;
    }
    case "record": {
      const given = objectOf(value, path);
      const known = new Set(structure.fields.map(({ key }) => key));
      checkKeys(given, known, "field", path);
      for (const { key, type: field } of structure.fields) {
        checkPart(field, given[key], joined(path, key));
      }
      return;
    }
    case "flags": {
      const given = objectOf(value, path);
      checkKeys(
        given,
        new Set(structure.flags.map(({ key }) => key)),
        "flag",
        path,
      );
      for (const [key, flag] of Object.entries(given)) {
        if (flag !== undefined && typeof flag !== "boolean") {
          throw mismatch(joined(path, key), "a boolean", flag);
        }
      }
      return;
    }
    case "enum":
      if (!structure.cases.includes(value as string)) {
        throw mismatch(path, oneOf(structure.cases), value);
      }
      return;
    case "option":
      if (isBareOption(inner, structure.element)) {
        if (value !== undefined) checkPart(structure.element, value, path);
      } else {
        checkCases(
          { none: undefined, some: structure.element },
          value,
          path,
          checkPart,
        );
      }
      return;
    case "result":
      checkCases(
        { ok: structure.ok, err: structure.err },
        value,
        path,
        checkPart,
      );
      return;
    case "variant":
      checkCases(
        Object.fromEntries(structure.cases.map((one) => [one.name, one.type])),
        value,
        path,
        checkPart,
      );
      return;
    case "own":
    case "borrow":
      // Only the side that created a resource can check its class, so any object is accepted.
      resolveResource(inner, structure.resource);
      objectOf(value, path);
      return;
    case "resource":
    case "future":
    case "stream":
      objectOf(value, path);
  }
}

/**
 * Checks the arguments of a function call.
 *
 * @param scope - the descriptor of the interface.
 * @param wanted - the name of a function in the contract of the interface, or the descriptor of any function.
 * @param args - the arguments of the call.
 * @throws {@link InvalidValueError} - with a path that begins with the name of the parameter. The path is empty if
 * there are too many arguments.
 * @throws TypeError - if the interface has no such function.
 */
export function checkArguments(
  scope: TypeScope & {
    readonly functions?: Readonly<Record<string, FunctionDescriptor>>;
  },
  wanted: FunctionDescriptor | string,
  args: readonly unknown[],
): void {
  const one = typeof wanted === "object" ? wanted : functionOf(scope, wanted);
  if (args.length > one.parameters.length) {
    throw new InvalidValueError(
      "",
      `\`${one.name}\` takes ${one.parameters.length} arguments, got ${args.length}`,
    );
  }
  for (const [index, { name, type }] of one.parameters.entries()) {
    checkValue(scope, type, args[index], name);
  }
}

function functionOf(
  {
    name,
    functions = {},
  }: TypeScope & { functions?: Readonly<Record<string, FunctionDescriptor>> },
  wanted: string,
): FunctionDescriptor {
  const found = Object.hasOwn(functions, wanted)
    ? functions[wanted]
    : undefined;
  if (found !== undefined) return found;
  throw new TypeError(
    `${name} has no function \`${wanted}\`; it has ${Object.keys(functions).join(", ")}`,
  );
}

const integers: Partial<
  Record<PrimitiveDescriptor, readonly [number, number]>
> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  s8: [-0x80, 0x7f],
  s16: [-0x8000, 0x7fff],
  s32: [-0x8000_0000, 0x7fff_ffff],
};

const bigints: Partial<Record<PrimitiveDescriptor, readonly [bigint, bigint]>> =
  {
    u64: [0n, 0xffff_ffff_ffff_ffffn],
    s64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  };

// With the flag `u`, neither half of a surrogate pair matches. JavaScript engines inside components do not support
// `\p{Surrogate}`.
const loneSurrogate = /[\ud800-\udfff]/u;

function checkPrimitive(
  type: PrimitiveDescriptor,
  value: unknown,
  path: string,
): void {
  const range = integers[type];
  if (range !== undefined) {
    const [least, most] = range;
    if (!Number.isInteger(value))
      throw mismatch(path, `a whole number (${type})`, value);
    if ((value as number) < least || (value as number) > most) {
      throw mismatch(
        path,
        `a number from ${least} to ${most} (${type})`,
        value,
      );
    }
    return;
  }
  const wide = bigints[type];
  if (wide !== undefined) {
    const [least, most] = wide;
    if (typeof value !== "bigint")
      throw mismatch(path, `a bigint (${type})`, value);
    if (value < least || value > most) {
      throw mismatch(
        path,
        `a bigint from ${least} to ${most} (${type})`,
        value,
      );
    }
    return;
  }
  switch (type) {
    case "bool":
      if (typeof value !== "boolean") throw mismatch(path, "a boolean", value);
      return;
    case "f32":
    case "f64":
      if (typeof value !== "number")
        throw mismatch(path, `a number (${type})`, value);
      return;
    case "char":
    case "string":
      if (typeof value !== "string")
        throw mismatch(path, `a string (${type})`, value);
      if (loneSurrogate.test(value)) {
        throw mismatch(path, "a string without lone surrogates", value);
      }
      if (type === "char" && !/^[^]$/u.test(value)) {
        throw mismatch(path, "one character", value);
      }
      return;
    default:
      return;
  }
}

function checkList(
  scope: TypeScope,
  element: TypeDescriptor,
  length: number | undefined,
  value: unknown,
  path: string,
): void {
  const TypedArray =
    length === undefined ? typedArrayOf(scope, element) : undefined;
  // Every element of the right typed array is in range. jco accepts plain arrays as well; they are checked below.
  if (TypedArray !== undefined && value instanceof TypedArray) return;
  if (TypedArray !== undefined && !Array.isArray(value)) {
    throw mismatch(path, `a ${TypedArray.name}`, value);
  }
  for (const [index, one] of arrayOf(value, path, length).entries()) {
    checkValue(scope, element, one, `${path}[${index}]`);
  }
}

function checkCases(
  cases: Readonly<Record<string, TypeDescriptor | undefined>>,
  value: unknown,
  path: string,
  checkPart: (
    part: TypeDescriptor | undefined,
    given: unknown,
    at: string,
  ) => void,
): void {
  const given = objectOf(value, path);
  const { tag, val } = given;
  if (typeof tag !== "string" || !Object.hasOwn(cases, tag)) {
    throw mismatch(joined(path, "tag"), oneOf(Object.keys(cases)), tag);
  }
  checkKeys(given, new Set(["tag", "val"]), "property", path);
  checkPart(cases[tag], val, joined(path, "val"));
}

function checkKeys(
  given: object,
  known: ReadonlySet<string>,
  what: string,
  path: string,
): void {
  for (const key of Object.keys(given)) {
    if (!known.has(key)) {
      throw new InvalidValueError(
        joined(path, key),
        `there is no such ${what}; known are ${[...known].join(", ")}`,
      );
    }
  }
}

function objectOf(
  value: unknown,
  path: string,
): Readonly<Record<string, unknown>> {
  if (
    value === null ||
    (typeof value !== "object" && typeof value !== "function")
  ) {
    throw mismatch(path, "an object", value);
  }
  return value as Readonly<Record<string, unknown>>;
}

function arrayOf(
  value: unknown,
  path: string,
  length: number | undefined,
): readonly unknown[] {
  if (!Array.isArray(value)) throw mismatch(path, "an array", value);
  const elements: readonly unknown[] = value;
  if (length !== undefined && elements.length !== length) {
    throw new InvalidValueError(
      path,
      `expected ${length} elements, got ${elements.length}`,
    );
  }
  return elements;
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.map((name) => `"${name}"`).join(", ")}`;
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function mismatch(
  path: string,
  expected: string,
  value: unknown,
): InvalidValueError {
  return new InvalidValueError(
    path,
    `expected ${expected}, got ${showValue(value)}`,
  );
}
