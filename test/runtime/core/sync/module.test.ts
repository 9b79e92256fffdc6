import type { InterfaceDescriptor } from "@wit2ts/runtime";
import { createSyncBridge } from "@wit2ts/runtime/sync";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { testDirectory } from "../../../support/directory.js";

interface Greeter {
  greet(): string;
}
const Greeter: InterfaceDescriptor<{ sync: Greeter }> = {
  kind: "interface",
  name: "test:sync/greeter",
  types: {},
  functions: { greet: { name: "greet", parameters: [], result: "string" } },
};

describe("the module of a bridge", () => {
  it("may be a URL, the text of one, or an absolute path", () => {
    const directory = testDirectory();
    const path = directory.at("a # module.mjs");
    writeFileSync(path, 'export default { greet: async () => "hello" };');
    const url = pathToFileURL(path);
    for (const module of [url, url.href, path]) {
      const bridge = createSyncBridge(Greeter, { module });
      try {
        expect(bridge.contract.greet()).toBe("hello");
      } finally {
        bridge.dispose();
      }
    }
  });

  it.each([
    [
      "./mine.js",
      '`./mine.js` is relative, and its base is unknown: pass `module` as new URL("./mine.js", import.meta.url)',
    ],
    ["../mine.js", "`../mine.js` is relative"],
    ["", "`module` must be the URL or the name of a module"],
    [undefined, "`module` must be the URL or the name of a module"],
    [{}, "`module` must be the URL or the name of a module"],
  ])("cannot be %j", (module, message) => {
    expect(() =>
      createSyncBridge(Greeter, { module: module as string }),
    ).toThrow(message);
  });
});
