import type { SourceFile } from "../syntax/source.js";
import {
  catalogue,
  type DiagnosticArguments,
  type DiagnosticCode,
} from "./catalogue.js";
import type { Diagnostic, RelatedRange, SourceRange } from "./diagnostic.js";

/** Optional details of a report. */
export interface ReportDetails {
  readonly related?: readonly RelatedRange[];
  /** What to do about the problem: a similar name, or a fix. A clause that can follow the message after a semicolon. */
  readonly suggestion?: string;
}

/** Options of a {@link DiagnosticCollector}. */
export interface CollectorOptions {
  /**
   * The number of problems to keep. Further problems are counted, and a note at the end reports their number.
   * Default: unlimited.
   */
  readonly limit?: number;
}

/**
 * Collects the problems of a run. All stages report into one collector, in any order; {@link list} sorts the problems
 * into text order.
 *
 * At each place, only the first error is kept, because later errors there are more often consequences than further
 * mistakes. Identical warnings or notes at one place are kept once.
 */
export class DiagnosticCollector {
  readonly #limit: number;
  readonly #kept: Diagnostic[] = [];
  /** For each file, what was reported in it: the offset of an error; the offset, code and message of anything else. */
  readonly #places = new Map<SourceFile, Set<number | string>>();
  /** The codes and messages of the problems that concern no file. */
  readonly #elsewhere = new Set<string>();
  #errors = 0;
  #dropped = 0;

  constructor(options: CollectorOptions = {}) {
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Reports a problem.
   *
   * @param code - the code of the problem in the {@link catalogue}.
   * @param range - the place; `undefined` if the problem concerns no file.
   * @param values - the arguments that the message of this code names.
   * @param details - related places and a suggestion.
   */
  report<Code extends DiagnosticCode>(
    code: Code,
    range: SourceRange | undefined,
    values: DiagnosticArguments<Code>,
    details?: ReportDetails,
  ): void {
    const { severity, message: template } = catalogue[code];
    if (severity === "error") this.#errors++;
    const message = fill(template, values);
    if (!this.#isFirst(code, severity === "error", message, range)) return;
    if (this.#kept.length >= this.#limit) {
      this.#dropped++;
      return;
    }
    this.#kept.push({
      code,
      severity,
      message,
      ...(range && {
        range: { source: range.source, start: range.start, end: range.end },
      }),
      ...(details?.related?.length && { related: details.related }),
      ...(details?.suggestion !== undefined && {
        suggestion: details.suggestion,
      }),
    });
  }

  /** Whether any error was reported. If so, no output may be written. */
  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Returns the offsets at which errors were reported in a file, in no particular order. */
  errorOffsets(source: SourceFile): number[] {
    const places = this.#places.get(source) ?? [];
    return [...places].filter((place) => typeof place === "number");
  }

  /** The number of problems kept so far. */
  get size(): number {
    return this.#kept.length;
  }

  /**
   * Returns the problems in text order: first those that concern no file, then those of each file in the order of the
   * paths, sorted by offset. If the limit was reached, a note at the end reports how many are missing.
   */
  list(): readonly Diagnostic[] {
    const sorted = this.#kept
      .map((diagnostic, index) => ({ diagnostic, index }))
      .sort((a, b) => compare(a.diagnostic, b.diagnostic) || a.index - b.index)
      .map(({ diagnostic }) => diagnostic);
    if (this.#dropped > 0) {
      sorted.push({
        code: "too-many-problems",
        severity: catalogue["too-many-problems"].severity,
        message: fill(catalogue["too-many-problems"].message, {
          count: this.#dropped,
        }),
      });
    }
    return sorted;
  }

  #isFirst(
    code: string,
    isError: boolean,
    message: string,
    range: SourceRange | undefined,
  ): boolean {
    if (range === undefined)
      return addNew(this.#elsewhere, `${code} ${message}`);
    let places = this.#places.get(range.source);
    if (places === undefined)
      this.#places.set(range.source, (places = new Set()));
    return addNew(
      places,
      isError ? range.start : `${String(range.start)} ${code} ${message}`,
    );
  }
}

function addNew<T>(set: Set<T>, value: T): boolean {
  if (set.has(value)) return false;
  set.add(value);
  return true;
}

/** Replaces the placeholders of a message. Long arguments are truncated, because a name can be a megabyte long. */
function fill(
  template: string,
  values: Readonly<Record<string, string | number>>,
): string {
  return template.replace(/\{([a-zA-Z]+)\}/gu, (placeholder, name: string) => {
    const value = String(values[name] ?? placeholder);
    return value.length > longestArgument
      ? `${value.slice(0, longestArgument)}…`
      : value;
  });
}

const longestArgument = 200;

function compare(a: Diagnostic, b: Diagnostic): number {
  const left = a.range;
  const right = b.range;
  if (left === undefined || right === undefined)
    return (left ? 1 : 0) - (right ? 1 : 0);
  if (left.source !== right.source) {
    if (left.source.path < right.source.path) return -1;
    if (left.source.path > right.source.path) return 1;
  }
  return left.start - right.start || left.end - right.end;
}
