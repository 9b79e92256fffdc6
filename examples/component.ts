/**
 * The HTTP action as a WebAssembly component, connected to the sockets of `@wit2ts/socket`: the guest in
 * `actions-http/guest.ts` fetches a page from a local server, on two JavaScript engines. Its calls block the thread
 * and, if this JavaScript engine supports JSPI, also run with WebAssembly suspended.
 */
import { fetchThroughComponent } from "./actions-http/run.js";
import { startServer } from "./actions-http/server.js";
import type { Engine, Mode } from "./actions-http/build.js";

const modes: Mode[] =
  "Suspending" in (Reflect.get(globalThis, "WebAssembly") as object)
    ? ["sync", "jspi"]
    : ["sync"];
const engines: Engine[] = ["StarlingMonkey", "QuickJS"];
const server = await startServer();
try {
  const base = `http://127.0.0.1:${String(server.port)}`;
  for (const engine of engines) {
    for (const mode of modes) {
      console.log(
        mode === "sync"
          ? `on ${engine}, over blocking sockets:`
          : `on ${engine}, over asynchronous sockets, WebAssembly suspended (JSPI):`,
      );
      const [page, refused, forbidden] = await fetchThroughComponent(
        engine,
        mode,
        [`${base}/news?page=1`, "http://127.0.0.1:1/", "http://127.0.0.2/"],
      );
      console.log(
        page?.val.replaceAll("\r", "").replace(/^/gm, "  ").trimEnd(),
      );
      console.log(`  a server that is not there: ${refused?.val ?? ""}`);
      console.log(`  one that the policy forbids: ${forbidden?.val ?? ""}`);
    }
  }
} finally {
  await server.stop();
}
