import { Http } from "@wit2ts/core-libs/http";
import type { Result } from "@wit2ts/runtime";
import { fromJcoExports } from "@wit2ts/runtime/jco";
import { WASIShim } from "preview2-shim-0.26/instantiation";
import { buildGuest } from "../actions-http/build.js";
import { buildAdapter, loadComponent, socketName } from "./build.js";

/**
 * Instantiates the adapter over preview2-shim.
 *
 * @param imports - WASI interfaces that replace those of the shim, by their names without a version.
 * @returns the socket interface, in jco's convention.
 */
export async function instantiateAdapter(
  imports: Readonly<Record<string, unknown>> = {},
): Promise<object> {
  const { instantiate } = await loadComponent(await buildAdapter());
  const exported = await instantiate(undefined, {
    ...new WASIShim().getImportObject(),
    ...imports,
  });
  return interfaceOf(exported, socketName);
}

/**
 * Fetches URLs through two components and returns their results in order. The HTTP action imports the socket interface
 * that the adapter exports, and the adapter imports the `wasi:sockets` of preview2-shim.
 */
export async function fetchOverAdapter(
  urls: readonly string[],
): Promise<Result<string, string>[]> {
  const { instantiate } = await loadComponent(
    await buildGuest("StarlingMonkey"),
  );
  const exported = await instantiate(undefined, {
    // jco's exports throw errors in the same form in which jco's imports may, so no conversion is needed.
    [socketName]: await instantiateAdapter(),
  });
  const http = fromJcoExports(Http, interfaceOf(exported, Http.name));
  return urls.map((url) => http.get(url));
}

function interfaceOf(
  exported: Readonly<Record<string, unknown>>,
  name: string,
): object {
  const found = exported[name];
  if (typeof found !== "object" || found === null)
    throw new Error(`the component does not export ${name}`);
  return found;
}
