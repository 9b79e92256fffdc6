import type { SocketOptions } from "./host.js";

/** The names of the options that every backend has. */
export const socketOptionNames: OptionNames<SocketOptions> = {
  policy: true,
  limits: true,
};

/** The names of all options. The compiler rejects a value that is not complete. */
export type OptionNames<Options> = Readonly<
  Record<keyof Options & string, true>
>;

/**
 * Checks that the options are an object and contain known names only: a typing error such as `policies` must not leave
 * a guest without its policy.
 *
 * @throws TypeError - if the options are not an object.
 * @throws RangeError - if an option is unknown.
 */
export function requireOptions<Options extends object>(
  options: Options | undefined,
  names: OptionNames<Options>,
): void {
  if (options === undefined) return;
  const given: unknown = options;
  if (typeof given !== "object" || given === null)
    throw new TypeError(`the options must be an object, not ${String(given)}`);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(names, name))
      throw new RangeError(
        `there is no option ${name}; valid options are ${Object.keys(names).join(", ")}`,
      );
  }
}
