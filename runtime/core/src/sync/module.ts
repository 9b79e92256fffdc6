import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Returns the specifier that a worker imports for the option `module` of a bridge.
 *
 * @throws TypeError - if the value is not a URL or a name, or is a relative path, which the worker would not resolve
 * against the user's module.
 */
export function specifierOf(module: unknown): string {
  // Detect a URL by its `href`, not by its class: test environments have their own `URL` class.
  const { href = module } = Object(module) as { href?: unknown };
  if (typeof href !== "string" || href === "")
    throw new TypeError("`module` must be the URL or the name of a module");
  if (/^\.\.?[/\\]/.test(href))
    throw new TypeError(
      `\`${href}\` is relative, and its base is unknown: pass \`module\` as new URL(${JSON.stringify(href)}, import.meta.url)`,
    );
  return isAbsolute(href) ? pathToFileURL(href).href : href;
}
