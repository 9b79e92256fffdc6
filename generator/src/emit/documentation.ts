import type { Docs, Stability } from "../model/model.js";

/** The documentation of an item: its comment in WIT, its feature gate, and text from the generator. */
export interface Documentation {
  readonly docs?: Docs | undefined;
  readonly stability?: Stability | undefined;
  /** A paragraph from the generator, after the comment. Trusted: not escaped. */
  readonly remark?: string | undefined;
  /** Lines after the comment and before the tags for the gate, such as `@param` lines. Not escaped. */
  readonly notes?: readonly string[] | undefined;
}

/** How the asynchronous form of an item with functions differs, for {@link twinDocumentation}. */
export const itsFunctionsWait = ": its functions return promises";

/**
 * The documentation of an asynchronous form.
 *
 * @param item - the documentation from WIT
 * @param sync - the name of the synchronous form, if that is generated too
 * @param says - text to append to the sentence that refers to the synchronous form
 */
export function twinDocumentation(
  { docs, stability }: Documentation,
  sync: string | undefined,
  says = "",
): Documentation {
  return sync === undefined
    ? { docs, stability }
    : {
        docs,
        stability,
        remark: `The asynchronous form of {@link ${sync}}${says}.`,
      };
}

/**
 * Writes a TSDoc comment.
 *
 * @param item - the documentation
 * @param indentation - the white space in front of each line
 * @returns whole lines, including the last line end; an empty string if there is no documentation
 */
export function documentationText(
  item: Documentation,
  indentation: string,
): string {
  const { docs, notes } = item;
  const isPlain =
    item.stability === undefined &&
    item.remark === undefined &&
    (notes === undefined || notes.length === 0);
  if (isPlain && docs === undefined) return "";
  if (isPlain && docs !== undefined && isPlainLine(docs.contents))
    return `${indentation}/** ${docs.contents} */\n`;
  const lines = docs === undefined ? [] : contentLines(docs.contents);
  if (item.remark !== undefined) {
    if (lines.length > 0) lines.push("");
    lines.push(item.remark);
  }
  const tags = tagLines(item);
  if (lines.length > 0 && tags.length > 0) lines.push("");
  for (const tag of tags) lines.push(tag);
  if (lines.length === 0) return "";
  if (lines.length === 1) return `${indentation}/** ${String(lines[0])} */\n`;
  let text = `${indentation}/**\n`;
  lines.forEach((line) => {
    text += line === "" ? `${indentation} *\n` : `${indentation} * ${line}\n`;
  });
  return `${text}${indentation} */\n`;
}

/** Whether a comment is one line that needs no escapes, which is the common case. */
function isPlainLine(contents: string): boolean {
  return !needsCare.test(contents);
}

/** Matches an empty text, a line end, a possible tag, the end of a comment, and trailing white space. */
const needsCare = /^$|[\n\r@\u2028\u2029]|\*\/|\s$/;

function tagLines(item: Documentation): string[] {
  const tags = item.notes === undefined ? [] : [...item.notes];
  const stability = item.stability;
  if (stability === undefined) return tags;
  if ("stable" in stability) {
    tags.push(`@since ${stability.stable.since}`);
    if (stability.stable.deprecated !== undefined)
      tags.push(`@deprecated since ${stability.stable.deprecated}`);
  } else {
    tags.push(
      `@experimental behind the feature \`${stability.unstable.feature}\``,
    );
    if (stability.unstable.deprecated !== undefined)
      tags.push(`@deprecated since ${stability.unstable.deprecated}`);
  }
  return tags;
}

/** The lines of a comment, escaped, without leading and trailing empty lines. */
export function contentLines(contents: string): string[] {
  const lines = escapeComment(contents).split("\n");
  for (let index = 0; index < lines.length; index++)
    lines[index] = String(lines[index]).trimEnd();
  while (lines.length > 0 && lines[0] === "") lines.shift();
  while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
  return lines;
}

/**
 * Escapes a text for a TSDoc comment, so that it can neither end the comment nor be parsed as a tag. U+2028 and U+2029,
 * which TypeScript treats as line ends, become spaces. A carriage return, which may stand alone, becomes a line feed.
 */
export function escapeComment(text: string): string {
  let result = text;
  if (result.includes("\r")) result = result.replaceAll(/\r\n?/g, "\n");
  if (result.includes("*/")) result = result.replaceAll("*/", "*\\/");
  if (result.includes("@")) result = escapeTags(result);
  if (result.includes("\u2028")) result = result.replaceAll("\u2028", " ");
  if (result.includes("\u2029")) result = result.replaceAll("\u2029", " ");
  return result;
}

/**
 * Escapes each `@` that begins a tag. It does so at the start of a line and after white space, even between backticks.
 * For some tools, it also does so after `{` and `*`, unless between backticks.
 */
function escapeTags(text: string): string {
  const isInsideCode = codeIn(text);
  let result = "";
  let start = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const before = at === 0 ? "\n" : text.charAt(at - 1);
    const begins =
      before === "{" || before === "*"
        ? !isInsideCode(at)
        : whiteSpace.test(before);
    if (!begins) continue;
    result += `${text.slice(start, at)}\\`;
    start = at;
  }
  return result + text.slice(start);
}

/** White space as defined by the TypeScript scanner: two characters more than in JavaScript. */
const whiteSpace = /[\s\u0085\u200b]/;

/**
 * Returns a function that tells whether a position is between backticks: in its line, an odd number of them precedes it,
 * and at least one follows. The positions have to ascend, so that a long line is read only once.
 */
function codeIn(text: string): (at: number) => boolean {
  let end = -1;
  let last = -1;
  let counted = 0;
  let inside = false;
  return (at) => {
    if (at > end) {
      const next = text.indexOf("\n", at);
      counted = text.lastIndexOf("\n", at) + 1;
      end = next < 0 ? text.length : next;
      last = counted + text.slice(counted, end).lastIndexOf("`");
      inside = false;
    }
    for (; counted < at; counted++) if (text[counted] === "`") inside = !inside;
    return inside && last > at;
  };
}
