/**
 * jco's module of a component without what jco 1.34 gets wrong. Each mend is of one text that jco writes, and does nothing where it
 * writes another.
 *
 * @param code - what jco wrote.
 */
export function mended(code: string): string {
  return code
    .replaceAll(mapLowering, mapLoweringMended)
    .replaceAll(waitingStatic, "$1async $3")
    .replaceAll(logOfElement, "{ element: $1 }")
    .replace(generator, "$1gen$$ =")
    .replace(
      running,
      (text) => `{\n${text.replace("gen.next(", "gen$.next(")}\n}`,
    );
}

/**
 * Each map that goes in has a counter `i`, and two of them in one scope are no JavaScript. As a variable of the loop it is in nobody's way; that
 * it is counted up at the end of the body does no harm there.
 */
const mapLowering =
  /\blet i = 0;\s*for \(const \[key, value\] of (entries\d+)\) \{/g;
const mapLoweringMended = "for (let [i, [key, value]] of [...$1].entries()) {";

/** A static function that waits has `await` in it, and is not `async`. The lookahead keeps to one function. */
const waitingStatic =
  /^(( +)[\w$]+\.[\w$]+ = )(function [\w$]+\((?:(?!^\2\};).*\n)*?\2 {2}const started = await )/gm;

/** Where an element is no future, an object with its text as a name is no JavaScript. */
const logOfElement = /\{ (array\d+\[\d+\])\}/g;

/**
 * What makes an instance ends in a few variables. They stand beside those for the imports, where there may be functions called `resolve` and
 * the like. So the end becomes a block, and what it needs of the rest gets a name that WIT cannot spell.
 */
const generator = /^( *let )gen =(?= \(function\* _initGenerator )/m;
const running =
  /^ *let promise, resolve, reject;\n(?:.*\n)+? *return promise \|\| maybeSyncReturn;$/m;
