// A host for the components that `exercise` calls. It implements all imports of a world with a single function.
import type { InterfaceDescriptor, WorldDescriptor } from "@wit2ts/runtime";
import type {
  ResolvedResource,
  TypeScope,
} from "../../../runtime/core/src/resolve-type.js";
import type { Random } from "../random.js";

/** The members of a contract, a class or an instance. */
export type Members = Record<string, unknown>;
/** An instance of a resource. All resources have this method. */
export interface HasId {
  id(): unknown;
}
/** The class of a resource. */
export type ClassWithId = new (n: number) => HasId;

/** Implements all imports of a world. */
export class Host {
  readonly imports: Members = {};
  /** Implements every function except constructors and `id`. `name` identifies the function. */
  answer: (name: string, args: unknown[]) => unknown = () => undefined;
  readonly #world: WorldDescriptor;
  readonly #random: Random;
  readonly #isAsync: boolean;
  readonly #classes = new Map<string, ClassWithId>();

  constructor(world: WorldDescriptor, random: Random, isAsync: boolean) {
    this.#world = world;
    this.#random = random;
    this.#isAsync = isAsync;
    for (const [key, item] of Object.entries(world.imports)) {
      if (item.kind === "interface")
        this.imports[key] = this.#interface(key, item);
      else if (item.kind === "function") this.#define(this.imports, key, key);
    }
  }

  /**
   * The class of a resource that a function under `key` refers to.
   *
   * @param own - the scope of that function. A resource of this scope belongs to the interface under `key`.
   */
  classOf(
    key: string,
    { scope, resource }: ResolvedResource,
    own: TypeScope,
  ): ClassWithId {
    const owns = (other: string): boolean => {
      const item = this.#world.imports[other];
      return item?.kind === "interface" && item.types === scope.types;
    };
    const owner =
      scope.types === own.types
        ? key
        : Object.keys(this.#world.imports).find(owns);
    const found = this.#classes.get(`${String(owner)}#${resource.key}`);
    if (found === undefined)
      throw new Error(`no class for ${resource.key} of ${scope.name}`);
    return found;
  }

  #interface(key: string, item: InterfaceDescriptor): Members {
    const members: Members = {};
    for (const property of Object.keys(item.functions))
      this.#define(members, property, `${key}#${property}`);
    for (const definition of Object.values(item.types)) {
      if (definition.kind !== "resource") continue;
      const Class = newClass(definition.factory);
      const name = `${key}#${definition.key}`;
      this.#classes.set(name, Class);
      members[definition.key] = Class;
      const { prototype } = Class as { prototype: object };
      for (const property of Object.keys(definition.methods))
        if (property !== "id")
          this.#define(prototype, property, `${name}.${property}`);
      for (const property of Object.keys(definition.statics))
        this.#define(Class, property, `${name}.${property}`);
    }
    return members;
  }

  #define(target: object, property: string, name: string): void {
    Reflect.set(target, property, (...args: unknown[]) => {
      const isLater = this.#isAsync && this.#random.below(3) > 0;
      return isLater
        ? Promise.resolve().then(() => this.answer(name, args))
        : this.answer(name, args);
    });
  }
}

/**
 * Creates a class of the host. If `factory` is given, the class has a static function of that name that creates
 * instances.
 */
function newClass(factory: string | undefined): ClassWithId {
  class Numbered {
    readonly #n: number;
    constructor(n: number) {
      this.#n = n;
    }
    id(): number {
      return this.#n;
    }
    [Symbol.dispose](): void {}
  }
  if (factory !== undefined)
    Reflect.set(Numbered, factory, (n: number) => ({
      tag: "ok",
      val: new Numbered(n),
    }));
  return Numbered;
}

/** Creates an instance of a resource, through its static function `create` if its constructor is fallible. */
export function newInstance(Class: ClassWithId, n: number): HasId {
  const { create } = Class as unknown as Members;
  if (typeof create !== "function") return new Class(n);
  const made = (create as (n: number) => { tag: string; val: HasId })(n);
  if (made.tag !== "ok") throw new Error(`it was not made: ${made.tag}`);
  return made.val;
}
