import { type Hand, tokens } from "./hand.js";
import type { PlannedPackage } from "./plan.js";

/** The features that gates use. Each text enables some of them. */
export const features = ["on", "off", "%type"] as const;

/** The attributes of an item. */
export interface Attributes {
  readonly text: string;
  readonly isHidden: boolean;
}

const earlier = ["0.0.1", "0.1.0-a", "0.0.0-0.x-y.z"];

const comments = [
  "/// docs\n",
  "///no space\n",
  "  ///   deep\n///  less\n",
  "/** block */",
  "/**\n * starred\n   * twice\n */",
  "/* plain */",
  "// line\n",
  "//// four\n",
  "/***/",
  "/*** three */",
  "/** a /* nested */ b */",
  "/// trailing  \t\n",
  "///\n",
  "///é ☃ 😀\n",
  "///\ttab\n",
  "/** a\r\n  b\r\n*/",
];

/** Comments before an item, usually none. */
export function docs(hand: Hand): string {
  let text = "";
  while (hand.once(4)) text += `\n${hand.random.pick(comments)}`;
  // The reference parser crashes on this comment.
  if (hand.crash("empty-block-comment", 2_000)) text += "/**/";
  return text;
}

/** Writes attributes, some of which hide the item if that is allowed. */
export function attributes(
  hand: Hand,
  package_: PlannedPackage,
  isOn: (feature: string) => boolean,
  may: {
    readonly hide: boolean;
    readonly mustHide?: boolean;
    /**
     * Whether the item has a path: if it refers to another package, the reference parser crashes on contradictory
     * attributes.
     */
    readonly hasPath?: boolean;
  },
): Attributes {
  const { random } = hand;
  const contradict = (name: string, inTimes: number): boolean =>
    may.hasPath === true ? hand.crash(name, inTimes) : hand.slip(name, inTimes);
  const parts: string[] = [];
  let isHidden = false;
  const { version } = package_;
  const deprecated = `@deprecated(version = ${random.pick(earlier)})`;
  const since = `@since(version = ${version === undefined || hand.once(2) ? random.pick(earlier) : version})`;
  const open = features.filter((feature) => isOn(feature));
  const closed = features.filter((feature) => !isOn(feature));
  if (may.mustHide === true && closed.length > 0) {
    if (!hand.slip("ungated-type")) {
      parts.push(`@unstable(feature = ${random.pick(closed)})`);
      isHidden = true;
    }
  } else if (hand.once(6) && (may.hide || open.length > 0)) {
    const feature = random.pick(may.hide ? features : open);
    parts.push(`@unstable(feature = ${feature})`);
    isHidden = !isOn(feature);
    if (hand.once(3)) parts.push(deprecated);
  } else if (version !== undefined && hand.once(6)) {
    parts.push(since);
    if (hand.once(3)) parts.push(deprecated);
  }
  if (parts.length > 0 && contradict("repeated-attribute", 30))
    parts.push(random.pick(parts));
  if (contradict("since-and-unstable", 80))
    parts.push(since, "@unstable(feature = on)");
  if (parts.length === 0) {
    if (contradict("lone-deprecated", 80)) parts.push(deprecated);
    else if (hand.slip("since-future", 80))
      parts.push("@since(version = 99.0.0)");
    else if (version === undefined && hand.slip("since-without-version", 40))
      parts.push(since);
    else if (hand.slip("unknown-attribute", 80))
      parts.push(
        random.pick([
          "@sinze(version = 1.0.0)",
          "@since(version = 1.0)",
          "@since(feature = x)",
          "@unstable(feature = 1)",
          "@unstable",
          "@external-id(x)",
        ]),
      );
  }
  if (hand.once(12))
    parts.push(
      `@external-id("${random.pick(["x", "", "a-b:c/d", "\\u{1_f600}", "\\41\\n\\\\", "é"])}")`,
    );
  return { text: tokens(...hand.shuffled(parts)), isHidden };
}
