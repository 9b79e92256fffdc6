/**
 * Rejected cases for which wit2ts reports a different position than the reference parser, and why its position is
 * better.
 */
export const otherPlaces: Readonly<Record<string, string>> = {
  "reference/package-nesting-too-deep.wit":
    "packages cannot be nested at all; the reference goes on to the hundredth before it says anything, we say so at the first",
  "reference/use-and-include-world":
    "an interface is included, then used; the reference takes it for a world until the `use` and blames that, we blame the include",
  "probe/x-dir-bad-codepoint":
    "the reference names a place in another file of the package, for it counts from the start of the wrong one",
  "probe/x-dir-bad-escape":
    "the reference names a place in another file of the package, for it counts from the start of the wrong one",
};
