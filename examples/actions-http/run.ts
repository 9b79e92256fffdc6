import type { Result } from "@wit2ts/runtime";
import { setFlagsFromString } from "node:v8";
import { loadGuest, type Engine, type Mode } from "./build.js";

/**
 * Fetches URLs through the component and returns their results in order. The component may connect to 127.0.0.1 only.
 */
export async function fetchThroughComponent(
  engine: Engine,
  mode: Mode,
  urls: readonly string[],
): Promise<Result<string, string>[]> {
  // The compiled QuickJS starts with extended constant expressions, which Node 20 supports only behind this flag.
  if (engine === "QuickJS" && process.versions.node.startsWith("20."))
    setFlagsFromString("--experimental-wasm-extended-const");
  const policy = { connect: ["127.0.0.1"] };
  const results: Result<string, string>[] = [];
  if (mode === "sync") {
    const { instantiate } = await loadGuest(engine, mode);
    using component = await instantiate({ policy });
    for (const url of urls) results.push(component.http.get(url));
  } else {
    const { instantiate } = await loadGuest(engine, mode);
    await using component = await instantiate({ policy });
    for (const url of urls) results.push(await component.http.get(url));
  }
  return results;
}
