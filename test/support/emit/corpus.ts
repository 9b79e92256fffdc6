import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromJson } from "../model/from-json.js";
import type { Model } from "../../../generator/src/model/model.js";

/**
 * The corpus of WIT with the results of the reference parser, in a sibling directory of the repository. Not everyone
 * has it.
 */
const directory = join(import.meta.dirname, "../../../../shared/corpus");

/** Whether the corpus is present. */
export const hasCorpus = existsSync(join(directory, "MANIFEST.json"));

/** A case that the reference parser accepts. */
export interface AcceptedCase {
  readonly id: string;
  readonly kind: string;
  /** Reads the reference parser's model. */
  model(): Model;
}

/** The cases that the reference parser accepts, in the order of the corpus. Empty if the corpus is missing. */
export function acceptedCases(): AcceptedCase[] {
  if (!hasCorpus) return [];
  const cases = JSON.parse(
    readFileSync(join(directory, "MANIFEST.json"), "utf8"),
  ) as {
    id: string;
    kind: string;
    verdict: string;
    golden?: string;
  }[];
  return cases.flatMap(({ id, kind, verdict, golden }) =>
    verdict === "accept" && golden !== undefined
      ? [
          {
            id,
            kind,
            model: () =>
              fromJson(
                JSON.parse(readFileSync(join(directory, golden), "utf8")),
              ),
          },
        ]
      : [],
  );
}
