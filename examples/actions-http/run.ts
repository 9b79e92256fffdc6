import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";
import { Http } from "@wit2ts/core-libs/http";
import type { Result } from "@wit2ts/runtime";
import { ComponentInstance, fromJcoExports } from "@wit2ts/runtime/jco";
import { createJcoSocket as createSuspending } from "@wit2ts/socket/jco/node";
import { createJcoSocket as createBlocking } from "@wit2ts/socket/jco/node-sync";
import { loadGuest, type Engine, type Mode } from "./build.js";

const socketName = "scheduler:core-libs/socket@0.1.0";

/** Fetches URLs through the component, each with its result. */
export async function fetchThroughComponent(
  engine: Engine,
  mode: Mode,
  urls: readonly string[],
): Promise<Result<string, string>[]> {
  const { instantiate } = await loadGuest(engine, mode);
  const instance = new ComponentInstance();
  const results: Result<string, string>[] = [];
  if (mode === "sync") {
    using socket = createBlocking({ instance });
    const exports = await instantiate(undefined, {
      ...engineImports(),
      [socketName]: socket.imports,
    });
    const http = fromJcoExports(Http, httpOf(exports), { instance });
    for (const url of urls) results.push(http.get(url));
  } else {
    await using socket = createSuspending({ instance });
    const exports = await instantiate(undefined, {
      ...engineImports(),
      [socketName]: socket.imports,
    });
    const http = fromJcoExports(Http, httpOf(exports), {
      instance,
      async: true,
    });
    for (const url of urls) results.push(await http.get(url));
  }
  return results;
}

/** What the engine inside the component asks for; no folder, no variable and no network of this machine is in it. */
function engineImports(): Record<string, unknown> {
  const wasi = new WASIShim({
    sandbox: { preopens: {}, env: {}, args: [], enableNetwork: false },
  });
  const imports: Record<string, unknown> = { ...wasi.getImportObject() };
  for (const name of Object.keys(imports)) {
    if (/^wasi:(sockets|http)\//.test(name))
      Reflect.deleteProperty(imports, name);
  }
  return imports;
}

function httpOf(exports: Record<string, unknown>): object {
  const http = exports[Http.name];
  if (typeof http !== "object" || http === null)
    throw new Error(`the component does not export ${Http.name}`);
  return http;
}
