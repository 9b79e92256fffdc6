import { describe, expect, it } from "vitest";
import {
  settingsOf,
  type GenerateOptions,
} from "../../../generator/src/emit/options.js";

describe("options that JavaScript gives", () => {
  it.each([
    [
      { mode: "snyc" },
      'the option `mode` is one of "sync", "async", "both", not "snyc"',
    ],
    [
      { target: null, mode: 3 },
      'the option `mode` is one of "sync", "async", "both", not 3',
    ],
    [
      { target: "gest" },
      'the option `target` is one of "host", "guest", not "gest"',
    ],
    [
      { importExtension: ".ts" },
      'the option `importExtension` is one of "js", "ts", not ".ts"',
    ],
    [{ worlds: "all" }, "the option `worlds` has to be a list"],
  ])("%j are refused", (options, message) => {
    expect(() => settingsOf(options as unknown as GenerateOptions)).toThrow(
      new TypeError(message),
    );
  });

  it("have defaults", () => {
    expect(settingsOf({})).toMatchObject({
      mode: "both",
      target: "host",
      importExtension: "js",
    });
  });
});
