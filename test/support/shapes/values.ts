import { err, ok } from "@wit2ts/runtime";
import {
  Shape,
  type Everything,
  type Few,
  type Many,
  type Nine,
  type Shapes,
} from "./generated/wit2ts-test/shapes/shapes.js";

const everything: Everything = {
  yes: true,
  aU8: 255,
  aS8: -128,
  aU16: 65_535,
  aS16: -32_768,
  aU32: 0xffff_ffff,
  aS32: -0x8000_0000,
  aU64: 0xffff_ffff_ffff_ffffn,
  aS64: -0x8000_0000_0000_0000n,
  aF32: Math.fround(3.4e38),
  aF64: Number.MIN_VALUE,
  aChar: "\u{10ffff}",
  aString: "naïve 日本語 👩‍👩‍👧 \0 end",
  maybe: undefined,
  bytes: new Uint8Array([0, 1, 255]),
  type: [0, undefined, 255],
};

const few: Few = { a: true, bC: false, list: true };
const nine: Nine = flags<Nine>(
  9,
  (bit) => `f${bit + 1}`,
  (bit) => bit === 8,
);
const many: Many = flags<Many>(
  32,
  (bit) => `bit${bit}`,
  (bit) => bit % 3 === 0 || bit === 31,
);

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the keys are computed, so the caller gives the type
function flags<T>(
  count: number,
  name: (bit: number) => string,
  isSet: (bit: number) => boolean,
): T {
  return Object.fromEntries(
    Array.from({ length: count }, (_, bit) => [name(bit), isSet(bit)]),
  ) as T;
}

const pair = { first: 7, second: "seven" };
const shapes: Shape[] = [
  { tag: "empty" },
  { tag: "circle", val: -0.5 },
  {
    tag: "polygon",
    val: [
      [0.5, -1],
      [Infinity, Math.fround(1e-40)],
    ],
  },
  { tag: "named", val: pair },
  { tag: "nested", val: undefined },
  { tag: "nested", val: "many-cornered" },
  { tag: "ok", val: 3 },
];

/** Functions that return their argument, with values for it. */
export const echoed = {
  aBool: [true, false],
  aU8: [0, 255],
  aS8: [-128, 127],
  aU16: [0, 65_535],
  aS16: [-32_768, 32_767],
  aU32: [0, 0xffff_ffff],
  aS32: [-0x8000_0000, 0x7fff_ffff],
  aU64: [0n, 0xffff_ffff_ffff_ffffn],
  aS64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  aF32: [-0, 1.5, Infinity, -Infinity, NaN, Math.fround(1e-40)],
  aF64: [-0, 0.1, Number.MAX_VALUE, Number.MIN_VALUE, -Infinity, NaN],
  aChar: ["a", "\0", "é", "\ud7ff", "\ue000", "\u{10ffff}"],
  aString: ["", "a\0b", everything.aString, "x".repeat(100_000)],
  listU8: [new Uint8Array(), Uint8Array.from({ length: 100_000 }, (_, i) => i)],
  listS8: [new Int8Array([-128, 127])],
  listU16: [new Uint16Array([0, 65_535])],
  listS16: [new Int16Array([-32_768, 32_767])],
  listU32: [new Uint32Array([0, 0xffff_ffff])],
  listS32: [new Int32Array([-0x8000_0000, 0x7fff_ffff])],
  listU64: [new BigUint64Array([0n, 0xffff_ffff_ffff_ffffn])],
  listS64: [new BigInt64Array([-0x8000_0000_0000_0000n])],
  listF32: [new Float32Array([-0, NaN, Infinity, 1e-40])],
  listF64: [new Float64Array([-0, NaN, -Infinity, Number.MIN_VALUE])],
  listBool: [[], [true, false, true]],
  listChar: [["a", "\u{1f600}"]],
  listString: [["", "a", "日本語"]],
  listList: [[new Uint8Array([1]), new Uint8Array()]],
  listEnum: [["round", "interface"]],
  aRecord: [
    everything,
    { ...everything, maybe: "", type: undefined, yes: false },
  ],
  aVariant: shapes,
  anEnum: ["round", "many-cornered", "interface"],
  flagsFew: [few, { a: false, bC: false, list: false }],
  flagsNine: [nine],
  flagsMany: [many],
  aTuple: [[255, "two", false]],
  tupleOfOne: [[1n]],
  anOption: [undefined, "", "some"],
  optionBool: [undefined, false, true],
  optionOption: [
    { tag: "none" },
    { tag: "some", val: undefined },
    { tag: "some", val: 0 },
  ],
  optionAlias: [
    { tag: "none" },
    { tag: "some", val: undefined },
    { tag: "some", val: 1 },
  ],
  optionThree: [
    undefined,
    { tag: "none" },
    { tag: "some", val: undefined },
    { tag: "some", val: 5 },
  ],
  listOptionOption: [[{ tag: "none" }, { tag: "some", val: 2 }]],
  listResult: [[ok(1), err("no")]],
  recordInOption: [undefined, pair],
} satisfies {
  [K in keyof Shapes]?: Exclude<Parameters<Shapes[K]>[0], never>[];
};

/** Functions whose argument does not matter, with the results that they return. */
export const returned = {
  aResult: [ok(1), err("no"), err("")],
  resultNoOk: [ok(), err("no")],
  resultNoErr: [ok(0), err()],
  resultNeither: [ok(), err()],
  resultRecord: [ok(pair), err(pair)],
  resultResult: [ok(ok(1)), ok(err("a")), err(ok(2)), err(err("b"))],
  resultOption: [ok(undefined), ok(0), err(undefined), err(1)],
  resultOptionResult: [ok(undefined), ok(ok(1)), ok(err()), err("no")],
  resultTagged: [
    ok({ tag: "ok", val: 1 }),
    ok({ tag: "err", val: 2 }),
    err({ tag: "ok", val: 3 }),
  ],
  resultOptionTagged: [ok(undefined), ok({ tag: "err", val: 1 }), err("no")],
  resultOptionVariant: [ok(undefined), ok(Shape.Ok(1)), err("no")],
  resultEnum: [ok("round"), err("interface")],
  resultTuple: [ok([new Uint8Array([1, 2]), pair]), err(true), err(false)],
  resultAlias: [ok(1), err("no")],
  resultUsed: [ok(pair), err("no")],
} satisfies { [K in keyof Shapes]?: ReturnType<Shapes[K]>[] };

/** Results of `resultVariant`. */
export const returnedVariants: ReturnType<Shapes["resultVariant"]>[] =
  shapes.flatMap((shape) => [ok(shape), err(shape)]);

/** Arguments of `manyParameters`, which returns them. */
export const manyParameters: Parameters<Shapes["manyParameters"]> = [
  1,
  "b",
  true,
  -0.5,
  new Uint8Array([5]),
  undefined,
  pair,
  [1, 2],
  "i",
  few,
];
