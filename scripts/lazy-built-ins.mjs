// Node's own modules that packages ask for as they are loaded, though the command hardly ever needs them. Each takes
// others along (`child_process` the network, `fs.promises` the line editor), and `process` opens all standard streams:
// more time than reading a small WIT file and generating from it.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What is changed, by file: each text, and what takes its place. */
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

/** Makes the packages in the bundle load Node's modules where they use them. Fails where a package has changed. */
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
