import type { Severity } from "./diagnostic.js";

/**
 * Every problem the tool can report: its code, how bad it is, and its message. `{name}` in a message stands
 * for an argument of {@link DiagnosticCollector.report}. Codes are interface and do not change within a major
 * version; wording may. Each code is explained in `docs/diagnostics.md`, with an example that a test runs.
 */
export const catalogue = {
  // The text of a file.
  "forbidden-character": {
    severity: "error",
    message:
      "{character} may not stand in WIT, not even in a comment: {reason}",
  },
  "unexpected-character": {
    severity: "error",
    message: "{characters} has no meaning in WIT",
  },
  "unterminated-comment": {
    severity: "error",
    message: "this comment is never closed",
  },
  "unterminated-string": {
    severity: "error",
    message: "this string is never closed",
  },
  "invalid-string": { severity: "error", message: "{reason}" },

  // Syntax.
  "unexpected-token": {
    severity: "error",
    message: "expected {expected}, found {found}",
  },
  "keyword-as-name": {
    severity: "error",
    message: "expected {expected}, found the keyword `{keyword}`",
  },
  "invalid-name": {
    severity: "error",
    message: "`{name}` is not a valid name: {reason}",
  },
  "invalid-version": {
    severity: "error",
    message: "`{version}` is not a valid version: {reason}",
  },
  "invalid-length": {
    severity: "error",
    message:
      "a list of {length} elements is too long: at most 4294967295 are possible",
  },
  "nesting-too-deep": {
    severity: "error",
    message: "{what} may be nested 100 deep at most",
  },
  "misplaced-package": {
    severity: "error",
    message: "a package may not stand inside a nested package",
  },
  "misplaced-package-header": {
    severity: "error",
    message: "the header `package {name};` must be the first thing in its file",
  },
  "misplaced-attribute": {
    severity: "error",
    message: "attributes may not stand in front of {what}",
  },
  "unknown-attribute": {
    severity: "error",
    message: "unknown attribute `@{name}`",
  },

  // Names.
  "unknown-type": { severity: "error", message: "unknown type `{name}`" },

  // The run.
  "too-many-problems": {
    severity: "note",
    message: "{count} more problems are not shown",
  },
} as const satisfies Record<string, { severity: Severity; message: string }>;

/** The name of a problem. */
export type DiagnosticCode = keyof typeof catalogue;

/** The placeholders of a message. */
type Placeholders<Message extends string> =
  Message extends `${string}{${infer Name}}${infer Rest}`
    ? Name | Placeholders<Rest>
    : never;

/** The arguments a problem's message needs: one for each placeholder, no others. */
export type DiagnosticArguments<Code extends DiagnosticCode> = Readonly<
  Record<Placeholders<(typeof catalogue)[Code]["message"]>, string | number>
>;
