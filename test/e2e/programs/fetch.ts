// fetch.ts ENGINE MODE URL…: fetches URLs through the HTTP action as a component, and prints the results as JSON. This
// is a separate program, because the WASI shim that QuickJS requires starts a worker that never exits.
import type { Engine, Mode } from "../../../examples/actions-http/build.js";
import { fetchThroughComponent } from "../../../examples/actions-http/run.js";

const [engine, mode, ...urls] = process.argv.slice(2);
const results = await fetchThroughComponent(
  engine as Engine,
  mode as Mode,
  urls,
);
process.stdout.write(JSON.stringify(results));
