import type { Attribute } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { SourceRange } from "../diagnostics/diagnostic.js";
import type { Stability } from "../model/model.js";
import { whyNoVersion } from "../syntax/version.js";
import { compareVersions } from "./semver.js";

/** Which items behind `@unstable` are taken in: those of the features named, or all. */
export type Features = Iterable<string> | "all";

/** What an item's gate is checked against: the package it stands in. */
export interface GatePackage {
  /** The full name, for messages. */
  readonly name: string;
  readonly version: string | undefined;
}

/** Decides for every item whether its gate lets it in, and reports gates that make no sense. */
export class Gates {
  readonly #features: ReadonlySet<string> | undefined;
  readonly #diagnostics: DiagnosticCollector;
  /** What was said of the attributes of an item before: they are asked for more than once. */
  readonly #stabilities = new Map<
    readonly Attribute[],
    Stability | undefined
  >();
  /** Those whose version was reported: one gate is one mistake, whatever is behind it. */
  readonly #reported = new Set<Stability>();

  constructor(features: Features, diagnostics: DiagnosticCollector) {
    this.#features = features === "all" ? undefined : new Set(features);
    this.#diagnostics = diagnostics;
  }

  /**
   * What the attributes of an item say of its stability; `undefined` if nothing. Contradictions are reported. For the
   * same attributes it is the same object.
   */
  stability(
    attributes: readonly Attribute[],
    source: SourceFile,
  ): Stability | undefined {
    if (attributes.length === 0) return undefined;
    let stability = this.#stabilities.get(attributes);
    if (stability !== undefined) return stability;
    stability = this.#read(attributes, source);
    this.#stabilities.set(attributes, stability);
    return stability;
  }

  #read(
    attributes: readonly Attribute[],
    source: SourceFile,
  ): Stability | undefined {
    let since: string | undefined;
    let feature: string | undefined;
    let deprecated: string | undefined;
    let introduction: Attribute | undefined;
    let deprecation: Attribute | undefined;
    const seen = new Set<Attribute["kind"]>();
    for (const attribute of attributes) {
      if (attribute.kind === "external-id") continue;
      if (seen.has(attribute.kind)) this.#reportRepeated(attribute, source);
      seen.add(attribute.kind);
      switch (attribute.kind) {
        case "since":
          since = attribute.version.text;
          introduction ??= attribute;
          break;
        case "unstable":
          feature = attribute.feature.name;
          break;
        case "deprecated":
          deprecated = attribute.version.text;
          deprecation = attribute;
          break;
      }
    }
    if (introduction !== undefined && feature !== undefined) {
      this.#diagnostics.report(
        "conflicting-attributes",
        rangeOf(introduction, source),
        {},
      );
    } else if (
      deprecation !== undefined &&
      introduction === undefined &&
      feature === undefined
    ) {
      this.#diagnostics.report(
        "lone-deprecated",
        rangeOf(deprecation, source),
        {},
      );
    }
    const rest = deprecated === undefined ? {} : { deprecated };
    if (since !== undefined) return { stable: { since, ...rest } };
    return feature === undefined
      ? undefined
      : { unstable: { feature, ...rest } };
  }

  /** The text of `@external-id`, if there is one. Only items that have a use for it are asked. */
  externalId(
    attributes: readonly Attribute[],
    source: SourceFile,
  ): string | undefined {
    let value: string | undefined;
    for (const attribute of attributes) {
      if (attribute.kind !== "external-id") continue;
      if (value === undefined) value = attribute.value;
      else this.#reportRepeated(attribute, source);
    }
    return value;
  }

  /** Whether a gate is open. A stable item always is; whether its version makes sense is for {@link check}. */
  isOpen(stability: Stability | undefined): boolean {
    if (stability === undefined || !("unstable" in stability)) return true;
    return (
      this.#features === undefined ||
      this.#features.has(stability.unstable.feature)
    );
  }

  /**
   * Whether a gate is open, reporting one that names a version the package cannot have, once.
   *
   * @param range - what is gated, to be blamed
   */
  check(
    stability: Stability | undefined,
    owner: GatePackage,
    range: SourceRange,
  ): boolean {
    if (stability === undefined) return true;
    if ("unstable" in stability) return this.isOpen(stability);
    const { since } = stability.stable;
    const isPossible =
      owner.version !== undefined && compareVersions(since, owner.version) <= 0;
    if (isPossible || this.#reported.has(stability)) return true;
    this.#reported.add(stability);
    // Of what is no version, that has been said.
    if ([since, owner.version ?? since].some(isNoVersion)) return true;
    if (owner.version === undefined) {
      this.#diagnostics.report("gate-without-version", range, {
        package: owner.name,
      });
    } else {
      this.#diagnostics.report("gate-of-future-version", range, {
        since,
        package: owner.name,
      });
    }
    return true;
  }

  #reportRepeated(attribute: Attribute, source: SourceFile): void {
    this.#diagnostics.report("repeated-attribute", rangeOf(attribute, source), {
      name: attribute.kind,
    });
  }
}

function isNoVersion(text: string): boolean {
  return whyNoVersion(text) !== undefined;
}

/** The reference blames the name of an attribute, without its `@`. */
function rangeOf(
  attribute: Attribute,
  source: SourceFile,
): { source: SourceFile; start: number; end: number } {
  return { source, start: attribute.name.start, end: attribute.name.end };
}
