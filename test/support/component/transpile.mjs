// Builds a component from text and transpiles it. This is a separate process, because jco's tools keep a worker running.
// Reads { source, options, folder } as JSON from the standard input, and writes jco's files and the component to `folder`.
import {
  componentEmbed,
  componentNew,
  parse,
  transpile,
} from "@bytecodealliance/jco";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const { source, options, folder } = JSON.parse(await text(process.stdin));
const component = await componentNew(
  await componentEmbed({
    binary: await parse(source.wat),
    witSource: source.wit,
    world: source.world,
  }),
);
const { files } = await transpile(component, options);
for (const [name, bytes] of Object.entries(files)) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
await writeFile(join(folder, "component.wasm"), component);
