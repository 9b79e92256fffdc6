// fetch.ts ENGINE MODE URL…: fetches URLs through the HTTP action as a component, and prints the results as JSON. A program of its own, since
// the WASI that QuickJS asks for starts a worker that never ends.
import type { Engine, Mode } from "../../../examples/actions-http/build.js";
import { fetchThroughComponent } from "../../../examples/actions-http/run.js";

const [engine, mode, ...urls] = process.argv.slice(2);
const results = await fetchThroughComponent(
  engine as Engine,
  mode as Mode,
  urls,
);
process.stdout.write(JSON.stringify(results));
