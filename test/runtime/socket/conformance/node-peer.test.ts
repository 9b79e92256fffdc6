import { once } from "node:events";
import net from "node:net";
import { closeNodePeers, createNodePeer } from "@wit2ts/socket/conformance";
import { afterAll, expect, it } from "vitest";

afterAll(closeNodePeers);

it("the script of a disposed Node peer does not continue in the next test", async () => {
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = {
    host: "127.0.0.1",
    port: (server.address() as net.AddressInfo).port,
  };
  const disposed = await createNodePeer();
  await disposed.run([
    { step: "pause", milliseconds: 20 },
    { step: "connect", address },
  ]);
  await disposed[Symbol.asyncDispose]();

  // The next peer has the same worker. When its pause ends, that of the first script has ended, too.
  const next = await createNodePeer();
  const run = await next.run([
    { step: "pause", milliseconds: 60 },
    { step: "connect", address },
    { step: "receive" },
  ]);
  await run.finished;
  await next[Symbol.asyncDispose]();
  expect(connections).toBe(1);
  server.close();
});
