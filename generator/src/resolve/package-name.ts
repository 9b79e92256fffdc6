import type { PackageName } from "../syntax/ast.js";
import { compareVersions } from "./semver.js";

/**
 * The full name of a package, `ns:name` or `ns:name@version`. Two packages are the same if and only if their full names
 * are equal.
 */
export function packageNameText(name: PackageName): string {
  const base = `${name.namespace.name}:${name.name.name}`;
  return name.version === undefined ? base : `${base}@${name.version.text}`;
}

/** Orders package names by namespace, name and version. A name without a version comes first. */
export function comparePackageNames(
  left: PackageName,
  right: PackageName,
): number {
  return (
    compareText(left.namespace.name, right.namespace.name) ||
    compareText(left.name.name, right.name.name) ||
    comparePackageVersions(left.version?.text, right.version?.text)
  );
}

function comparePackageVersions(
  left: string | undefined,
  right: string | undefined,
): number {
  if (left === undefined || right === undefined)
    return left === right ? 0 : left === undefined ? -1 : 1;
  return compareVersions(left, right);
}

/** Names are ASCII, so the order of UTF-16 code units equals the order of bytes. */
function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
