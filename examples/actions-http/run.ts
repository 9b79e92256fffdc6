import { Http } from "@wit2ts/core-libs/http";
import type { Result } from "@wit2ts/runtime";
import { ComponentInstance, fromJcoExports } from "@wit2ts/runtime/jco";
import { createJcoSocket as createSuspending } from "@wit2ts/socket/jco/node";
import { createJcoSocket as createBlocking } from "@wit2ts/socket/jco/node-sync";
import { loadGuest, type Mode } from "./build.js";

const socketName = "scheduler:core-libs/socket@0.1.0";

/** Fetches URLs through the component, each with its result. */
export async function fetchThroughComponent(
  mode: Mode,
  urls: readonly string[],
): Promise<Result<string, string>[]> {
  const { instantiate } = await loadGuest(mode);
  const instance = new ComponentInstance();
  const results: Result<string, string>[] = [];
  if (mode === "sync") {
    using socket = createBlocking({ instance });
    const exports = await instantiate(undefined, {
      [socketName]: socket.imports,
    });
    const http = fromJcoExports(Http, httpOf(exports), { instance });
    for (const url of urls) results.push(http.get(url));
  } else {
    await using socket = createSuspending({ instance });
    const exports = await instantiate(undefined, {
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

function httpOf(exports: Record<string, unknown>): object {
  const http = exports[Http.name];
  if (typeof http !== "object" || http === null)
    throw new Error(`the component does not export ${Http.name}`);
  return http;
}
