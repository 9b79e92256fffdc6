/** Bytes that the peer does not take in time. It must not mistake truncated output for a normal end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { unwrap } from "@wit2ts/runtime";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import type { BlockingSocketBackend } from "@wit2ts/socket/node-sync";

function listen(socket: BlockingSocketBackend): [number, number] {
  const listener = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
  unwrap(socket.listen(listener, 1));
  return [listener, unwrap(socket.getLocalAddress(listener)).port];
}

/** Receives until the end of the stream, which is "", or an error, and returns that. */
function outcome(socket: BlockingSocketBackend, handle: number): string {
  for (;;) {
    const received = socket.receive(handle, 1n << 20n);
    if (received.tag === "err") return received.val;
    if (received.val.length === 0) return "";
  }
}

test("dispose resets a connection that has not delivered all bytes in time", () => {
  using peer = createNodeSyncSocket();
  const [listener, port] = listen(peer);
  const socket = createNodeSyncSocket();
  const handle = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.connect(handle, { host: "127.0.0.1", port }));
  const accepted = unwrap(peer.accept(listener));
  unwrap(socket.setWriteTimeout(handle, 50n));
  while (socket.send(handle, new Uint8Array(1 << 20)).tag === "ok");
  unwrap(socket.close(handle));
  socket.dispose();
  expect(outcome(peer, accepted)).toBe("connection-reset");
});

test("the exit of the process resets a connection that has not delivered all bytes in time", async () => {
  using peer = createNodeSyncSocket();
  const [listener, port] = listen(peer);
  const program = new URL("programs/exit-before-delivery.mjs", import.meta.url)
    .pathname;
  const child = spawn(process.execPath, [program, String(port)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exit = once(child, "exit");
  const accepted = unwrap(peer.accept(listener));
  expect(await exit).toEqual([0, null]);
  expect(outcome(peer, accepted)).toBe("connection-reset");
});

test("everything is delivered if the process exits with unread input of a connection that waited in the kernel", async () => {
  let got = 0;
  let resume = (): void => undefined;
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    connection.on("data", (data) => {
      got += data.length;
      if (got > 20) return;
      // The last response has more bytes than the program receives. The rest of its bytes then stay in the kernel.
      if (got === 20) connection.pause();
      setTimeout(() => connection.write(got === 20 ? "ready" : "r"), 3);
    });
    resume = () => void connection.resume();
  });
  const closed = new Promise<void>((resolve) => {
    server.on("connection", (connection) => connection.on("close", resolve));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const program = new URL(
    "programs/exit-with-unread-input.mjs",
    import.meta.url,
  ).pathname;
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [program, String(port)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  // If the kernel has no room for all bytes, the program only exits when the peer reads on.
  const late = setTimeout(() => {
    resume();
  }, 5_000);
  expect(await once(child, "exit")).toEqual([0, null]);
  clearTimeout(late);
  resume();
  await closed;
  server.close();
  expect(got).toBe(1_000_020);
});
