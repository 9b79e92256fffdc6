/**
 * Returns the reason why a text is not a valid version; `undefined` if it is valid. The rules are those of
 * https://semver.org, with the limits of the Rust crate `semver`, which the reference implementation uses: each of the
 * three numbers is at most 2⁶⁴−1.
 *
 * @param text - the text, such as `1.2.3`, `1.2.3-rc.1` or `1.2.3+build`.
 */
export function invalidVersionReason(text: string): string | undefined {
  const plus = text.indexOf("+");
  const withoutBuild = plus < 0 ? text : text.slice(0, plus);
  const minus = withoutBuild.indexOf("-");
  const numbers = (
    minus < 0 ? withoutBuild : withoutBuild.slice(0, minus)
  ).split(".");
  if (numbers.length !== 3) return "a version has three numbers, as in `1.2.3`";
  for (const [index, number] of numbers.entries()) {
    const reason = invalidNumberReason(number, partNames[index] ?? "");
    if (reason !== undefined) return reason;
  }
  if (minus >= 0) {
    const reason = invalidIdentifiersReason(
      withoutBuild.slice(minus + 1),
      "pre-release",
      true,
    );
    if (reason !== undefined) return reason;
  }
  return plus < 0
    ? undefined
    : invalidIdentifiersReason(text.slice(plus + 1), "build", false);
}

const partNames = ["major", "minor", "patch"];
const largest = 2n ** 64n - 1n;

function invalidNumberReason(text: string, name: string): string | undefined {
  if (!/^[0-9]+$/u.test(text)) return `the ${name} version is not a number`;
  if (text.length > 1 && text.startsWith("0"))
    return `the ${name} version has a leading zero`;
  // 2⁶⁴−1 has 20 digits. The conversion of a longer number would only take time.
  if (text.length > 20 || BigInt(text) > largest)
    return `the ${name} version is greater than 2⁶⁴−1`;
  return undefined;
}

function invalidIdentifiersReason(
  text: string,
  name: string,
  refusesLeadingZeros: boolean,
): string | undefined {
  for (const identifier of text.split(".")) {
    if (identifier === "") return `a part of the ${name} version is empty`;
    if (!/^[0-9A-Za-z-]+$/u.test(identifier))
      return `the ${name} version may have only letters, digits, \`-\` and \`.\``;
    if (refusesLeadingZeros && /^0[0-9]+$/u.test(identifier))
      return `a number of the ${name} version has a leading zero`;
  }
  return undefined;
}
