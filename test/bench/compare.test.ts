import { describe, expect, it } from "vitest";
import { compare, median } from "../../bench/support/compare.js";
import { benchOptions } from "../../bench/support/report.js";

describe("compare", () => {
  it("calculates the ratio for each round, and reverses the order after each", async () => {
    const order: string[] = [];
    const measured = (name: string, values: number[]) => () => {
      order.push(name);
      return { time: values.shift() ?? NaN };
    };
    const rows = await compare(
      "demo",
      [
        {
          name: "work",
          units: { time: "ms" },
          ours: measured("ours", [1000, 1, 20, 3]),
          peers: { them: measured("them", [1000, 2, 10, 12]) },
        },
      ],
      { rounds: 3, warmUp: 1 },
    );
    // Ratios 0.5, 2 and 0.25: their median is 0.5, while the ratio of the medians would be 0.3.
    expect(rows).toEqual([
      {
        bench: "demo",
        case: "work",
        unit: "ms",
        ours: 3,
        peer: 10,
        ratio: 0.5,
        rounds: 3,
      },
    ]);
    expect(order).toEqual([
      "them",
      "ours",
      "ours",
      "them",
      "them",
      "ours",
      "ours",
      "them",
    ]);
  });

  it("includes metrics and peers in the names if there are several", async () => {
    const sample = { time: 1, memory: 2 };
    const rows = await compare(
      "demo",
      [
        {
          name: "work",
          units: { time: "ms", memory: "MiB" },
          ours: () => sample,
          peers: { a: () => sample, b: () => sample },
        },
      ],
      { rounds: 1 },
    );
    expect(rows.map((row) => row.case)).toEqual([
      "work, time, vs a",
      "work, time, vs b",
      "work, memory, vs a",
      "work, memory, vs b",
    ]);
  });

  it("rejects a contestant that does not return a required metric", async () => {
    const work = {
      name: "work",
      units: { time: "ms" },
      ours: () => ({}),
      peers: { them: () => ({ time: 1 }) },
    };
    await expect(compare("demo", [work], { rounds: 1 })).rejects.toThrow(
      'did not measure "time"',
    );
  });
});

describe("median", () => {
  it("returns the middle value, or the mean of the two middle ones", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});

describe("benchOptions", () => {
  it("parses the number of rounds, the output format and the filter", () => {
    expect(benchOptions(7, [])).toEqual({
      json: false,
      rounds: 7,
      only: undefined,
    });
    expect(
      benchOptions(7, ["--json", "--rounds", "3", "--only", "tcp"]),
    ).toEqual({ json: true, rounds: 3, only: "tcp" });
  });

  it("rejects an invalid number of rounds", () => {
    expect(() => benchOptions(7, ["--rounds", "few"])).toThrow(
      "positive number",
    );
  });
});
