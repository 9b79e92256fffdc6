import type { InterfaceDescriptor } from "@wit2ts/runtime";
import {
  ComponentInstance,
  fromJcoExports,
  toJcoImports,
} from "@wit2ts/runtime/jco";
import { describe, expect, it } from "vitest";
import { hasJspi, loadComponent } from "../../../support/component/build.js";

interface Clock {
  now(): Promise<number>;
}
const Clock: InterfaceDescriptor<{ async: Clock }> = {
  kind: "interface",
  name: "test:late/clock",
  types: {},
  functions: { now: { name: "now", parameters: [], result: "u32" } },
};
interface Stamps {
  readonly Stamp: new () => Disposable;
}
const Stamps: InterfaceDescriptor<{ async: Stamps }> = {
  kind: "interface",
  name: "test:late/stamps",
  types: {
    stamp: {
      kind: "resource",
      key: "Stamp",
      create: { name: "constructor", parameters: [], result: "own<stamp>" },
      methods: {},
      statics: {},
    },
  },
  functions: {},
};
const calls = "(drop (call $now))";
/** A component whose resource calls an import in its constructor or destructor. */
const source = (constructor: string, destructor: string) => ({
  wit: `package test:late;
    interface clock { now: func() -> u32; }
    interface stamps { resource stamp { constructor(); } }
    world w { import clock; export stamps; }`,
  world: "w",
  wat: `(module
    (import "test:late/clock" "now" (func $now (result i32)))
    (import "[export]test:late/stamps" "[resource-new]stamp" (func $new (param i32) (result i32)))
    (func (export "test:late/stamps#[constructor]stamp") (result i32) ${constructor} (call $new (i32.const 1)))
    (func (export "test:late/stamps#[dtor]stamp") (param i32) ${destructor}))`,
});

// Requires an engine that supports JSPI.
describe.runIf(hasJspi)("an import that waits", () => {
  async function stamps(
    constructor: string,
    destructor: string,
  ): Promise<Stamps> {
    const instantiate = await loadComponent(source(constructor, destructor), {
      mode: "jspi",
      asyncImports: ["test:late/clock#now"],
    });
    const instance = new ComponentInstance();
    const exports = await instantiate(undefined, {
      "test:late/clock": toJcoImports(
        Clock,
        { now: () => Promise.resolve(5) },
        { instance },
      ),
    });
    const exported = exports["test:late/stamps"] as object;
    return fromJcoExports(Stamps, exported, { instance, async: true });
  }

  it("causes an error if it is called in a constructor", async () => {
    const { Stamp } = await stamps(calls, "");
    expect(() => new Stamp()).toThrow(
      "`test:late/stamps#stamp.constructor` called an import that may wait, but WebAssembly is not suspended there (JSPI)",
    );
  });

  it("causes an error if it is called in a destructor", async () => {
    const { Stamp } = await stamps("", calls);
    const stamp = new Stamp();
    expect(() => {
      stamp[Symbol.dispose]();
    }).toThrow("`test:late/stamps#stamp.drop` called an import that may wait");
  });
});
