// Usage: node --import ./scripts/typescript.mjs file.ts
import module from "node:module";
import * as hooks from "./typescript-hooks.mjs";

// Run the hooks in the same thread if Node supports it; Node 20 runs them in a separate one.
if (module.registerHooks) module.registerHooks(hooks);
else module.register("./typescript-hooks.mjs", import.meta.url);
