// Builds a component, including gated items. This is a separate process, because jco's tools keep a worker running.
// Reads { wit, world, wat, path } as JSON from the standard input, and writes the component to `path`. Without `wat`,
// all exports trap.
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
