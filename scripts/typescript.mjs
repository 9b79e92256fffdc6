// node --import ./scripts/typescript.mjs file.ts
import module from "node:module";
import * as hooks from "./typescript-hooks.mjs";

// In the same thread where Node can; Node 20 runs hooks in one of their own.
if (module.registerHooks) module.registerHooks(hooks);
else module.register("./typescript-hooks.mjs", import.meta.url);
