import type { DiagnosticCollector } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import type { Model } from "../model/model.js";
import { fullName, withoutVersion } from "./full-name.js";

/** The names and patterns in the settings that match nothing. */
export interface Unmatched {
  readonly worlds: readonly string[];
  readonly interfaces: readonly string[];
  readonly functions: readonly string[];
}

/** The greatest number of names that a message lists. */
const mostListed = 8;

/** The greatest number of names that are searched for a suggestion, to limit the time it takes. */
const mostCompared = 2_000;

/**
 * Reports names and patterns that match nothing, with the nearest name or, failing that, the known names.
 *
 * @param roots - the requested packages; `undefined` for all
 */
export function reportUnmatched(
  diagnostics: DiagnosticCollector,
  model: Model,
  { worlds, interfaces, functions }: Unmatched,
  roots: ReadonlySet<number> | undefined,
): void {
  const report = (
    what: string,
    pattern: string,
    known: string,
    candidates: readonly string[],
  ): void => {
    const suggestion =
      candidates.length > mostCompared
        ? undefined
        : didYouMean(pattern, candidates);
    diagnostics.report(
      "pattern-without-match",
      undefined,
      { what, pattern, known: suggestion === undefined ? known : "" },
      suggestion === undefined ? {} : { suggestion },
    );
  };
  for (const pattern of worlds) {
    const own = model.worlds.filter(
      (world) => roots?.has(world.package) ?? true,
    );
    report(
      "world",
      pattern,
      listed(
        "worlds",
        own.map(({ name }) => name),
      ),
      [
        ...model.worlds.map(({ name }) => name),
        ...model.worlds.map((world) => withoutVersion(fullName(model, world))),
      ],
    );
  }
  const named = model.interfaces.filter(({ name }) => name !== null);
  for (const pattern of interfaces) {
    const own = named.filter((item) => roots?.has(item.package) ?? true);
    const names = named.map((item) => withoutVersion(fullName(model, item)));
    const known = own.map((item) => withoutVersion(fullName(model, item)));
    report("interface", pattern, listed("interfaces", known), names);
  }
  if (functions.length === 0) return;
  const names = named.flatMap((item) => {
    const owner = withoutVersion(fullName(model, item));
    // Without the prefix in brackets of a resource's functions, as in `[method]r.f`.
    return [...item.functions.values()].map(
      ({ name }) => `${owner}#${name.slice(name.indexOf("]") + 1)}`,
    );
  });
  for (const pattern of functions) report("function", pattern, "", names);
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `, which has no ${what}`;
  if (names.length > mostListed) return "";
  return `, which has the ${what} ${names.map((name) => `\`${name}\``).join(", ")}`;
}
