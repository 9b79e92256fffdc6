import { alignTo, unsigned, type CoreValue, type ValueAbi } from "./abi.js";
import { showValue } from "../../show-value.js";
import type { CoreType } from "./flatten.js";
import { trap } from "./guest-memory.js";

/** A case of a variant. */
export interface CaseAbi {
  readonly name: string;
  readonly payload: ValueAbi | undefined;
}

/** The JavaScript representation of cases. Default: `{ tag, val }`, or `{ tag }` for a case without payload. */
export interface CaseShape {
  /** If absent, the value itself is `{ tag, val }`. */
  toCase?(value: unknown): { readonly tag: unknown; readonly val?: unknown };
  fromCase(tag: string, val: unknown): unknown;
}

/**
 * Creates the ABI of variants, options, results and enums: a discriminant (the index of the case), followed by the
 * payload of that case.
 *
 * @param joined - the core types that can hold the payload of any case.
 */
export function casesAbi(
  cases: readonly CaseAbi[],
  joined: readonly CoreType[],
  shape?: CaseShape,
): ValueAbi {
  const indexes = new Map<unknown, number>(
    cases.map(({ name }, index) => [name, index]),
  );
  const tagSize = cases.length <= 256 ? 1 : cases.length <= 65_536 ? 2 : 4;
  const tagNumber = unsigned(tagSize);
  const payloads = cases.flatMap(({ payload }) => payload ?? []);
  const payloadAlign = Math.max(1, ...payloads.map(({ align }) => align));
  const align = Math.max(tagSize, payloadAlign);
  const offset = alignTo(tagSize, payloadAlign);
  const size = alignTo(
    offset + Math.max(0, ...payloads.map((payload) => payload.size)),
    align,
  );
  const flatCases = cases.map(({ name, payload }) => ({
    name,
    payload,
    conversions: payload?.flat.map((type, index) =>
      conversion(joined[index] as CoreType, type),
    ),
  }));
  const needsConversion = flatCases.some(({ conversions }) =>
    conversions?.some(Boolean),
  );

  const made = (one: CaseAbi, payload: (abi: ValueAbi) => unknown): unknown => {
    const val = one.payload === undefined ? undefined : payload(one.payload);
    if (shape !== undefined) return shape.fromCase(one.name, val);
    return one.payload === undefined
      ? { tag: one.name }
      : { tag: one.name, val };
  };
  const caseOf = (
    value: unknown,
  ): { readonly index: number; readonly val: unknown } => {
    const { tag, val } = shape?.toCase?.(value) ?? tagged(value);
    const index = indexes.get(tag);
    if (index === undefined) {
      const names = cases.map(({ name }) => `"${name}"`).join(", ");
      throw new TypeError(
        shape?.toCase === undefined
          ? `expected an object whose tag is one of ${names}, got ${showValue(value)}`
          : `${showValue(tag)} is not one of ${names}`,
      );
    }
    return { index, val };
  };
  return {
    size,
    align,
    flat: ["i32", ...joined],
    load(memory, at) {
      const one = known(cases[tagNumber.load(memory.view, at)]);
      return made(one, (payload) => payload.load(memory, at + offset));
    },
    store(memory, at, value) {
      const { index, val } = caseOf(value);
      tagNumber.store(memory.view, at, index);
      cases[index]?.payload?.store(memory, at + offset, val);
    },
    lift(memory, flat, at) {
      const one = known(flatCases[flat[at] as number]);
      return made(one, (payload) => {
        if (!needsConversion) return payload.lift(memory, flat, at + 1);
        const own = (one.conversions ?? []).map((convert, index) => {
          const value = flat[at + 1 + index] as CoreValue;
          return convert === undefined ? value : convert(value);
        });
        return payload.lift(memory, own, 0);
      });
    },
    // A single core value is the discriminant: no payload has a core value of its own then.
    lower: (value) => caseOf(value).index,
  };
}

function tagged(value: unknown): {
  readonly tag?: unknown;
  readonly val?: unknown;
} {
  return value !== null && typeof value === "object" ? value : {};
}

function known<T>(one: T | undefined): T {
  if (one === undefined) throw trap("a variant has no such case");
  return one;
}

/**
 * Returns the conversion from a joined core type to the core type of a payload, or `undefined` if they are the same.
 * See `lift_flat_variant` in CanonicalABI.md.
 */
function conversion(
  from: CoreType,
  to: CoreType,
): ((value: CoreValue) => CoreValue) | undefined {
  if (from === to) return undefined;
  const narrow = (value: CoreValue): number =>
    Number(BigInt.asIntN(32, BigInt(value)));
  if (to === "i32") return narrow;
  if (to === "f32") {
    return (value) => {
      scratch.setInt32(0, narrow(value));
      return scratch.getFloat32(0);
    };
  }
  return (value) => {
    scratch.setBigInt64(0, value as bigint);
    return scratch.getFloat64(0);
  };
}

const scratch = new DataView(new ArrayBuffer(8));
