import { reclaim, type InterfaceDescriptor } from "@wit2ts/runtime";
import {
  toJcoImports,
  type ImportOptions,
  type JcoImports,
} from "@wit2ts/runtime/jco";

/** A function as jco calls it. It is untyped, because jco itself checks the values against the WIT interface. */
export type JcoFunction = (...values: unknown[]) => unknown;

type Functions = Readonly<Record<string, JcoFunction>>;

interface Reclaiming {
  readonly [reclaim]?: (returned: unknown) => void;
}

/** A backend that is created lazily, by the first call of any of its functions. */
export class LazyBackend<B extends object> {
  readonly #make: () => B;
  readonly #imports: JcoImports;
  #made: B | undefined = undefined;

  /**
   * @param descriptor - the descriptor of the interface that the backend implements.
   * @param options - how jco calls the functions.
   * @param make - creates the backend.
   */
  constructor(
    descriptor: InterfaceDescriptor,
    options: ImportOptions,
    make: () => B,
  ) {
    this.#make = make;
    const forward = (key: string): JcoFunction => {
      return (...values) => {
        const made = (this.#made ??= this.#make()) as B & Functions;
        return made[key]?.(...values);
      };
    };
    this.#imports = toJcoImports(
      descriptor,
      {
        ...Object.fromEntries(
          Object.keys(descriptor.functions).map((key) => [key, forward(key)]),
        ),
        [reclaim]: (returned: unknown) => {
          const { [reclaim]: take }: Reclaiming = this.#made ?? {};
          take?.(returned);
        },
      },
      options,
    );
  }

  /** Returns a function of the interface in the form that jco expects. */
  function(name: string): JcoFunction {
    const found = this.#imports[name];
    if (found === undefined)
      throw new TypeError(`the interface has no function ${name}`);
    return found;
  }

  /** Returns the backend, if it was created, and releases it: the next call of a function creates another one. */
  take(): B | undefined {
    const made = this.#made;
    this.#made = undefined;
    return made;
  }
}
