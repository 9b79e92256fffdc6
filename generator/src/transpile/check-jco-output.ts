import { JcoError, type JcoProcess } from "./jco.js";

/**
 * Names that jco's code uses, and that jco, unlike with other globals, does not avoid when it names the variables for
 * imports.
 */
const needed =
  /^(?:Array|FinalizationRegistry|Map|Promise|Set|Symbol|globalThis|undefined|(?:exports|trampoline)\d+)$/;

/** Variables of jco's code in a scope within that of the variables for imports, which they shadow if they exist. */
const shadowing =
  /^(?:captureCnt|captureTable|finalizationRegistry|handleTable|instanceFlags|memory|postReturn|realloc)\d+(?:Async)?$/;

/**
 * Checks jco's code for known problems: variables for imports that shadow a name which the code needs, or that its own
 * variables shadow, and invalid syntax. Such code would fail when it is loaded or, worse, when it is called, without a useful message.
 *
 * @throws {@link JcoError}
 */
export async function checkJcoOutput(
  jco: JcoProcess,
  code: string,
): Promise<void> {
  for (const [, bindings = ""] of code.matchAll(
    /^ *const (\{[^{}]*\}|[\w$]+) = imports\b/gm,
  )) {
    for (const binding of bindings.replaceAll(/[{}]/g, "").split(",")) {
      const name = binding.replace(/^.*:/s, "").trim();
      if (needed.test(name) || isShadowed(name, code))
        throw new JcoError(
          `it uses the name \`${name}\` itself, which is also the JavaScript name of something that the component imports; rename that import`,
        );
    }
  }
  const problem = await jco.syntaxError(code);
  if (problem !== undefined)
    throw new JcoError(
      `its output is not valid JavaScript (${problem}), possibly because the component has a name that jco uses itself`,
    );
}

/** Whether jco's code declares a variable of the name of an import in an inner scope. */
function isShadowed(name: string, code: string): boolean {
  return (
    shadowing.test(name) &&
    new RegExp(`^ *(?:const|let) ${name}\\b`, "m").test(code)
  );
}
