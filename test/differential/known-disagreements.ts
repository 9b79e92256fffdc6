import type { Disagreement } from "./oracle.js";

/** A kind of text on which we part from the reference with open eyes. */
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

/** Whether a disagreement is one we know the reason of. */
export function isKnown(disagreement: Disagreement): boolean {
  return knownDisagreements.some(({ covers }) => covers(disagreement));
}
