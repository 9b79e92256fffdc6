// Makes bundled packages load some of Node's own modules lazily. The packages load them at start-up, although the
// command hardly ever needs them. Each loads further modules (`child_process` networking, `fs.promises` readline), and
// `process` opens all standard streams, which takes longer than generating from a small WIT file.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The texts to replace, with their replacements, by file. */
const replacements = {
  "commander/lib/command.js": [
    ["const childProcess = require('node:child_process');\n", ""],
    ["childProcess.spawn(", "require('node:child_process').spawn("],
    ["const process = require('node:process');\n", ""],
  ],
  "lilconfig/src/index.js": [
    [
      "= fs.promises.readFile;",
      "= (...given) => fs.promises.readFile(...given);",
    ],
  ],
};

/** An esbuild plugin that applies the replacements. It fails if a text is missing because the package has changed. */
export const lazyBuiltIns = {
  name: "lazy-built-ins",
  setup(build) {
    for (const [file, changes] of Object.entries(replacements)) {
      const end = join("node_modules", file);
      const filter = new RegExp(`${end.replaceAll(/[\\.]/g, "\\$&")}$`);
      build.onLoad({ filter }, ({ path }) => {
        let contents = readFileSync(path, "utf8");
        for (const [from, to] of changes) {
          if (!contents.includes(from))
            throw new Error(`${path} has no ${JSON.stringify(from)} any more`);
          contents = contents.replaceAll(from, to);
        }
        return { contents, loader: "js" };
      });
    }
  },
};
