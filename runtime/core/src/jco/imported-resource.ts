import type { ResourceDescriptor } from "../descriptor.js";
import { wrapForJco } from "./exception.js";
import { jcoKey } from "./name.js";

/** Functions of a resource, keyed by property of the contract. */
type Members = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** The adapted functions of an implementation, which the class that jco sees calls. */
export interface ImportedResourceFunctions {
  /** Creates an instance, and returns jco's object for it or a promise of one. Throws the exceptions meant for jco. */
  readonly create: (...args: unknown[]) => unknown;
  /** `this` is an instance of the implementation. */
  readonly methods: Members;
  readonly statics: Members;
}

/** The class of a resource, as jco uses it. */
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
 * A resource of the host, as jco sees it: a class created here, because jco identifies a resource by its class, while
 * an implementation may be any object.
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
    // A function instead of a `class`, whose `prototype` could not be replaced: a WIT static function may be called
    // `prototype`. The object that a constructor returns replaces `this`: an instance that exists already, or a promise
    // of one.
    this.Class = function (...args: unknown[]) {
      return create(args);
    } as unknown as JcoClass;
    define(this.Class.prototype as object, Symbol.dispose, function () {
      const implementation = implementations.get(this) as
        Partial<Disposable> | undefined;
      try {
        implementation?.[Symbol.dispose]?.();
      } catch (exception) {
        throw wrapForJco(exception);
      }
    });
    Object.defineProperty(this.Class, "name", { value: key });
  }

  /** Whether the class has its functions. It has none if a resource of another component is only passed through. */
  get isImplemented(): boolean {
    return this.#functions !== undefined;
  }

  /** Adds the functions to the class. */
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

  /**
   * Replaces the prototype of the instances by a function with the same members, which jco calls for a WIT static
   * function called `prototype`.
   */
  #replacePrototype(member: (...args: unknown[]) => unknown): void {
    const prototype = (...args: unknown[]): unknown => member(...args);
    Object.setPrototypeOf(prototype, Object.prototype);
    Object.defineProperties(
      prototype,
      Object.getOwnPropertyDescriptors(this.Class.prototype as object),
    );
    (this.Class as { prototype: unknown }).prototype = prototype;
  }

  /** Returns jco's object for an instance of the implementation: the same object each time. */
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

  /** Returns the instance of the implementation behind jco's object. */
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
