import { processIo } from "./io.js";
import { run } from "./run.js";

// A reader that has seen enough, such as `head`, is no error, and nothing is left to be said to it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

void run(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
});
