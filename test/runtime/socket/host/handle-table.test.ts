import { expect, it } from "vitest";
import type { SocketEntry } from "../../../../runtime/socket/src/host/entry.js";
import { HandleTable } from "../../../../runtime/socket/src/host/handle-table.js";

const add = (table: HandleTable<SocketEntry<object>>): SocketEntry<object> =>
  table.add("ipv4", "tcp", {}, "unbound");

it("a handle table does not reuse a handle while others are unused", () => {
  const table = new HandleTable<SocketEntry<object>>();
  const seen = new Set<number>();
  for (let count = 0; count < 1_000; count++) {
    const entry = add(table);
    expect(seen.has(entry.handle)).toBe(false);
    seen.add(entry.handle);
    table.remove(entry);
    expect(table.get(entry.handle)).toBeUndefined();
  }
  expect(seen.has(0)).toBe(false);
  expect(table.size).toBe(0);
});

it("a handle table wraps around after the largest u32, and skips open handles", () => {
  const table = new HandleTable<SocketEntry<object>>();
  const first = add(table);
  expect(first.handle).toBe(1);
  const wrapping = new HandleTable<SocketEntry<object>>(0xffff_fffe);
  const last = add(wrapping);
  expect(last.handle).toBe(0xffff_ffff);
  expect(add(wrapping).handle).toBe(1);
  const full = new HandleTable<SocketEntry<object>>(0xffff_fffd);
  const [one, two] = [add(full), add(full)];
  expect([one.handle, two.handle]).toEqual([0xffff_fffe, 0xffff_ffff]);
  expect(add(full).handle).toBe(1);
  expect(full.get(0xffff_fffe)).toBe(one);
});

it("a handle table finds nothing for an invalid handle", () => {
  const table = new HandleTable<SocketEntry<object>>();
  const entry = add(table);
  for (const value of [
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    2 ** 32 + 1,
    "1",
    null,
    {},
    1n,
  ])
    expect(table.get(value as number)).toBeUndefined();
  expect(table.get(entry.handle)).toBe(entry);
});
