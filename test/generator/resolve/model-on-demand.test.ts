import { expect, test } from "vitest";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

function resolveText(text: string): ReturnType<typeof resolve> {
  return resolve(new SourceFile("test.wit", text));
}

test("the model is created once, and is a plain object", () => {
  const resolution = resolveText(
    "package a:b;\n/// Docs.\ninterface i { f: func(x: list<u8>); }",
  );
  expect(resolution.isValid).toBe(true);
  const { model } = resolution;
  expect(resolution.model).toBe(model);
  expect(Object.keys(resolution)).toEqual([
    "isValid",
    "model",
    "origins",
    "diagnostics",
  ]);
  expect(structuredClone(model)).toEqual(model);
  expect(model?.types).toEqual([
    { name: null, kind: { list: "u8" }, owner: null },
  ]);
});

test("a resolution with errors is invalid, and has no model and no origins", () => {
  const resolution = resolveText(
    "package a:b;\ninterface i { f: func(x: y); }",
  );
  expect(resolution.isValid).toBe(false);
  expect(resolution.model).toBeUndefined();
  expect(resolution.origins).toBeUndefined();
  expect(resolution.diagnostics.map(({ code }) => code)).toEqual([
    "unknown-type",
  ]);
});

test("lists of the maximum length and long tuples keep their element types", () => {
  const { model } = resolveText(
    "package a:b;\ninterface i {\n  type a = list<u8, 4294967295>;\n  type b = tuple<u8, a, bool, f32>;\n  f: func(x: tuple<u8, u8, u8>, y: tuple<u8, u8>, z: tuple<u8, u8, u8>);\n}",
  );
  expect(model?.types.map(({ kind }) => kind)).toEqual([
    { "fixed-length-list": ["u8", 4294967295] },
    { tuple: { types: ["u8", 0, "bool", "f32"] } },
    { tuple: { types: ["u8", "u8", "u8"] } },
    { tuple: { types: ["u8", "u8"] } },
  ]);
  const f = model?.interfaces[0]?.functions.get("f");
  expect(f?.params.map(({ type }) => type)).toEqual([2, 3, 2]);
});
