import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Row } from "./compare.js";

/** The options that all benchmarks accept. */
export interface BenchOptions {
  /** `--json`: one object per line instead of a table. */
  readonly json: boolean;
  /** `--rounds N`. */
  readonly rounds: number;
  /** `--only TEXT`: run only the cases whose name contains it. */
  readonly only: string | undefined;
}

/**
 * Reads the options of a benchmark from the command line.
 *
 * @param rounds - the default number of rounds.
 * @throws for an unknown option, or a count that is not a positive integer.
 */
export function benchOptions(
  rounds: number,
  argv: readonly string[] = process.argv.slice(2),
): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: "boolean", default: false },
      rounds: { type: "string", default: String(rounds) },
      only: { type: "string" },
    },
  });
  const count = Number(values.rounds);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`--rounds wants a positive number, not "${values.rounds}"`);
  return { json: values.json, rounds: count, only: values.only };
}

/** Shows progress on a terminal, in one line that each call overwrites. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}

/** Prints the rows to standard output: as a table below a line about the machine, or as JSON, one object per line. */
export function report(
  rows: readonly Row[],
  options: Pick<BenchOptions, "json">,
): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  process.stdout.write(
    options.json
      ? rows.map((row) => `${JSON.stringify(row)}\n`).join("")
      : table(rows),
  );
}

function table(rows: readonly Row[]): string {
  const head = ["case", "unit", "ours", "peer", "ratio", "rounds"];
  const lines = rows.map((row) => [
    row.case,
    row.unit,
    figure(row.ours),
    figure(row.peer),
    row.ratio.toFixed(2),
    String(row.rounds),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        column < 2
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const processors = cpus();
  const machine = `${rows[0]?.bench ?? ""}: Node ${process.version}, ${processors.length} × ${processors[0]?.model.trim() ?? "unknown"}; ratio = ours ÷ peer`;
  return [machine, format(head), ...lines.map(format)].join("\n") + "\n";
}

/** Three significant digits; from 100 up, a whole number with thousands separators. */
function figure(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en")
    : value.toPrecision(3);
}
