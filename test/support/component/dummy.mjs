// Builds a component of a world of which every export traps, gated items included: a process of its own, because jco's tools keep a worker running.
// Takes { wit, world, path } as JSON on the standard input and writes the component there.
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

const { wit, world, path } = JSON.parse(await text(process.stdin));
const core = await componentEmbed({
  witSource: wit,
  world,
  dummy: true,
  features: { tag: "all" },
});
await writeFile(path, await componentNew(core, []));
