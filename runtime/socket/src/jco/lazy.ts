import type { JcoImports } from "@wit2ts/runtime/jco";

/** A function as jco calls it. What it takes and returns is jco's matter, checked against the WIT by jco itself. */
export type JcoFunction = (...values: unknown[]) => unknown;

/** Functions whose backend is made at the first call of any of them. */
export function lazily(make: () => JcoImports): (name: string) => JcoFunction {
  let made: JcoImports | undefined;
  return (name) =>
    (...values) => {
      made ??= make();
      const target = made[name];
      if (target === undefined)
        throw new TypeError(`the socket interface has no function ${name}`);
      return target(...values);
    };
}
