import { err, ok, type Result } from "@wit2ts/runtime";
import { instantiate } from "@wit2ts/runtime/jco";
import { beforeAll, describe, expect, it } from "vitest";
import { loadGuest } from "../support/guest/build.js";
import { isThorough } from "../support/thorough.js";
import {
  Guest,
  type GuestExports,
} from "../support/guest/generated/wit2ts-test/guest/guest.js";
import type { Problem } from "../support/guest/generated/wit2ts-test/guest/store.js";

const log: string[] = [];

class Bucket {
  readonly #entries: Map<string, number>;
  constructor(entries: Record<string, number>) {
    this.#entries = new Map(Object.entries(entries));
  }
  static open(name: string): Result<Bucket, Problem> {
    return name === "numbers"
      ? ok(new Bucket({ one: 1, two: 2 }))
      : err({ tag: "full" });
  }
  get(key: string): Result<number, Problem> {
    const found = this.#entries.get(key);
    return found === undefined ? err({ tag: "missing", val: key }) : ok(found);
  }
  delete(key: string): Result<void, Problem> {
    log.push(`delete ${key}`);
    return this.#entries.delete(key) ? ok() : err({ tag: "full" });
  }
  get size(): number {
    return this.#entries.size;
  }
  [Symbol.dispose](): void {
    log.push("dispose");
  }
}

class Bell {
  readonly #tone: number;
  constructor(tone: number) {
    this.#tone = tone;
  }
  ring(times: number): Result<number, string> {
    return times > 3 ? err("too loud") : ok(this.#tone * times);
  }
  [Symbol.dispose](): void {}
}

/** A guest for StarlingMonkey. Generated code types both sides. */
// Skipped by default, because building it with its engine takes about 20 seconds, and `actions-http.test.ts` runs a
// similar guest.
describe.runIf(isThorough)("a guest built on generated adapters", () => {
  let guest: GuestExports;
  beforeAll(async () => {
    guest = await instantiate(Guest, await loadGuest(), {
      "wit2ts-test:guest/store@0.1.0": {
        Bucket,
        count: (of) => (of as unknown as Bucket).size,
      },
      logIt: (text) => (text === "sum 2" ? err("even") : ok(text.length)),
      seal: () => {
        log.push("seal");
      },
      Bell,
    });
  }, 120_000);

  it("receives and returns errors as values", () => {
    expect(guest.sum("numbers", ["one", "two"])).toEqual(ok(3 + 5));
    expect(guest.sum("numbers", ["three"])).toEqual(err("no three"));
    expect(guest.sum("letters", [])).toEqual(err("no bucket: full"));
    expect(guest.sum("numbers", ["two"])).toEqual(err("even"));
  });

  it("imports functions and resources of the world", () => {
    expect(guest.ring(3)).toEqual(ok(21));
    expect(guest.ring(4)).toEqual(err("too loud"));
  });

  it("exports functions whose names are reserved words", () => {
    expect(guest.delete("numbers")).toEqual(ok());
    expect(guest.delete("letters")).toEqual(err());
    expect(log).toContain("seal");
  });

  it("accepts resources of the host in exported functions", () => {
    const handler = guest["wit2ts-test:guest/handler@0.1.0"];
    log.length = 0;
    expect(handler.handle(new Bucket({ a: 5, b: 6 }), "a")).toEqual(
      ok("5 of 2"),
    );
    expect(log).toEqual(["delete a", "dispose"]);
    expect(handler.handle(new Bucket({}), "a")).toEqual(
      err({ tag: "missing", val: "a" }),
    );
  });
});
