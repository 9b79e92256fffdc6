/**
 * Disposes of resources in the order given (children before their parents), and of all of them even if one fails.
 *
 * @throws the first error.
 */
export function release(...resources: (Disposable | undefined)[]): void {
  let failure: { readonly cause: unknown } | undefined;
  for (const resource of resources) {
    try {
      resource?.[Symbol.dispose]();
    } catch (cause) {
      failure ??= { cause };
    }
  }
  if (failure !== undefined) throw failure.cause;
}
