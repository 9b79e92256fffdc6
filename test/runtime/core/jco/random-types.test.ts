import { checkArguments, checkValue } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";
import { compileCodec } from "../../../../runtime/core/src/codec/codec.js";
import { ByteReader } from "../../../../runtime/core/src/codec/byte-reader.js";
import { ByteWriter } from "../../../../runtime/core/src/codec/byte-writer.js";
import {
  throughComponent,
  ways,
} from "../../../support/component/through-component.js";
import { randomShapes } from "../../../support/shapes/random-shapes.js";
import { isThorough } from "../../../support/thorough.js";

type Call = (...args: unknown[]) => unknown;

const seeds = isThorough ? [1, 2, 3, 4] : [1];
const functions = isThorough ? 40 : 12;
const rounds = 20;

describe.each(seeds)("values of random types, seed %i,", (seed) => {
  it.each(ways)(
    "are the same on both sides of a component, $name",
    { timeout: 60_000 },
    async ({ mode, direct }) => {
      const { descriptor, wit, value } = randomShapes(seed, functions);
      let answer: Call = () => undefined;
      const implementation = Object.fromEntries(
        Object.keys(descriptor.functions).map((name) => [
          name,
          (...args: unknown[]) =>
            mode === "sync"
              ? answer(...args)
              : Promise.resolve().then(() => answer(...args)),
        ]),
      );
      const exported: unknown = await throughComponent({
        descriptor,
        wit,
        implementation,
        mode,
        direct,
      });
      const calls = exported as Record<string, Call>;
      for (const [name, one] of Object.entries(descriptor.functions)) {
        for (let round = 0; round < rounds; round++) {
          const args = one.parameters.map(({ type }) => value(type));
          const result = one.result && value(one.result);
          let seen: unknown;
          answer = (...given) => {
            seen = given;
            return result;
          };
          expect(await calls[name]?.(...args)).toStrictEqual(result);
          expect(seen).toStrictEqual(args);
        }
      }
    },
  );

  it("pass their checks, and are unchanged by the codec", () => {
    const { descriptor, value } = randomShapes(seed, 40);
    for (const one of Object.values(descriptor.functions)) {
      for (let round = 0; round < rounds; round++) {
        checkArguments(
          descriptor,
          one,
          one.parameters.map(({ type }) => value(type)),
        );
        if (one.result === undefined) continue;
        const given = value(one.result);
        checkValue(descriptor, one.result, given);
        const codec = compileCodec(descriptor, one.result);
        const writer = new ByteWriter(
          new Uint8Array(16),
          (minimum) => new Uint8Array(minimum),
        );
        codec.write(writer, given);
        expect(
          codec.read(new ByteReader(writer.buffer.subarray(0, writer.length))),
        ).toStrictEqual(given);
      }
    }
  });
});
