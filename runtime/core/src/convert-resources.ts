import {
  chunkedForJco,
  convertElements,
  convertFuture,
  convertStream,
} from "./convert-later.js";
import type { TypeDescriptor } from "./descriptor.js";
import {
  isBareOption,
  resolveResource,
  resolveType,
  type ResolvedResource,
  type TypeScope,
} from "./resolve-type.js";
import { typedArrayOf } from "./typed-array.js";

/** Converts a value. Its shape is not checked. */
export type Convert = (value: unknown) => unknown;

/** Returns the conversion of the objects that represent a resource. */
export type ConvertHandle = (
  resource: ResolvedResource,
  owned: boolean,
) => Convert;

/**
 * Compiles the conversion of values of a type, which converts every resource inside them. Returns `undefined` if there
 * is nothing to convert: all other plain data is the same for jco and in the contract.
 *
 * @param way - whether the values come from jco or go to jco, because jco's streams and futures differ from those of
 * the contract. If absent, streams are iterables and futures are promises on both sides.
 * @param convertNumbers - converts lists of numbers, if they need conversion.
 */
export function compileConvert(
  scope: TypeScope,
  type: TypeDescriptor,
  convertHandle: ConvertHandle,
  way?: "from-jco" | "to-jco",
  convertNumbers?: Convert,
): Convert | undefined {
  const { type: structure, scope: inner } = resolveType(scope, type);
  const compile = (part: TypeDescriptor | undefined): Convert | undefined =>
    part === undefined
      ? undefined
      : compileConvert(inner, part, convertHandle, way, convertNumbers);
  if (typeof structure === "string") return undefined;
  switch (structure.kind) {
    case "own":
    case "borrow":
      return convertHandle(
        resolveResource(inner, structure.resource),
        structure.kind === "own",
      );
    case "list": {
      if (
        convertNumbers !== undefined &&
        typedArrayOf(inner, structure.element) !== undefined
      )
        return convertNumbers;
      const element = compile(structure.element);
      return element && ((value) => (value as readonly unknown[]).map(element));
    }
    case "map": {
      const convert = compile(structure.value);
      return (
        convert &&
        ((value) =>
          new Map(
            Array.from(
              value as Iterable<[unknown, unknown]>,
              ([key, entry]) => [key, convert(entry)],
            ),
          ))
      );
    }
    case "tuple": {
      const elements = structure.elements.map(compile);
      if (!elements.some(Boolean)) return undefined;
      return (value) =>
        (value as readonly unknown[]).map((element, index) => {
          const convert = elements[index];
          return convert === undefined ? element : convert(element);
        });
    }
    case "option": {
      const element = compile(structure.element);
      if (element === undefined) return undefined;
      if (!isBareOption(inner, structure.element)) {
        return convertCases({ some: element });
      }
      return (value) =>
        value === undefined || value === null ? undefined : element(value);
    }
    case "result":
      return convertCases({
        ok: compile(structure.ok),
        err: compile(structure.err),
      });
    case "variant":
      return convertCases(
        Object.fromEntries(
          structure.cases.map(({ name, type }) => [name, compile(type)]),
        ),
      );
    case "record": {
      const fields = structure.fields.map(({ key, type }) => ({
        key,
        convert: compile(type),
      }));
      if (!fields.some(({ convert }) => convert)) return undefined;
      return (value) => {
        const given = value as Record<string, unknown>;
        const changed = { ...given };
        for (const { key, convert } of fields) {
          const part = given[key];
          if (convert !== undefined) changed[key] = convert(part);
          // The spread omits what the record inherits, such as a getter of its class.
          else if (part !== undefined) changed[key] = part;
        }
        return changed;
      };
    }
    case "stream": {
      const type = structure.element;
      const element = compile(type);
      // A stream without an element type has no chunks.
      if (way === "from-jco" && type !== undefined)
        return (value) => convertStream(value, element);
      if (element !== undefined)
        return (value) => convertElements(value, element);
      return way === "to-jco" &&
        type !== undefined &&
        typedArrayOf(inner, type) !== undefined
        ? chunkedForJco
        : undefined;
    }
    case "future": {
      const element = compile(structure.element);
      if (element === undefined && way !== "from-jco") return undefined;
      return (value) => convertFuture(value, element);
    }
    default:
      return undefined;
  }
}

function convertCases(
  cases: Readonly<Record<string, Convert | undefined>>,
): Convert | undefined {
  const changed = new Map(
    Object.entries(cases).flatMap(([tag, convert]) =>
      convert ? [[tag, convert] as const] : [],
    ),
  );
  if (changed.size === 0) return undefined;
  return (value) => {
    const { tag, val } = value as { tag: string; val?: unknown };
    const convert = changed.get(tag);
    return convert === undefined ? value : { tag, val: convert(val) };
  };
}
