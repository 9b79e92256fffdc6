import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { ok, reclaim, unwrap } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";
import {
  ReceivedBytes,
  reuse,
} from "../../../../runtime/socket/src/node/received-bytes.js";

/** Simulates a read of `length` bytes, each of them `value`. */
function read(bytes: ReceivedBytes, length: number, value: number): void {
  const { buffer } = bytes;
  buffer.fill(value, 0, length);
  bytes.take(length, buffer);
}

describe("the memory of received bytes", () => {
  it("is reused for reads once it is given back", () => {
    const bytes = new ReceivedBytes();
    read(bytes, 65_536, 1);
    const { buffer } = bytes;
    read(bytes, 65_536, 2);
    expect(bytes.shift(65_536)).toHaveLength(65_536);
    const piece = bytes.shift(65_536);
    expect(piece?.buffer).toBe(buffer.buffer);
    expect(bytes.buffer.buffer).not.toBe(buffer.buffer);
    reuse(piece as Uint8Array);
    read(bytes, 65_536, 3);
    expect(bytes.buffer.buffer).toBe(buffer.buffer);
    expect(bytes.buffer).toHaveLength(65_536);
  });

  it("is reused once only, even if it is given back twice", () => {
    const bytes = new ReceivedBytes();
    read(bytes, 65_536, 1);
    read(bytes, 65_536, 2);
    bytes.shift(65_536);
    const piece = bytes.shift(65_536) as Uint8Array;
    reuse(piece);
    reuse(piece);
    const others = [new ReceivedBytes(), new ReceivedBytes()];
    for (const other of others) read(other, 65_536, 3);
    const [first, second] = others.map(({ buffer }) => buffer.buffer);
    expect(first).not.toBe(second);
  });

  it("is not reused while another part of it is still queued", () => {
    const bytes = new ReceivedBytes();
    read(bytes, 65_536, 1);
    read(bytes, 65_536, 2);
    bytes.shift(65_536);
    const part = bytes.shift(40_000) as Uint8Array;
    reuse(part);
    reuse(part.subarray(0));
    for (let count = 0; count < 8; count++) read(bytes, 65_536, 3);
    const rest = bytes.shift(65_536);
    expect(rest).toHaveLength(25_536);
    expect(rest?.every((byte) => byte === 2)).toBe(true);
  });
});

describe("a backend created with `borrow`", () => {
  it.each([true, false])(
    "delivers received bytes unchanged, whether their memory is given back (%s) or not",
    async (givesBack) => {
      const sent = randomBytes(8_000_000);
      const server = net.createServer((peer) => peer.end(sent));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as net.AddressInfo;
      await using socket = createNodeSocket({ borrow: true });
      const giveBack = (
        socket as { readonly [reclaim]?: (returned: unknown) => void }
      )[reclaim];
      const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
      unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
      const received = createHash("sha256");
      const kept: Uint8Array[] = [];
      for (;;) {
        const result = await socket.receive(handle, 1_048_576n);
        const data = unwrap(result);
        if (data.length === 0) break;
        received.update(data);
        if (givesBack) giveBack?.(result);
        else kept.push(data);
      }
      const digest = createHash("sha256").update(sent).digest("hex");
      expect(received.digest("hex")).toBe(digest);
      if (!givesBack) expect(Buffer.concat(kept).equals(sent)).toBe(true);
      server.close();
    },
  );

  it("has a non-enumerable `reclaim` function, which ignores other results", async () => {
    await using lent = createNodeSocket({ borrow: true });
    await using usual = createNodeSocket();
    expect(Object.hasOwn(lent, reclaim)).toBe(true);
    expect(Object.hasOwn({ ...lent }, reclaim)).toBe(false);
    expect(Object.hasOwn(usual, reclaim)).toBe(false);
    const { [reclaim]: giveBack } = lent as {
      [reclaim]?: (returned: unknown) => void;
    };
    for (const other of [ok(5n), ok(undefined), { tag: "err", val: "other" }])
      expect(() => giveBack?.(other)).not.toThrow();
  });
});
