import type { TypeDescriptor } from "../../descriptor.js";
import {
  isBareOption,
  resolveType,
  type TypeScope,
} from "../../resolve-type.js";
import type { ValueAbi } from "./abi.js";
import { casesAbi, type CaseAbi } from "./cases.js";
import { flagsAbi } from "./flags.js";
import { flatten } from "./flatten.js";
import { listAbi, mapAbi } from "./lists.js";
import { primitiveAbi } from "./primitives.js";
import { sequenceAbi } from "./sequence.js";

/**
 * Compiles the ABI of a type from its descriptor. Returns `undefined` if values of the type are not plain data:
 * resources, streams, futures, error contexts.
 */
export function valueAbi(
  scope: TypeScope,
  type: TypeDescriptor,
): ValueAbi | undefined {
  const { type: structure, scope: inner } = resolveType(scope, type);
  if (typeof structure === "string") return primitiveAbi(structure);
  const compile = (part: TypeDescriptor): ValueAbi | undefined =>
    valueAbi(inner, part);
  /** Returns the core types that follow the discriminant. */
  const payload = () => flatten(scope, type).slice(1);
  switch (structure.kind) {
    case "list": {
      const element = compile(structure.element);
      if (element === undefined) return undefined;
      const { length } = structure;
      return length === undefined
        ? listAbi(inner, structure.element, element)
        : sequenceAbi(
            Array.from({ length }, () => element),
            Array.from({ length }, (_, index) => index),
            () => [],
          );
    }
    case "map": {
      const key = compile(structure.key);
      const value = compile(structure.value);
      if (key === undefined || value === undefined) return undefined;
      return mapAbi(sequenceAbi([key, value], [0, 1], () => []));
    }
    case "tuple": {
      const elements = valueAbis(inner, structure.elements);
      return elements && sequenceAbi(elements, [...elements.keys()], () => []);
    }
    case "record": {
      const fields = valueAbis(
        inner,
        structure.fields.map((field) => field.type),
      );
      return (
        fields &&
        sequenceAbi(
          fields,
          structure.fields.map(({ key }) => key),
          () => ({}),
        )
      );
    }
    case "option": {
      const cases = caseAbis(compile, [
        ["none", undefined],
        ["some", structure.element],
      ]);
      if (cases === undefined) return undefined;
      return isBareOption(inner, structure.element)
        ? casesAbi(cases, payload(), {
            toCase: (value) =>
              value === undefined || value === null
                ? { tag: "none" }
                : { tag: "some", val: value },
            fromCase: (_, val) => val,
          })
        : casesAbi(cases, payload());
    }
    case "result": {
      const cases = caseAbis(compile, [
        ["ok", structure.ok],
        ["err", structure.err],
      ]);
      // Both cases always have a property `val`, as `ok()`, `err()` and jco create them.
      return (
        cases &&
        casesAbi(cases, payload(), { fromCase: (tag, val) => ({ tag, val }) })
      );
    }
    case "variant": {
      const cases = caseAbis(
        compile,
        structure.cases.map(({ name, type: payload }) => [name, payload]),
      );
      return cases && casesAbi(cases, payload());
    }
    case "enum":
      return casesAbi(
        structure.cases.map((name) => ({ name, payload: undefined })),
        [],
        { toCase: (tag) => ({ tag }), fromCase: (tag) => tag },
      );
    case "flags":
      return flagsAbi(structure.flags);
    default:
      return undefined;
  }
}

/** Returns the ABIs of several types, or `undefined` if values of one of them are not plain data. */
export function valueAbis(
  scope: TypeScope,
  types: readonly TypeDescriptor[],
): ValueAbi[] | undefined {
  return all(types.map((type) => valueAbi(scope, type)));
}

function all<T>(values: readonly (T | undefined)[]): T[] | undefined {
  return values.includes(undefined) ? undefined : (values as T[]);
}

/** Returns `undefined` if one of the payloads is not plain data. */
function caseAbis(
  compile: (type: TypeDescriptor) => ValueAbi | undefined,
  cases: readonly (readonly [string, TypeDescriptor | undefined])[],
): CaseAbi[] | undefined {
  return all(
    cases.map(([name, type]) => {
      if (type === undefined) return { name, payload: undefined };
      const payload = compile(type);
      return payload && { name, payload };
    }),
  );
}
