import { checkArguments, checkValue, InvalidValueError } from "@wit2ts/runtime";
import { Socket } from "@wit2ts/core-libs/socket";
import { describe, expect, it } from "vitest";
import { Shapes } from "../../support/shapes/generated/wit2ts-test/shapes/shapes.js";
import {
  echoed,
  manyParameters,
  returned,
  returnedVariants,
} from "../../support/shapes/values.js";

function problem(name: string, value: unknown): InvalidValueError {
  const type = Shapes.functions[name]?.parameters[0]?.type;
  if (type === undefined) throw new Error(`no function ${name}`);
  try {
    checkValue(Shapes, type, value);
  } catch (error) {
    if (error instanceof InvalidValueError) return error;
    throw error;
  }
  throw new Error(`${name} takes what it should refuse`);
}

describe("checkValue", () => {
  it.each(Object.entries(echoed))(
    "accepts valid values: %s",
    (name, values) => {
      const type = Shapes.functions[name]?.parameters[0]?.type;
      for (const value of values) {
        if (type === undefined) throw new Error("no type");
        expect(() => {
          checkValue(Shapes, type, value);
        }).not.toThrow();
      }
    },
  );

  it("accepts valid results", () => {
    for (const [name, values] of [
      ...Object.entries(returned),
      ["resultVariant", returnedVariants] as const,
    ]) {
      const type = Shapes.functions[name]?.result;
      if (type === undefined) throw new Error("no type");
      for (const value of values) checkValue(Shapes, type, value);
    }
  });

  const right = echoed.aRecord[0];
  it.each<[string, unknown, string, string]>([
    ["aBool", 1, "", "expected a boolean, got 1"],
    ["aU8", 256, "", "expected a number from 0 to 255 (u8), got 256"],
    ["aU8", -1, "", "expected a number from 0 to 255 (u8), got -1"],
    ["aU8", 1.5, "", "expected a whole number (u8), got 1.5"],
    ["aU8", NaN, "", "expected a whole number (u8), got NaN"],
    ["aU8", 1n, "", "expected a whole number (u8), got 1n"],
    ["aS8", 128, "", "expected a number from -128 to 127 (s8), got 128"],
    [
      "aU32",
      2 ** 32,
      "",
      "expected a number from 0 to 4294967295 (u32), got 4294967296",
    ],
    [
      "aU64",
      -1n,
      "",
      "expected a bigint from 0 to 18446744073709551615 (u64), got -1n",
    ],
    ["aU64", 1, "", "expected a bigint (u64), got 1"],
    ["aF32", "1", "", 'expected a number (f32), got "1"'],
    ["aChar", "ab", "", 'expected one character, got "ab"'],
    ["aChar", "", "", 'expected one character, got ""'],
    [
      "aChar",
      "\ud800",
      "",
      'expected a string without lone surrogates, got "\\ud800"',
    ],
    [
      "aString",
      "a\udc00b",
      "",
      'expected a string without lone surrogates, got "a\\udc00b"',
    ],
    [
      "listU8",
      new Int8Array(1),
      "",
      "expected a Uint8Array, got Int8Array of 1 bytes",
    ],
    [
      "listU8",
      [1, 300],
      "[1]",
      "expected a number from 0 to 255 (u8), got 300",
    ],
    ["listString", ["a", 2], "[1]", "expected a string (string), got 2"],
    ["aTuple", [1, "a"], "", "expected 3 elements, got 2"],
    ["aTuple", [1, 2, true], "[1]", "expected a string (string), got 2"],
    [
      "anEnum",
      "square",
      "",
      'expected one of "round", "many-cornered", "interface", got "square"',
    ],
    [
      "flagsFew",
      { a: true, d: true },
      "d",
      "there is no such flag; known are a, bC, list",
    ],
    ["flagsFew", { a: 1 }, "a", "expected a boolean, got 1"],
    [
      "aRecord",
      { ...right, aU8: 256 },
      "aU8",
      "expected a number from 0 to 255 (u8), got 256",
    ],
    [
      "aRecord",
      { ...right, extra: 1 },
      "extra",
      "there is no such field; known are yes, ",
    ],
    ["aRecord", {}, "yes", "expected a boolean, got undefined"],
    ["aRecord", null, "", "expected an object, got null"],
    ["aVariant", { tag: "square" }, "tag", 'expected one of "empty", '],
    ["aVariant", { tag: "empty", val: 1 }, "val", "expected nothing, got 1"],
    [
      "aVariant",
      { tag: "polygon", val: [[1, 2], [1]] },
      "val[1]",
      "expected 2 elements, got 1",
    ],
    [
      "aVariant",
      { tag: "circle", val: 1, more: 2 },
      "more",
      "there is no such property",
    ],
    ["aVariant", { tag: "toString" }, "tag", "expected one of"],
    ["optionOption", 5, "", "expected an object, got 5"],
    [
      "resultParameter",
      { tag: "err" },
      "val",
      "expected a string (string), got undefined",
    ],
  ])("rejects for %s: %o", (name, value, path, message) => {
    const error = problem(name, value);
    expect(error.path).toBe(path);
    expect(error.message).toContain(
      path === "" ? message : `${path}: ${message}`,
    );
  });
});

describe("checkArguments", () => {
  it("names the invalid parameter", () => {
    const { connect, setReadTimeout } = Socket.functions;
    if (!connect || !setReadTimeout) throw new Error("no such function");
    checkArguments(Socket, connect, [1, { host: "a", port: 80 }]);
    checkArguments(Socket, setReadTimeout, [1]);
    expect(() => {
      checkArguments(Socket, connect, [1, { host: "a", port: 65_536 }]);
    }).toThrow(
      "address.port: expected a number from 0 to 65535 (u16), got 65536",
    );
    expect(() => {
      checkArguments(Socket, setReadTimeout, [1, 2n, 3]);
    }).toThrow("`set-read-timeout` takes 2 arguments, got 3");
  });

  it("accepts the name of the function in the contract", () => {
    checkArguments(Socket, "setReadTimeout", [1]);
    expect(() => {
      checkArguments(Socket, "connect", [1, { host: "a" }]);
    }).toThrow("address.port: ");
    for (const name of ["set-read-timeout", "toString", undefined])
      expect(() => {
        checkArguments(Socket, name as string, []);
      }).toThrow(
        `scheduler:core-libs/socket@0.1.0 has no function \`${String(name)}\`; it has createSocket, `,
      );
  });

  it("accepts a long list of parameters", () => {
    const one = Shapes.functions["manyParameters"];
    if (one === undefined) throw new Error("no such function");
    checkArguments(Shapes, one, manyParameters);
  });
});
