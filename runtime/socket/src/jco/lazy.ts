import { reclaim, type InterfaceDescriptor } from "@wit2ts/runtime";
import {
  toJcoImports,
  type ImportOptions,
  type JcoImports,
} from "@wit2ts/runtime/jco";

/** A function as jco calls it. What it takes and returns is jco's matter, checked against the WIT by jco itself. */
export type JcoFunction = (...values: unknown[]) => unknown;

type Functions = Readonly<Record<string, JcoFunction>>;

interface Reclaiming {
  readonly [reclaim]?: (returned: unknown) => void;
}

/** A backend that is made at the first call of any of its functions. */
export class LazyBackend<B extends object> {
  readonly #make: () => B;
  readonly #imports: JcoImports;
  #made: B | undefined = undefined;

  /**
   * @param descriptor - of the interface that the backend implements.
   * @param options - how jco calls it.
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

  /** A function of the interface, as jco takes it. */
  function(name: string): JcoFunction {
    const found = this.#imports[name];
    if (found === undefined)
      throw new TypeError(`the interface has no function ${name}`);
    return found;
  }

  /** The backend, if it was made; the next call makes another. */
  take(): B | undefined {
    const made = this.#made;
    this.#made = undefined;
    return made;
  }
}
