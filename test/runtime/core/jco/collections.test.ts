import { err, ok } from "@wit2ts/runtime";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  Collections,
  type Entry,
} from "../../../support/collections/generated/wit2ts-test/collections/collections.js";
import { throughComponent } from "../../../support/component/through-component.js";

/** Maps and lists of fixed length through a component that forwards every call. */
describe.each([false, true])(
  "collections, bound directly: %s",
  async (direct) => {
    const collections = await throughComponent({
      descriptor: Collections,
      wit: await readFile(
        new URL(
          "../../../support/collections/wit/collections.wit",
          import.meta.url,
        ),
        "utf8",
      ),
      implementation: {
        maps: (values) => new Map([...values].map(([key, n]) => [key, n + 1])),
        wide: (values) => values,
        nested: (value: Entry) =>
          value.tag === "number" ? err(new Map([["é", true]])) : ok(value),
        words: ([a, b, c]) => [c, b, a],
        bytes: (values) => values,
        texts: ([a, b]) => [b, a],
      },
      mode: "sync",
      direct,
    });

    it("of keys and values are maps", () => {
      const given = new Map([
        ["a", 1],
        ["", 4_294_967_294],
      ]);
      expect(collections.maps(given)).toEqual(
        new Map([
          ["a", 2],
          ["", 4_294_967_295],
        ]),
      );
      expect(collections.maps(new Map())).toEqual(new Map());
      const wide = new Map([
        [2n ** 64n - 1n, "text"],
        [0n, undefined],
      ]);
      expect(collections.wide(wide)).toEqual(wide);
    });

    it("of keys and values may be part of other types", () => {
      const names: Entry = { tag: "names", val: new Map([["a", ["b", "c"]]]) };
      expect(collections.nested(names)).toEqual(ok(names));
      expect(collections.nested({ tag: "number", val: 1 })).toEqual(
        err(new Map([["é", true]])),
      );
    });

    it("of fixed length are tuples", () => {
      expect(collections.words([1, 2, 3])).toEqual([3, 2, 1]);
      expect([...collections.bytes([1, 2, 3, 255])]).toEqual([1, 2, 3, 255]);
      expect(collections.texts(["é", ""])).toEqual(["", "é"]);
    });
  },
);
