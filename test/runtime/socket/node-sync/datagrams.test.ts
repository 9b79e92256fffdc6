import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DATAGRAM_RING_SIZE,
  DatagramReader,
  writeDatagram,
} from "../../../../runtime/socket/src/node-sync/datagrams.js";
import {
  RingReader,
  RingWriter,
} from "../../../../runtime/socket/src/node-sync/ring.js";

function ring(
  size: number,
  start = 0,
): { writer: RingWriter; reader: DatagramReader } {
  const words = new Int32Array(new SharedArrayBuffer(8)).fill(start);
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  const counters = { words, head: 0, tail: 1 };
  return {
    writer: new RingWriter(bytes, counters),
    reader: new DatagramReader(new RingReader(bytes, counters)),
  };
}

describe("a ring of datagrams", () => {
  test("keeps each datagram whole, with its address", () => {
    const { writer, reader } = ring(256);
    expect(
      writeDatagram(writer, Uint8Array.from([1, 2, 3]), "127.0.0.1", 65_535),
    ).toBe(true);
    expect(writeDatagram(writer, new Uint8Array(0), "fe80::1%eth0", 1)).toBe(
      true,
    );
    const first = reader.peek();
    expect(first).toMatchObject({ host: "127.0.0.1", port: 65_535 });
    expect([...(first?.data ?? [])]).toEqual([1, 2, 3]);
    reader.release();
    const second = reader.peek();
    expect(second).toMatchObject({ host: "fe80::1%eth0", port: 1 });
    expect(second?.data.length).toBe(0);
    reader.release();
    expect(reader.peek()).toBeUndefined();
  });

  test("returns the same datagram from peek until it is released", () => {
    const { writer, reader } = ring(64);
    writeDatagram(writer, Uint8Array.from([7]), "a", 1);
    expect([...(reader.peek()?.data ?? [])]).toEqual([7]);
    expect([...(reader.peek()?.data ?? [])]).toEqual([7]);
    reader.release();
    expect(reader.peek()).toBeUndefined();
  });

  test("has room for the largest datagram at any position of the ring", () => {
    const host = "x".repeat(64);
    for (let start = 0; start < DATAGRAM_RING_SIZE; start += 4096 - 4) {
      const { writer, reader } = ring(DATAGRAM_RING_SIZE, start);
      expect(writeDatagram(writer, new Uint8Array(65_527), host, 9)).toBe(true);
      expect(reader.peek()?.data.length).toBe(65_527);
    }
  });

  test("returns the written datagrams in order, for random sizes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.nat(90), reads: fc.nat(3) }), {
          maxLength: 80,
        }),
        (steps) => {
          const { writer, reader } = ring(256);
          const waiting: { size: number; mark: number }[] = [];
          for (const [index, { size, reads }] of steps.entries()) {
            const mark = index & 0xff;
            if (
              writeDatagram(
                writer,
                new Uint8Array(size).fill(mark),
                `10.0.0.${String(index)}`,
                index,
              )
            ) {
              waiting.push({ size, mark });
            } else {
              expect(waiting.length).toBeGreaterThan(0);
            }
            for (let read = 0; read < reads; read += 1) {
              const found = reader.peek();
              const expected = waiting.shift();
              if (expected === undefined) {
                expect(found).toBeUndefined();
                break;
              }
              expect(found?.host).toBe(`10.0.0.${String(expected.mark)}`);
              expect(found?.data).toEqual(
                new Uint8Array(expected.size).fill(expected.mark),
              );
              reader.release();
            }
          }
        },
      ),
    );
  });
});
