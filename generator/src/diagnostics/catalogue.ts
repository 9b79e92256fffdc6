import type { Severity } from "./diagnostic.js";

/**
 * Every problem the tool can report: its code, how bad it is, and its message. `{name}` in a message stands
 * for an argument of {@link DiagnosticCollector.report}. Codes are interface and do not change within a major
 * version; wording may. Each code is explained in `docs/diagnostics.md`.
 */
export const catalogue = {
  "unexpected-token": {
    severity: "error",
    message: "expected {expected}, found {found}",
  },
  "unknown-type": { severity: "error", message: "unknown type `{name}`" },
} as const satisfies Record<string, { severity: Severity; message: string }>;

/** The name of a problem. */
export type DiagnosticCode = keyof typeof catalogue;
