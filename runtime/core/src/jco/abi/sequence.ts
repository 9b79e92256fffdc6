import { alignTo, type ValueAbi } from "./abi.js";

/** Creates the ABI of consecutive parts: a record, a tuple, a fixed-length list, or the parameters of a function. */
export function sequenceAbi(
  parts: readonly ValueAbi[],
  keys: readonly (string | number)[],
  create: () => object,
): ValueAbi {
  // No spread: a list of fixed length has any number of parts.
  const align = parts.reduce((most, part) => Math.max(most, part.align), 1);
  let end = 0;
  const members = parts.map((part, index) => {
    const offset = alignTo(end, part.align);
    end = offset + part.size;
    return { part, offset, key: keys[index] as string };
  });
  const size = alignTo(end, align);
  const [only] = members;
  return {
    size,
    align,
    flat: parts.flatMap(({ flat }) => flat),
    load(memory, at) {
      const value = create() as Record<string, unknown>;
      for (const { part, offset, key } of members)
        value[key] = part.load(memory, at + offset);
      return value;
    },
    store(memory, at, value) {
      const given = membersOf(value, keys);
      for (const { part, offset, key } of members)
        part.store(memory, at + offset, given[key]);
    },
    lift(memory, flat, at) {
      const value = create() as Record<string, unknown>;
      let next = at;
      for (const { part, key } of members) {
        value[key] = part.lift(memory, flat, next);
        next += part.flat.length;
      }
      return value;
    },
    lower: (value) =>
      only === undefined
        ? 0
        : only.part.lower(membersOf(value, keys)[only.key]),
  };
}

function membersOf(
  value: unknown,
  keys: readonly (string | number)[],
): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object")
    throw new TypeError(`expected an object, got ${typeof value}`);
  if (
    typeof keys[0] === "number" &&
    (value as { length?: unknown }).length !== keys.length
  )
    throw new TypeError(`expected ${keys.length} elements`);
  return value as Readonly<Record<string, unknown>>;
}
