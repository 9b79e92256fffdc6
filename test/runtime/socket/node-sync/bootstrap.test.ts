import { expect, test } from "vitest";
import { bootstrap as bridgeBootstrap } from "../../../../runtime/core/src/sync/bootstrap.js";
import { bootstrap } from "../../../../runtime/socket/src/node-sync/bootstrap.js";

test.each([
  ["the sockets", bootstrap],
  ["the bridge", bridgeBootstrap],
])(
  "the first lines of the worker of %s declare nothing that a CommonJS module has already",
  (_, text) => {
    // As Deno runs them; Node does not mind.
    expect(
      () =>
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is only compiled
        new Function("exports", "require", "module", text()),
    ).not.toThrow();
  },
);
