/**
 * Whether a name fits a pattern, in which `*` stands for any number of characters and `?` for one. Everything else
 * stands for itself. Never takes more steps than the lengths multiplied.
 */
export function matchesGlob(pattern: string, name: string): boolean {
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
