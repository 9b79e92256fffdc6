import { expect, it } from "vitest";
import { JcoError, JcoProcess } from "../../../generator/src/transpile/jco.js";
import { testDirectory } from "../../support/directory.js";

it("rejects every request with the same reason once jco's process has failed", async () => {
  const directory = testDirectory({
    "jco.mjs": "throw new TypeError('boom');",
  });
  using jco = new JcoProcess({
    path: directory.at("jco.mjs"),
    version: "1.34.0",
  });
  const reason = new JcoError("TypeError: boom");
  await expect(jco.wit(new Uint8Array())).rejects.toThrow(reason);
  await expect(jco.wit(new Uint8Array())).rejects.toThrow(reason);
});
