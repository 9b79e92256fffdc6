import { ok } from "@wit2ts/runtime";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  throughComponent,
  ways,
} from "../../../support/component/through-component.js";
import {
  Shapes,
  type AsyncShapes,
} from "../../../support/shapes/generated/wit2ts-test/shapes/shapes.js";
import {
  echoed,
  manyParameters,
  returned,
  returnedVariants,
} from "../../../support/shapes/values.js";

type Call = (...args: unknown[]) => unknown;
const wit = await readFile(
  new URL("../../../support/shapes/wit/shapes.wit", import.meta.url),
  "utf8",
);

describe.each(ways)(
  "values through a component, $name",
  async ({ mode, direct }) => {
    let answer: (...args: unknown[]) => unknown = () => undefined;
    const implementation = Object.fromEntries(
      Object.keys(Shapes.functions).map((name) => [
        name,
        (...args: unknown[]) =>
          mode === "sync"
            ? answer(...args)
            : Promise.resolve().then(() => answer(...args)),
      ]),
    ) as unknown as Shapes | AsyncShapes;
    const shapes = (await throughComponent({
      descriptor: Shapes,
      wit,
      implementation,
      mode,
      direct,
    })) as unknown as Record<string, Call>;

    it.each(Object.entries(echoed))("%s", async (name, values) => {
      for (const value of values) {
        let seen: unknown;
        answer = (given) => (seen = given);
        const echo = await shapes[name]?.(value);
        expect(seen).toStrictEqual(value);
        expect(echo).toStrictEqual(value);
      }
    });

    it.each(Object.entries(returned))("%s", async (name, results) => {
      for (const result of results) {
        answer = () => result;
        expect(await shapes[name]?.(0)).toStrictEqual(result);
      }
    });

    // docs/jco.md documents this behavior of jco; if it changes, the page must be updated.
    it("lose a byte order mark", async () => {
      answer = (given) => given;
      expect(await shapes["aString"]?.("\ufeffmark")).toBe("mark");
    });

    it("resultVariant", async () => {
      for (const result of returnedVariants) {
        answer = () => result;
        expect(await shapes["resultVariant"]?.(result.val)).toStrictEqual(
          result,
        );
      }
    });

    it("resultParameter", async () => {
      let seen: unknown;
      answer = (given) => {
        seen = given;
        return 9;
      };
      expect(await shapes["resultParameter"]?.(ok(1))).toBe(9);
      expect(seen).toStrictEqual(ok(1));
    });

    it("manyParameters and nothing", async () => {
      answer = (...args) => args;
      expect(await shapes["manyParameters"]?.(...manyParameters)).toStrictEqual(
        manyParameters,
      );
      answer = () => undefined;
      expect(await shapes["nothing"]?.()).toBeUndefined();
    });
  },
);
