import type { Attribute } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { SourceRange } from "../diagnostics/diagnostic.js";
import type { Stability } from "../model/model.js";
import { invalidVersionReason } from "../syntax/version.js";
import { compareVersions } from "./semver.js";

/** The features whose `@unstable` items are included: a list of names, or all. */
export type Features = Iterable<string> | "all";

/** The package that contains a gated item; its version is compared with that of the gate. */
export interface GatePackage {
  /** The full name, for messages. */
  readonly name: string;
  readonly version: string | undefined;
  /** Whether the version could not be read, which has been reported. */
  readonly isVersionUnknown: boolean;
}

/** Decides for each item whether its feature gate is open, and reports invalid gates. */
export class Gates {
  readonly #features: ReadonlySet<string> | undefined;
  readonly #diagnostics: DiagnosticCollector;
  /** Cached results of {@link stability}: the attributes of an item are read more than once. */
  readonly #stabilities = new Map<
    readonly Attribute[],
    Stability | undefined
  >();
  /** Stabilities whose version has been reported. One gate is reported once, however many items it applies to. */
  readonly #reported = new Set<Stability>();

  constructor(features: Features, diagnostics: DiagnosticCollector) {
    this.#features = features === "all" ? undefined : new Set(features);
    this.#diagnostics = diagnostics;
  }

  /**
   * Returns the stability that the attributes of an item declare; `undefined` if there is none. Reports contradictions.
   * Calls with the same array of attributes return the same object.
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

  /**
   * Returns the text of `@external-id`; `undefined` if there is none. Called only for items to which the attribute
   * applies.
   */
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

  /** Whether a gate is open. The gate of a stable item always is; its version is checked by {@link check}. */
  isOpen(stability: Stability | undefined): boolean {
    if (stability === undefined || !("unstable" in stability)) return true;
    return (
      this.#features === undefined ||
      this.#features.has(stability.unstable.feature)
    );
  }

  /**
   * Whether a gate is open. Also reports, once for each gate, a version that is later than the package's or that the
   * package cannot have because it has no version.
   *
   * @param range - the gated item, for diagnostics
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
    if (owner.isVersionUnknown) return true;
    // An invalid version has been reported by the parser.
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
  return invalidVersionReason(text) !== undefined;
}

/** The range of an attribute for diagnostics. Like wit-parser, it covers the name without the `@`. */
function rangeOf(
  attribute: Attribute,
  source: SourceFile,
): { source: SourceFile; start: number; end: number } {
  return { source, start: attribute.name.start, end: attribute.name.end };
}
