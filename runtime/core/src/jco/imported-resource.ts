import type { ResourceDescriptor } from "../descriptor.js";
import { jcoKey } from "./name.js";

/** The members that a class for jco has, by the property jco calls. */
type Members = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** What the implementation of a resource does for the class that jco sees. */
export interface ImportedResourceFunctions {
  /** Makes an instance of the implementation, or a promise of one; throws what jco is to be thrown. */
  readonly create: (...args: unknown[]) => unknown;
  /** `this` is an instance of the implementation. */
  readonly methods: Members;
  readonly statics: Members;
}

/** A class for jco. */
export type JcoClass = new (...args: unknown[]) => object;

/** Converts between the instances of a resource that the host implements and what jco holds for them. */
export interface HostResource {
  /** Whether the host implements the resource. If not, it may be a resource of another component. */
  readonly isImplemented: boolean;
  /** Returns what jco gets for an instance of the implementation. */
  wrap(implementation: unknown): unknown;
  /** Returns the instance of the implementation for what jco holds. */
  unwrap(held: unknown): unknown;
}

/** A resource whose class the caller gave to jco: its instances are passed unchanged. */
export const passedResource: HostResource = {
  isImplemented: true,
  wrap: (instance) => instance,
  unwrap: (instance) => instance,
};

/**
 * A resource of the host's as jco sees it: a class made here, since jco knows resources by their class, and an implementation
 * may be any object.
 */
export class ImportedResource implements HostResource {
  /** The class that jco sees. */
  readonly Class: JcoClass;
  readonly #name: string;
  readonly #byImplementation = new WeakMap<object, object>();
  readonly #implementations: WeakMap<object, object>;
  #functions: ImportedResourceFunctions | undefined;

  constructor({ key }: ResourceDescriptor) {
    this.#name = key;
    const implementations = new WeakMap<object, object>();
    this.#implementations = implementations;
    const create = (args: unknown[]): unknown => {
      if (this.#functions === undefined) {
        throw new TypeError(
          `the resource \`${key}\` has no implementation: the interface that declares it was given none`,
        );
      }
      return this.#functions.create(...args);
    };
    // A function, no `class`, for a static function of WIT may be called `prototype`. An object that a constructor returns
    // takes the place of `this`: an instance known already, or a promise of one.
    this.Class = function (...args: unknown[]) {
      return create(args);
    } as unknown as JcoClass;
    define(this.Class.prototype as object, Symbol.dispose, function () {
      const implementation = implementations.get(this) as
        Partial<Disposable> | undefined;
      implementation?.[Symbol.dispose]?.();
    });
    Object.defineProperty(this.Class, "name", { value: key });
  }

  /** Whether the class has its functions: not so where another component's resource is only handed through. */
  get isImplemented(): boolean {
    return this.#functions !== undefined;
  }

  /** Gives the class its functions. */
  implement(functions: ImportedResourceFunctions): void {
    this.#functions = functions;
    const implementations = this.#implementations;
    for (const [key, member] of Object.entries(functions.statics)) {
      if (jcoKey(key) === "prototype") this.#replacePrototype(member);
      else define(this.Class, jcoKey(key), member);
    }
    for (const [key, method] of Object.entries(functions.methods)) {
      define(
        this.Class.prototype as object,
        jcoKey(key),
        function (this: object, ...args) {
          return method.apply(implementations.get(this), args);
        },
      );
    }
  }

  /** Makes the prototype of the instances a function, which jco calls where WIT has a static function of this name. */
  #replacePrototype(member: (...args: unknown[]) => unknown): void {
    const prototype = (...args: unknown[]): unknown => member(...args);
    Object.setPrototypeOf(prototype, Object.prototype);
    Object.defineProperties(
      prototype,
      Object.getOwnPropertyDescriptors(this.Class.prototype as object),
    );
    (this.Class as { prototype: unknown }).prototype = prototype;
  }

  /** What jco gets for an instance of the implementation: the same object each time. */
  wrap(implementation: unknown): object {
    if (
      implementation === null ||
      (typeof implementation !== "object" &&
        typeof implementation !== "function")
    ) {
      throw new TypeError(
        `expected an instance of the resource \`${this.#name}\`, got ${implementation === null ? "null" : typeof implementation}`,
      );
    }
    let wrapper = this.#byImplementation.get(implementation);
    if (wrapper === undefined) {
      wrapper = Object.create(this.Class.prototype as object) as object;
      this.#byImplementation.set(implementation, wrapper);
      this.#implementations.set(wrapper, implementation);
    }
    return wrapper;
  }

  /** The instance of the implementation behind what jco holds. */
  unwrap(wrapper: unknown): object {
    const implementation = this.#implementations.get(wrapper as object);
    if (implementation === undefined) {
      throw new TypeError(
        `jco passed something that is no instance of the resource \`${this.#name}\``,
      );
    }
    return implementation;
  }
}

function define(
  target: object,
  key: string | symbol,
  value: (this: object, ...args: unknown[]) => unknown,
): void {
  Object.defineProperty(target, key, {
    value,
    configurable: true,
    writable: true,
  });
}
