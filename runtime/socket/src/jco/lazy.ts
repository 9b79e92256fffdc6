import type { JcoImports } from "@wit2ts/runtime/jco";

/** A function as jco calls it. What it takes and returns is jco's matter, checked against the WIT by jco itself. */
export type JcoFunction = (...values: unknown[]) => unknown;

/** A backend that is made at the first call of any of its functions. */
export class LazyBackend<B extends { readonly imports: JcoImports }> {
  readonly #make: () => B;
  #made: B | undefined = undefined;

  constructor(make: () => B) {
    this.#make = make;
  }

  /** A function of the backend. */
  function(name: string): JcoFunction {
    return (...values) => {
      this.#made ??= this.#make();
      const target = this.#made.imports[name];
      if (target === undefined)
        throw new TypeError(`the socket interface has no function ${name}`);
      return target(...values);
    };
  }

  /** The backend, if it was made; the next call makes another. */
  take(): B | undefined {
    const made = this.#made;
    this.#made = undefined;
    return made;
  }
}
