/**
 * Orders two versions as Rust's `semver` crate does, with which wit-parser sorts packages: by precedence (see
 * https://semver.org), then by build metadata.
 *
 * @returns a negative number, zero or a positive number, for `Array.prototype.sort`
 */
export function compareVersions(left: string, right: string): number {
  if (left === right) return 0;
  const a = split(left);
  const b = split(right);
  for (let index = 0; index < 3; index++) {
    const order = compareNumbers(
      a.numbers[index] ?? "0",
      b.numbers[index] ?? "0",
    );
    if (order !== 0) return order;
  }
  // A release comes after its pre-releases.
  if (a.pre === "" || b.pre === "")
    return a.pre === b.pre
      ? compareBuilds(a.build, b.build)
      : a.pre === ""
        ? 1
        : -1;
  return (
    compareParts(a.pre, b.pre, comparePreReleaseParts) ||
    compareBuilds(a.build, b.build)
  );
}

interface VersionParts {
  readonly numbers: readonly string[];
  readonly pre: string;
  readonly build: string;
}

function split(version: string): VersionParts {
  const plus = version.indexOf("+");
  const core = plus < 0 ? version : version.slice(0, plus);
  const minus = core.indexOf("-");
  return {
    numbers: (minus < 0 ? core : core.slice(0, minus)).split("."),
    pre: minus < 0 ? "" : core.slice(minus + 1),
    build: plus < 0 ? "" : version.slice(plus + 1),
  };
}

function compareBuilds(left: string, right: string): number {
  if (left === "" || right === "")
    return left === right ? 0 : left === "" ? -1 : 1;
  return compareParts(left, right, compareBuildParts);
}

function compareParts(
  left: string,
  right: string,
  compare: (a: string, b: string) => number,
): number {
  const a = left.split(".");
  const b = right.split(".");
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compare(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function comparePreReleaseParts(left: string, right: string): number {
  const isLeftNumber = isDigits(left);
  const isRightNumber = isDigits(right);
  if (isLeftNumber !== isRightNumber) return isLeftNumber ? -1 : 1;
  return isLeftNumber ? compareNumbers(left, right) : compareText(left, right);
}

/**
 * As for pre-releases, but leading zeros are allowed. Of two numbers with the same value, the one with more of them is
 * greater.
 */
function compareBuildParts(left: string, right: string): number {
  const isLeftNumber = isDigits(left);
  const isRightNumber = isDigits(right);
  if (isLeftNumber !== isRightNumber) return isLeftNumber ? -1 : 1;
  if (!isLeftNumber) return compareText(left, right);
  return (
    compareNumbers(left.replace(/^0+/u, ""), right.replace(/^0+/u, "")) ||
    left.length - right.length
  );
}

/** The numbers have no leading zeros, so the longer one is greater. */
function compareNumbers(left: string, right: string): number {
  return left.length - right.length || compareText(left, right);
}

/** Versions are ASCII, so the order of UTF-16 code units equals the order of bytes. */
function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 48 || unit > 57) return false;
  }
  return true;
}
