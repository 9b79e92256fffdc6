import type { SocketOptions } from "./host.js";

/** The options that every backend has. */
export const socketOptionNames: OptionNames<SocketOptions> = {
  policy: true,
  limits: true,
};

/** The name of every option there is, which the compiler sees to. */
export type OptionNames<Options> = Readonly<
  Record<keyof Options & string, true>
>;

/**
 * Checks that options are an object, and that there is every option in it: a typing error, `policies`, must not leave a guest without
 * the policy that was meant for it.
 *
 * @throws TypeError for what is no object, RangeError for an option that there is not.
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
