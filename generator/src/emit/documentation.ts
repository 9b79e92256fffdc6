import type { Docs, Stability } from "../model/model.js";

/** What is said of an item: its comment in WIT, its gate, and what the generator knows of it. */
export interface Documentation {
  readonly docs?: Docs | undefined;
  readonly stability?: Stability | undefined;
  /** A paragraph of the generator's own behind the comment. Trusted: not escaped. */
  readonly remark?: string | undefined;
  /** Lines behind the comment and in front of the gate's tags, such as `@param` lines. Trusted: not escaped. */
  readonly notes?: readonly string[] | undefined;
}

/** What tells the asynchronous form of something with functions from the other. */
export const itsFunctionsWait = ": its functions return promises";

/**
 * The documentation of an asynchronous form.
 *
 * @param item - what WIT says of it
 * @param sync - the name of the synchronous form, where that is generated too
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
 * @param item - what is said
 * @param indentation - the white space in front of each line
 * @returns whole lines, the last one ended; nothing where nothing is said
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

/** The usual case: one line that can stand in a comment as it is. */
function isPlainLine(contents: string): boolean {
  return !needsCare.test(contents);
}

/** Nothing, a line end, a tag, the end of the comment, white space at the end. */
const needsCare = /^$|[\n@\u2028\u2029]|\*\/|\s$/;

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

/** The lines of a comment, escaped, without empty ones at its ends. */
export function contentLines(contents: string): string[] {
  const lines = escapeComment(contents).split("\n");
  for (let index = 0; index < lines.length; index++)
    lines[index] = String(lines[index]).trimEnd();
  while (lines.length > 0 && lines[0] === "") lines.shift();
  while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
  return lines;
}

/**
 * Makes a text safe inside a TSDoc comment: it can neither end the comment nor be taken for a tag, and each of its
 * lines is one line to TypeScript as well.
 */
export function escapeComment(text: string): string {
  let result = text;
  if (result.includes("*/")) result = result.replaceAll("*/", "*\\/");
  if (result.includes("@")) result = escapeTags(result);
  if (result.includes("\u2028")) result = result.replaceAll("\u2028", " ");
  if (result.includes("\u2029")) result = result.replaceAll("\u2029", " ");
  return result;
}

/**
 * An `@` begins a tag at the start of a line and after white space, between backticks as well; to other tools, also behind
 * `{` and `*`, there not between backticks. Elsewhere it is itself.
 */
function escapeTags(text: string): string {
  let result = "";
  let start = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const before = at === 0 ? "\n" : text.charAt(at - 1);
    const begins =
      before === "{" || before === "*"
        ? !isInsideCode(text, at)
        : whiteSpace.test(before);
    if (!begins) continue;
    result += `${text.slice(start, at)}\\`;
    start = at;
  }
  return result + text.slice(start);
}

/** What TypeScript takes for white space: two characters more than JavaScript. */
const whiteSpace = /[\s\u0085\u200b]/;

/** Whether an odd number of backticks stands before a place in its line, and one behind it. */
function isInsideCode(text: string, at: number): boolean {
  let inside = false;
  for (let index = at - 1; index >= 0 && text[index] !== "\n"; index--)
    if (text[index] === "`") inside = !inside;
  if (!inside) return false;
  const close = text.indexOf("`", at);
  if (close < 0) return false;
  const end = text.indexOf("\n", at);
  return end < 0 || close < end;
}
