/**
 * Corrects jco's module of a component where jco 1.34 generates wrong code. Each correction replaces one specific text,
 * and has no effect on others.
 *
 * @param code - the module that jco generated.
 */
export function patchJcoOutput(code: string): string {
  const text = code
    .replaceAll(mapLowering, mapLoweringPatched)
    .replaceAll(waitingStatic, "$1async $3")
    .replaceAll(logOfElement, "{ element: $1 }")
    // When lowering results of an `async func`, jco converts characters as if they were numbers, and gives 256 cases a
    // two-byte tag.
    .replace("i32ToChar(ctx.vals[0])", "ctx.vals[0].codePointAt(0)")
    .replaceAll("caseMetas.length < 256)", "caseMetas.length <= 256)")
    .replace(wholeOption, wholeOptionPatched)
    .replace(fixedListLifting, fixedListLiftingPatched)
    .replace(characterOfNumber, characterOfNumberPatched)
    .replace(restOfEnum, restOfEnumPatched);
  const whole = scopeInstantiationTail(patchStreamReads(text)).replace(
    resultOfWaiting,
    resultOfWaitingPatched,
  );
  return whole.includes("coreResult$(") ? `${whole}\n${coreResult}` : whole;
}

/**
 * jco declares a counter `i` for each map that it lowers, and two of them in one scope are a syntax error. The counter
 * becomes a loop variable instead. jco's own increment remains at the end of the loop body, where it has no effect.
 */
const mapLowering =
  /\blet i = 0;\s*for \(const \[key, value\] of (entries\d+)\) \{/g;
const mapLoweringPatched = "for (let [i, [key, value]] of [...$1].entries()) {";

/** jco omits `async` from a static function that contains `await`. The lookahead limits the match to one function. */
const waitingStatic =
  /^(( +)[\w$]+\.[\w$]+ = )(function [\w$]+\((?:(?!^\2\};).*\n)*?\2 {2}const started = await )/gm;

/**
 * jco gives a component the numbers of a stream one at a time, with one resumption each, although it accepts several at
 * once. The first replacement makes it read the chunks that the adapters offer. The second one delivers what is left of
 * a chunk that did not fit into the component's buffer at once; otherwise it would wait for the next chunk, which may
 * take long.
 */
function patchStreamReads(code: string): string {
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

/** jco's log call for an element that is not a future contains `{ array0[1]}`, which is a syntax error. */
const logOfElement = /\{ (array\d+\[\d+\])\}/g;

/**
 * The end of the function that makes an instance declares variables such as `resolve` in the same scope as the
 * variables for imports, which may have the same names. So the end becomes a block of its own, and `gen`, which it uses
 * from outside, gets a name that cannot occur in WIT.
 */
function scopeInstantiationTail(code: string): string {
  if (!generator.test(code) || !end.test(code)) return code;
  return code
    .replace(generator, "$1gen$$ =")
    .replace(end, (text) => `{\n${text.replace("gen.next(", "gen$.next(")}\n}`);
}

const generator = /^( *let )gen =(?= \(function\* _initGenerator )/m;
const end =
  /^ *let promise, resolve, reject;\n(?:.*\n)+? *return promise \|\| maybeSyncReturn;$/m;

/**
 * In results of an `async func`, an absent option within an option, which has no `val`, is taken for the value of a
 * present one.
 */
const wholeOption = /const isNotOptionObject = (typeof v [^;]*);/;
const wholeOptionPatched =
  "const isNotOptionObject = !(v.tag === 'none' && Object.keys(v).length === 1) && ($1);";

/** If a fixed-length list is not in memory, its core values are taken for its elements. */
const fixedListLifting =
  /liftResults = \[listValue\(ctx\.params\.slice\(0, knownLen\)\), ctx\];\s*ctx\.params = ctx\.params\.slice\(knownLen\);/;
const fixedListLiftingPatched = `const elements = [];
      for (let index = 0; index < knownLen; index++) elements.push(elemLiftFn(ctx)[0]);
      liftResults = [listValue(elements), ctx];`;

/** Characters beyond U+FFFF lose their higher bits, and U+0000 is rejected. */
const characterOfNumber =
  /if \(!n \|\| (typeof n !== 'number'\) \{ throw new Error\('invalid i32'\); \}\s*(?:if .*\n\s*)+?return String\.)fromCharCode\(n\)/;
const characterOfNumberPatched = "if ($1fromCodePoint(n)";

/** For an enum of more than 256 cases, the bytes of the tag are counted as core values. */
const restOfEnum = "variantFlatCount - caseFlatCount - (isEnum ? 0 : 1);";
const restOfEnumPatched = "isEnum ? 0 : variantFlatCount - caseFlatCount - 1;";

/**
 * Where the core module waits for an imported `async func`, jco passes the result to it without lowering it, and the
 * engine converts it to a number: zero for most values that are not numbers.
 */
const resultOfWaiting = /^( +)resolve\(subtask\.getResult\(\)\);$/m;
const resultOfWaitingPatched =
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
  // All other values are unsigned integers, in memory as in core values.
  const memory = { buffer: new ArrayBuffer(16) };
  lowers[0]({ ...context, memory, vals: [value], storagePtr: 0 });
  return new DataView(memory.buffer).getUint32(0, true);
}
`;
