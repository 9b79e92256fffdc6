import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AsyncSocket } from "@wit2ts/core-libs/socket";
import { createNodeSocket } from "@wit2ts/socket/node";

/**
 * Runs an example over the Node backend if its file is the main program. Does nothing if it was imported.
 *
 * @param url - `import.meta.url` of the example.
 */
export async function runExample(
  url: string,
  main: (socket: AsyncSocket, print: (text: string) => void) => Promise<void>,
): Promise<void> {
  const program = process.argv[1];
  if (program === undefined || realpathSync(program) !== fileURLToPath(url))
    return;
  await using socket = createNodeSocket({
    // The examples use the local host only: the one name that they resolve needs no DNS.
    lookup: (name, { family }, callback) => {
      if (name === "localhost" && family === 4)
        callback(null, [{ address: "127.0.0.1", family }]);
      else
        callback(
          Object.assign(new Error(`${name} is unknown`), { code: "ENOTFOUND" }),
          [],
        );
    },
  });
  await main(socket, (text) => {
    console.log(text);
  });
}
