// Builds a component, gated items included: a process of its own, because jco's tools keep a worker running.
// Takes { wit, world, wat, path } as JSON on the standard input and writes the component there. Without `wat`, every export traps.
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

const { wit, world, wat, path } = JSON.parse(await text(process.stdin));
const core = await componentEmbed({
  witSource: wit,
  world,
  ...(wat === undefined ? { dummy: true } : { binary: await parse(wat) }),
  features: { tag: "all" },
});
await writeFile(path, await componentNew(core, []));
