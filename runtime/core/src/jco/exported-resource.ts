import type { ResourceDescriptor } from "../descriptor.js";
import type {
  ImportedResourceFunctions,
  JcoClass,
} from "./imported-resource.js";

/** The functions that the class of an exported resource calls. */
export interface ExportedResourceFunctions {
  /** Creates an instance of jco's class. Throws if WIT declares no constructor, or one that can fail. */
  readonly construct: (args: unknown[]) => object;
  /** `this` is an instance of jco's class. */
  readonly methods: ImportedResourceFunctions["methods"];
  readonly statics: ImportedResourceFunctions["statics"];
  /** Disposes of an instance of jco's class. */
  readonly dispose: (instance: object) => void;
}

/**
 * A resource that the component exports, as its user sees it: a class created here, whose methods follow the contract.
 */
export class ExportedResource {
  readonly Class: JcoClass;
  readonly #name: string;
  readonly #byJco = new WeakMap<object, object>();
  readonly #jco: WeakMap<object, object>;

  constructor(
    { key }: ResourceDescriptor,
    functions: ExportedResourceFunctions,
  ) {
    this.#name = key;
    const jco = new WeakMap<object, object>();
    this.#jco = jco;
    const byJco = this.#byJco;
    const Class = class {
      constructor(...args: unknown[]) {
        const made = functions.construct(args);
        jco.set(this, made);
        byJco.set(made, this);
      }

      [Symbol.dispose](): void {
        const instance = jco.get(this);
        if (instance !== undefined) functions.dispose(instance);
      }
    };
    this.Class = Class;
    define(Class, "name", key);
    for (const [property, method] of Object.entries(functions.methods)) {
      define(
        Class.prototype,
        property,
        function (this: object, ...args: unknown[]) {
          const instance = jco.get(this);
          if (instance === undefined) {
            throw new TypeError(
              `\`${property}\` was called on a value that is not a \`${key}\``,
            );
          }
          return method.apply(instance, args);
        },
      );
    }
    for (const [property, member] of Object.entries(functions.statics)) {
      define(Class, property, member);
    }
  }

  /** Returns the user's object for an instance of jco's class: the same object each time. */
  wrap(instance: unknown): object {
    let wrapper = this.#byJco.get(instance as object);
    if (wrapper === undefined) {
      wrapper = Object.create(this.Class.prototype as object) as object;
      this.#byJco.set(instance as object, wrapper);
      this.#jco.set(wrapper, instance as object);
    }
    return wrapper;
  }

  /** Returns the instance of jco's class behind the user's object. */
  unwrap(wrapper: unknown): object {
    const instance = this.#jco.get(wrapper as object);
    if (instance === undefined) {
      throw new TypeError(
        `expected an instance of the component's resource \`${this.#name}\``,
      );
    }
    return instance;
  }
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    configurable: true,
    writable: true,
  });
}
