/**
 * The HTTP action as a WebAssembly component with our sockets behind it: the guest in `actions-http/guest.ts` fetches a page from a
 * local server. Its calls block, or, where the engine can suspend WebAssembly (JSPI), they are suspended.
 */
import { fetchThroughComponent } from "./actions-http/run.js";
import { startServer } from "./actions-http/server.js";
import type { Mode } from "./actions-http/build.js";

const modes: Mode[] =
  "Suspending" in (Reflect.get(globalThis, "WebAssembly") as object)
    ? ["sync", "jspi"]
    : ["sync"];
const server = await startServer();
try {
  const base = `http://127.0.0.1:${String(server.port)}`;
  for (const mode of modes) {
    console.log(
      mode === "sync"
        ? "over blocking sockets in a worker:"
        : "over asynchronous sockets, WebAssembly suspended (JSPI):",
    );
    const [page, refused] = await fetchThroughComponent(mode, [
      `${base}/news?page=1`,
      "http://127.0.0.1:1/",
    ]);
    console.log(page?.val.replaceAll("\r", "").replace(/^/gm, "  ").trimEnd());
    console.log(`  a server that is not there: ${refused?.val ?? ""}`);
  }
} finally {
  await server.stop();
}
