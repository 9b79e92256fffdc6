/** Other runtimes lack some of Node's functions. The test simulates that by removing them from Node. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("operations that the runtime lacks fail with `other`, whose cause names what is missing; clients work", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import dgram from "node:dgram";
       import net from "node:net";
       import { causeOf, unwrap } from "@wit2ts/runtime";
       import { createNodeSocket } from "@wit2ts/socket/node";
       net.BoundSocket = net._createServerHandle = undefined;
       dgram.Socket.prototype.bindSync = undefined;
       dgram.Socket.prototype.address = () => {
         throw Object.assign(new Error("getsockname EBADF"), { code: "EBADF" });
       };
       const socket = createNodeSocket();
       for (const protocol of ["tcp", "udp"]) {
         const handle = unwrap(await socket.createSocket("ipv4", protocol));
         const bound = await socket.bind(handle, { host: "127.0.0.1", port: 0 });
         console.log(bound.val, causeOf(bound).message);
       }
       const server = net.createServer((peer) => peer.end("hello"));
       await new Promise((done) => server.listen(0, "127.0.0.1", done));
       const client = unwrap(await socket.createSocket("ipv4", "tcp"));
       const { port } = server.address();
       unwrap(await socket.connect(client, { host: "127.0.0.1", port }));
       console.log(unwrap(await socket.receive(client, 10n)).length);
       await socket.dispose();
       server.close();`,
    ],
    { cwd: import.meta.dirname, timeout: 20_000 },
  );
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(/^other .*lacks net\.BoundSocket/),
    expect.stringMatching(/^other .*cannot bind a UDP socket at once/),
    "5",
    "",
  ]);
});
