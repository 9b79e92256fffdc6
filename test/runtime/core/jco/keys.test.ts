import { instantiate } from "@wit2ts/runtime/jco";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { loadComponent } from "../../../support/component/build.js";
import { Calling } from "../../../support/keys/generated/wit2ts-test/keys/calling.js";
import { Forwarding } from "../../../support/keys/generated/wit2ts-test/keys/forwarding.js";
import { callingGuest, forwardingGuest } from "../../../support/keys/guest.js";

const wit = await readFile(
  new URL("../../../support/keys/wit/keys.wit", import.meta.url),
  "utf8",
);

/** A class whose functions have names that are special in classes. */
class Thing {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  constructor$(): number {
    return this.#value + 1;
  }
  delete(): number {
    return this.#value + 2;
  }
  [Symbol.dispose](): void {}
}

it("instantiate finds functions whose names have a `$` in the contract, or are reserved words", async () => {
  const awkward = {
    Thing,
    delete: () => 10,
    constructor$: () => 20,
    default: () => 30,
    new: () => 40,
  };
  const component = await loadComponent(
    { wit, world: "forwarding", wat: forwardingGuest },
    { mode: "sync" },
  );
  const exports = await instantiate(
    Forwarding,
    { instantiate: component },
    { "wit2ts-test:keys/awkward@0.1.0": awkward, constructor$: () => 2 },
  );
  expect([
    exports.delete(),
    exports.constructor$(),
    exports.default(),
    exports.doIt(),
  ]).toEqual([1, 2, 3, 4]);
  const exported = exports["wit2ts-test:keys/awkward@0.1.0"];
  expect([
    exported.delete(),
    exported.constructor$(),
    exported.default(),
    exported.new(),
  ]).toEqual([10, 20, 30, 40]);
  const thing = new exported.Thing(100);
  expect(thing).toBeInstanceOf(exported.Thing);
  expect([thing.constructor$(), thing.delete()]).toEqual([101, 102]);
});

it("a component imports static functions called `prototype`, `name` and `length`", async () => {
  class Statics {
    readonly #id: number;
    constructor(id: number) {
      this.#id = id;
    }
    id(): number {
      return this.#id;
    }
    static prototype$(): number {
      return 1;
    }
    static name(): number {
      return 2;
    }
    static length(): number {
      return 4;
    }
    static make(): Statics {
      return new Statics(8);
    }
    [Symbol.dispose](): void {}
  }
  const component = await loadComponent(
    { wit, world: "calling", wat: callingGuest },
    { mode: "sync" },
  );
  const { sum } = await instantiate(
    Calling,
    { instantiate: component },
    { "wit2ts-test:keys/statics@0.1.0": { Thing: Statics } },
  );
  expect(sum()).toBe(15);
});
