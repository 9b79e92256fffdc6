/**
 * jco's module of a component without what jco 1.34 gets wrong. Each mend is of one text that jco writes, and does nothing where it
 * writes another.
 *
 * @param code - what jco wrote.
 */
export function mended(code: string): string {
  const text = code
    .replaceAll(mapLowering, mapLoweringMended)
    .replaceAll(waitingStatic, "$1async $3")
    .replaceAll(logOfElement, "{ element: $1 }")
    // In what an `async func` returns: characters were made of numbers, and the tags of 256 cases had two bytes.
    .replace("i32ToChar(ctx.vals[0])", "ctx.vals[0].codePointAt(0)")
    .replaceAll("caseMetas.length < 256)", "caseMetas.length <= 256)")
    .replace(wholeOption, wholeOptionMended)
    .replace(fixedListLifting, fixedListLiftingMended)
    .replace(characterOfNumber, characterOfNumberMended)
    .replace(restOfEnum, restOfEnumMended);
  const whole = withEndApart(withChunks(text)).replace(
    resultOfWaiting,
    resultOfWaitingMended,
  );
  return whole.includes("coreResult$(") ? `${whole}\n${coreResult}` : whole;
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

/**
 * A component gets the numbers of a stream one by one, at a resumption each, though jco takes several at once, as the adapters offer them. What a
 * component has no room for, however, it would get only together with what comes next, which may be long.
 */
function withChunks(code: string): string {
  if (!streamSource.test(code) || !streamDelivery.test(code)) return code;
  return code
    .replace(
      streamSource,
      '$1(stream[Symbol.for("@wit2ts/runtime#chunksForJco")]?.() ?? stream)[',
    )
    .replace(
      streamDelivery,
      "$1 && (values.length === 0 || pendingValues.sourceIsSync)) {",
    );
}

const streamSource = /(let asyncIterator = )stream\[(?=symbolAsyncIterator\])/;
const streamDelivery =
  /(while \(count > 0 && !pendingValues\.done)\) \{(?=\s*const appended = await pendingValues\.readSource\(\);)/;

/** Where an element is no future, an object with its text as a name is no JavaScript. */
const logOfElement = /\{ (array\d+\[\d+\])\}/g;

/**
 * What makes an instance ends in a few variables. They stand beside those for the imports, where there may be functions called `resolve` and
 * the like. So the end becomes a block, and what it needs of the rest gets a name that WIT cannot spell.
 */
function withEndApart(code: string): string {
  if (!generator.test(code) || !end.test(code)) return code;
  return code
    .replace(generator, "$1gen$$ =")
    .replace(end, (text) => `{\n${text.replace("gen.next(", "gen$.next(")}\n}`);
}

const generator = /^( *let )gen =(?= \(function\* _initGenerator )/m;
const end =
  /^ *let promise, resolve, reject;\n(?:.*\n)+? *return promise \|\| maybeSyncReturn;$/m;

/** An absent option in an option, which has no `val`, is taken for the value of one that is there, in what an `async func` returns. */
const wholeOption = /const isNotOptionObject = (typeof v [^;]*);/;
const wholeOptionMended =
  "const isNotOptionObject = !(v.tag === 'none' && Object.keys(v).length === 1) && ($1);";

/** The core values of a list of fixed length, where they are not in memory, are taken for its elements. */
const fixedListLifting =
  /liftResults = \[listValue\(ctx\.params\.slice\(0, knownLen\)\), ctx\];\s*ctx\.params = ctx\.params\.slice\(knownLen\);/;
const fixedListLiftingMended = `const elements = [];
      for (let index = 0; index < knownLen; index++) elements.push(elemLiftFn(ctx)[0]);
      liftResults = [listValue(elements), ctx];`;

/** Characters beyond U+FFFF lose their higher bits, and U+0000 is refused. */
const characterOfNumber =
  /if \(!n \|\| (typeof n !== 'number'\) \{ throw new Error\('invalid i32'\); \}\s*(?:if .*\n\s*)+?return String\.)fromCharCode\(n\)/;
const characterOfNumberMended = "if ($1fromCodePoint(n)";

/** Of an enum of more than 256 cases, the bytes are taken for core values. */
const restOfEnum = "variantFlatCount - caseFlatCount - (isEnum ? 0 : 1);";
const restOfEnumMended = "isEnum ? 0 : variantFlatCount - caseFlatCount - 1;";

/**
 * What an imported `async func` has returned goes to the core of the component as it is, where the core waits for it, and the engine makes a number
 * of it: zero of most things that are none.
 */
const resultOfWaiting = /^( +)resolve\(subtask\.getResult\(\)\);$/m;
const resultOfWaitingMended =
  "$1resolve(coreResult$$(subtask.getResult(), hasResultPointer, resultLowerFns, { componentIdx, stringEncoding }));";
const coreResult = `/** The core value that stands for a result which is a single one. Added by wit2ts. */
function coreResult$(value, hasResultPointer, lowers, context) {
  if (hasResultPointer || lowers.length === 0) return value;
  let part = value;
  // Records and tuples of one element are that element.
  while (typeof part === "object" && part !== null && !("tag" in part)) {
    const isPlain = Array.isArray(part) || Object.getPrototypeOf(part) === Object.prototype;
    const elements = isPlain ? Object.values(part) : [];
    if (elements.length !== 1) break;
    part = elements[0];
  }
  if (typeof part !== "object" && typeof part !== "string") return part;
  // What is no number is one without a sign, in memory as in a core value.
  const memory = { buffer: new ArrayBuffer(16) };
  lowers[0]({ ...context, memory, vals: [value], storagePtr: 0 });
  return new DataView(memory.buffer).getUint32(0, true);
}
`;
