import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * What a worker imports, of what the user of a bridge has said.
 *
 * @throws TypeError for what is no module, and for a relative path: it would start from the worker, which lies in this package.
 */
export function specifierOf(module: unknown): string {
  // A URL by its looks: test environments have classes of their own.
  const { href = module } = Object(module) as { href?: unknown };
  if (typeof href !== "string" || href === "")
    throw new TypeError("`module` must be the URL or the name of a module");
  if (/^\.\.?[/\\]/.test(href))
    throw new TypeError(
      `\`${href}\` is relative, and its base is unknown: pass \`module\` as new URL(${JSON.stringify(href)}, import.meta.url)`,
    );
  return isAbsolute(href) ? pathToFileURL(href).href : href;
}
