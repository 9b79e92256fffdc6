import type { Disagreement } from "./oracle.js";

/** A kind of text for which wit2ts intentionally differs from the reference parser. */
export interface KnownDisagreement {
  readonly reason: string;
  readonly covers: (disagreement: Disagreement) => boolean;
}

export const knownDisagreements: readonly KnownDisagreement[] = [
  {
    reason:
      "half of a surrogate pair: it becomes a replacement character on its way into WebAssembly, and we see it as it is",
    covers: ({ ours, theirs }) =>
      theirs === undefined &&
      ours.every((error) => error.includes("half of a surrogate pair")),
  },
];

/** Whether the reason of a disagreement is known. */
export function isKnown(disagreement: Disagreement): boolean {
  return knownDisagreements.some(({ covers }) => covers(disagreement));
}
