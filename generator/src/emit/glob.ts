/**
 * Whether a name matches a glob pattern: `*` matches any number of characters, `?` matches one, and `{a,b}` matches one
 * of several patterns. All other characters match themselves, including an unclosed brace.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const open = pattern.indexOf("{");
  const close = open < 0 ? -1 : closingBrace(pattern, open);
  if (close < 0) return matchesStars(pattern, name);
  const before = pattern.slice(0, open);
  const behind = pattern.slice(close + 1);
  return splitList(pattern.slice(open + 1, close)).some((choice) =>
    matchesGlob(before + choice + behind, name),
  );
}

/**
 * Splits at commas, except inside braces: `a:b/{c,d},e:f/g` has two parts.
 *
 * @returns the parts, including empty ones
 */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") depth++;
    else if (character === "}") depth--;
    else if (character === "," && depth <= 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function closingBrace(pattern: string, open: number): number {
  let depth = 0;
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === "{") depth++;
    else if (pattern[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

/** Matches a pattern without braces. The number of steps is at most proportional to the product of the lengths. */
function matchesStars(pattern: string, name: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (index < name.length) {
    const expected = pattern[at];
    if (expected === "*") {
      star = at++;
      resume = index;
    } else if (expected === "?" || expected === name[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
