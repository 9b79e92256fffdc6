import { Worker } from "node:worker_threads";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  RingReader,
  RingWriter,
} from "../../../../runtime/socket/src/node-sync/ring.js";

function ring(
  size: number,
  start = 0,
): { writer: RingWriter; reader: RingReader } {
  const words = new Int32Array(new SharedArrayBuffer(8)).fill(start);
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  const counters = { words, head: 0, tail: 1 };
  return {
    writer: new RingWriter(bytes, counters),
    reader: new RingReader(bytes, counters),
  };
}

describe("a ring of bytes", () => {
  test("rejects a size that is not a power of two", () => {
    expect(() => ring(1000)).toThrow("power of two");
  });

  test("can be filled and emptied completely", () => {
    const { writer, reader } = ring(8);
    expect(writer.write(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]))).toBe(8);
    expect(writer.free).toBe(0);
    expect(writer.view(8).length).toBe(0);
    expect(writer.write(Uint8Array.from([9]))).toBe(0);
    expect([...reader.read(100)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(reader.view(8).length).toBe(0);
    expect(writer.free).toBe(8);
  });

  test("reads into memory of the caller's own, even across the wrap-around", () => {
    const { writer, reader } = ring(8);
    writer.write(new Uint8Array(6));
    reader.read(6);
    writer.write(Uint8Array.from([1, 2, 3, 4]));
    const data = reader.read(4);
    expect([...data]).toEqual([1, 2, 3, 4]);
    expect(data.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test.each([0x7fff_fffa, -6])(
    "works while its counters overflow, from %i",
    (start) => {
      const { writer, reader } = ring(16, start);
      for (let index = 0; index < 40; index += 1) {
        expect(writer.write(Uint8Array.from([index, index, index]))).toBe(3);
        expect(reader.length).toBe(3);
        expect([...reader.read(3)]).toEqual([index, index, index]);
        expect(writer.free).toBe(16);
      }
    },
  );

  test("returns the written bytes, for random steps", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("write" as const), count: fc.nat(70) }),
      fc.record({ kind: fc.constant("fill view" as const), count: fc.nat(70) }),
      fc.record({ kind: fc.constant("read" as const), count: fc.nat(70) }),
      fc.record({ kind: fc.constant("take view" as const), count: fc.nat(70) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        (steps, start) => {
          const { writer, reader } = ring(64, start);
          let next = 0;
          let expected = 0;
          const check = (data: Uint8Array): void => {
            for (const byte of data) {
              expect(byte).toBe(expected & 0xff);
              expected += 1;
            }
          };
          for (const { kind, count } of steps) {
            if (kind === "write") {
              next += writer.write(
                Uint8Array.from(
                  { length: count },
                  (_, index) => (next + index) & 0xff,
                ),
              );
            } else if (kind === "fill view") {
              const view = writer.view(count);
              view.forEach((_, index) => {
                view[index] = (next + index) & 0xff;
              });
              next += view.length;
              writer.advance(view.length);
            } else if (kind === "read") {
              check(reader.read(count));
            } else {
              const view = reader.view(count);
              check(view);
              reader.advance(view.length);
            }
            expect(reader.length).toBe(next - expected);
            expect(writer.free).toBe(64 - (next - expected));
          }
        },
      ),
    );
  });

  test("transfers megabytes between threads with only 4 KiB", async () => {
    const total = 4 << 20;
    const words = new Int32Array(new SharedArrayBuffer(8));
    const bytes = new Uint8Array(new SharedArrayBuffer(4096));
    // The other thread implements the protocol independently, so both implementations have to agree on it.
    const worker = new Worker(
      `const { workerData: { words, bytes, total } } = require("node:worker_threads");
       let head = 0;
       while (head < total) {
         const free = bytes.length - ((head - Atomics.load(words, 1)) | 0);
         const count = Math.min(free, total - head, 1 + (head % 1999));
         for (let i = 0; i < count; i += 1) bytes[(head + i) % bytes.length] = ((head + i) * 31) >> 3;
         head += count;
         Atomics.store(words, 0, head);
         if (count === 0) Atomics.wait(words, 0, head, 1);
       }`,
      { eval: true, workerData: { words, bytes, total } },
    );
    const reader = new RingReader(bytes, { words, head: 0, tail: 1 });
    const digest = createHash("sha256");
    let received = 0;
    const deadline = performance.now() + 60_000;
    while (received < total && performance.now() < deadline) {
      const data = reader.read(1 + (received % 1777));
      digest.update(data);
      received += data.length;
      if (data.length === 0)
        await new Promise((resolve) => setImmediate(resolve));
    }
    await worker.terminate();
    const expected = createHash("sha256").update(
      Uint8Array.from({ length: total }, (_, index) => (index * 31) >> 3),
    );
    expect(received).toBe(total);
    expect(digest.digest("hex")).toBe(expected.digest("hex"));
  });
});
