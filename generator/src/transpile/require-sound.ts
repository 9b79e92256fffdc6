import { JcoError, type JcoProcess } from "./jco.js";

/** What jco's code needs and, unlike other globals, does not step aside for. */
const needed =
  /^(?:Array|FinalizationRegistry|Map|Promise|Set|Symbol|globalThis|undefined|(?:exports|trampoline)\d+)$/;

/**
 * Makes sure of jco's code, as far as it is known to go wrong: what imports it makes variables of, and that it is JavaScript. It would fail when it
 * is loaded or, worse, called, and say nothing of why.
 *
 * @throws {@link JcoError}
 */
export async function requireSound(
  jco: JcoProcess,
  code: string,
): Promise<void> {
  for (const [, bindings = ""] of code.matchAll(
    /^ *const (\{[^{}]*\}|[\w$]+) = imports\b/gm,
  )) {
    for (const binding of bindings.replaceAll(/[{}]/g, "").split(",")) {
      const name = binding.replace(/^.*:/s, "").trim();
      if (needed.test(name))
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
