import { expect, it } from "vitest";
import { entryModule } from "../../../generator/src/transpile/entry-module.js";

it("accepts missing `imports` from untyped JavaScript, so that the runtime reports which are missing", () => {
  const text = entryModule({
    header: "",
    mode: "sync",
    sources: {
      socket: "scheduler:core-libs/socket@0.1.0",
      wasi: [],
      hasOthers: true,
      versioned: [],
    },
    world: {
      specifier: "./bindings/app.js",
      descriptor: "App",
      contracts: new Map([["imports", "AppImports"]]),
    },
    shortNames: new Map(),
  });
  expect(text).toContain("let socket = imports?.[socketName];");
});
