import { once } from "node:events";
import { closeSync, openSync, readdirSync, statSync } from "node:fs";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { causeOf, unwrap } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";
import { testDirectory } from "../../../support/directory.js";
import { connect, receiveAll, until } from "./support.js";

/** The numbers of the process's open file descriptors. */
function openDescriptors(): number[] {
  return readdirSync("/proc/self/fd").map(Number);
}

describe.runIf(process.platform === "linux")(
  "the file descriptor of a connection",
  () => {
    it("is not written to after the connection has broken, even if another file reuses its number", async () => {
      const directory = testDirectory();
      await using socket = createNodeSocket();
      const server = net.createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const accepting = once(server, "connection") as Promise<[net.Socket]>;
      const { port } = server.address() as net.AddressInfo;
      const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
      const before = new Set(openDescriptors());
      unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
      unwrap(await socket.send(handle, Uint8Array.of(1)));
      const [far] = await accepting;
      const taken = openDescriptors().filter((each) => !before.has(each));

      far.resetAndDestroy();
      server.close();
      await until(
        () => !openDescriptors().some((each) => taken.includes(each)),
      );
      const paths = taken.map((each) => `${directory.path}/${String(each)}`);
      const files = paths.map((path) => openSync(path, "w"));
      expect(files.some((each) => taken.includes(each))).toBe(true);

      const sent = await socket.send(handle, Buffer.from("not into a file"));
      expect(sent).toEqual({ tag: "err", val: "connection-reset" });
      for (const path of paths) expect(statSync(path).size).toBe(0);
      files.forEach(closeSync);
    });
  },
);

it("send delivers the rest in order if the kernel accepts only a part immediately", async () => {
  await using socket = createNodeSocket();
  const { near, far } = await connect(socket);
  const data = Buffer.alloc(20_000_000);
  for (let at = 0; at < data.length; at += 4) data.writeUInt32LE(at, at);
  const sending = socket.send(near, data);
  const after = sending.then(async () => {
    unwrap(await socket.send(near, Uint8Array.of(1, 2, 3)));
    unwrap(await socket.close(near));
  });
  const received = await receiveAll(socket, far);
  await after;
  expect(received.length).toBe(data.length + 3);
  expect(received.subarray(0, data.length).equals(data)).toBe(true);
  expect([...received.subarray(data.length)]).toEqual([1, 2, 3]);
});

it("send itself reports that an earlier datagram was refused", async () => {
  await using socket = createNodeSocket();
  const gone = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.bind(gone, { host: "127.0.0.1", port: 0 }));
  const address = unwrap(await socket.getLocalAddress(gone));
  unwrap(await socket.close(gone));
  const near = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.connect(near, address));
  // No socket has the first datagram's destination; the kernel keeps that error for the next call.
  unwrap(await socket.send(near, Uint8Array.of(1)));
  const second = await socket.send(near, Uint8Array.of(2));
  expect(second).toEqual({ tag: "err", val: "connection-refused" });
  expect(causeOf(second)).toMatchObject({ code: "ECONNREFUSED" });
});
