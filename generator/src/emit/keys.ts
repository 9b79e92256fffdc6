import type { Function, Model, TypeId } from "../model/model.js";
import { interfaceOf, typeOf } from "../model/queries.js";
import { camelCase, pascalCase } from "./case.js";
import { plainName, type ResourceFunctions } from "./functions.js";
import type { Place } from "./locate.js";
import { reservedMembers, reservedStatics, reservedWords } from "./reserved.js";
import { resolveAlias } from "./resolve-alias.js";
import { Scope } from "./scope.js";

/** The property names of the functions of a resource. */
export interface ResourceKeys {
  readonly methods: ReadonlyMap<Function, string>;
  readonly statics: ReadonlyMap<Function, string>;
  /** The static function that replaces a constructor that can fail; else `undefined`. */
  readonly factory: string | undefined;
}

/** Reports a name that had to be changed: a description of the item in WIT, its name in TypeScript, and its place. */
export type Renamed = (what: string, name: string, place: Place) => void;

/** Assigns the names of properties and parameters. Each list of them is a separate scope. */
export class Keys {
  readonly #model: Model;
  readonly #renamed: Renamed;
  readonly #fields = new Map<TypeId, readonly string[]>();
  readonly #resources = new Map<ResourceFunctions, ResourceKeys>();
  readonly #members = new Map<TypeId, string>();

  constructor(model: Model, renamed: Renamed) {
    this.#model = model;
    this.#renamed = renamed;
  }

  /** The property names of a record or of flags. For an enum or a variant, as {@link Keys.cases}. */
  fields(id: TypeId): readonly string[] {
    let keys = this.#fields.get(id);
    if (keys === undefined) this.#fields.set(id, (keys = this.#makeFields(id)));
    return keys;
  }

  #makeFields(id: TypeId): readonly string[] {
    const { kind, name } = typeOf(this.#model, id);
    const owner = name ?? "";
    if (kind === "resource") return [];
    if ("record" in kind)
      return this.#claimAll(
        id,
        kind.record.fields,
        camelCase,
        `field of \`${owner}\``,
      );
    if ("flags" in kind)
      return this.#claimAll(
        id,
        kind.flags.flags,
        camelCase,
        `flag of \`${owner}\``,
      );
    return this.cases(id);
  }

  /** The property names of the constant of an enum, a variant or flags, one per case or flag. */
  cases(id: TypeId): readonly string[] {
    const { kind, name } = typeOf(this.#model, id);
    if (kind === "resource") return [];
    const what = `case of \`${name ?? ""}\``;
    if ("enum" in kind)
      return this.#claimAll(id, kind.enum.cases, pascalCase, what);
    if ("variant" in kind)
      return this.#claimAll(id, kind.variant.cases, pascalCase, what);
    if ("flags" in kind)
      return this.#claimAll(
        id,
        kind.flags.flags,
        pascalCase,
        `flag of \`${name ?? ""}\``,
      );
    return [];
  }

  #claimAll(
    id: TypeId,
    items: readonly { readonly name: string }[],
    toCase: (name: string) => string,
    what: string,
  ): string[] {
    const scope = new Scope();
    return items.map(({ name: member }) => {
      const wanted = toCase(member);
      const key = scope.claim(wanted);
      if (key !== wanted)
        this.#renamed(`${what}, \`${member}\`,`, key, { type: id, member });
      return key;
    });
  }

  /** Claims a name in a scope, and reports it if it had to be changed. */
  claim(scope: Scope, wanted: string, what: string, place: Place): string {
    const name = scope.claim(wanted);
    if (name !== wanted) this.#renamed(what, name, place);
    return name;
  }

  /** The property name of a resource's class in a contract. */
  member(id: TypeId): string {
    const known = this.#members.get(id);
    if (known !== undefined) return known;
    const { name, owner } = typeOf(this.#model, id);
    const alone = pascalCase(name ?? "");
    // In a world, resources share a scope with interfaces and functions: `sideMembers` claims this name there.
    if (owner === null || "world" in owner) return alone;
    const scope = new Scope();
    const { types } = interfaceOf(this.#model, owner.interface);
    for (const other of types.values()) {
      const { name: own, kind } = typeOf(this.#model, other);
      if (kind === "resource")
        this.#members.set(other, scope.claim(pascalCase(own ?? "")));
    }
    return this.#members.get(id) ?? alone;
  }

  /** The property names of the functions of a contract. */
  functions(
    functions: readonly Function[],
    owner: string,
  ): ReadonlyMap<Function, string> {
    return this.#claimFunctions(functions, new Scope(reservedMembers), owner);
  }

  /** The property names of a resource's instances and class. */
  resource(functions: ResourceFunctions): ResourceKeys {
    let keys = this.#resources.get(functions);
    if (keys === undefined)
      this.#resources.set(functions, (keys = this.#makeResource(functions)));
    return keys;
  }

  #makeResource({
    id,
    constructor,
    methods,
    statics,
  }: ResourceFunctions): ResourceKeys {
    const owner = typeOf(this.#model, id).name ?? "";
    const scope = new Scope(reservedStatics);
    const staticKeys = this.#claimFunctions(statics, scope, owner);
    return {
      methods: this.#claimFunctions(methods, new Scope(reservedMembers), owner),
      statics: staticKeys,
      factory:
        constructor !== undefined && isFallible(this.#model, constructor)
          ? this.claim(scope, "create", `constructor of \`${owner}\``, {
              item: constructor,
            })
          : undefined,
    };
  }

  #claimFunctions(
    functions: readonly Function[],
    scope: Scope,
    owner: string,
  ): ReadonlyMap<Function, string> {
    const keys = new Map<Function, string>();
    functions.forEach((item) => {
      const name = plainName(item);
      const wanted = camelCase(name);
      const key = scope.claim(wanted);
      if (key !== wanted)
        this.#renamed(`function \`${name}\` of \`${owner}\``, key, { item });
      keys.set(item, key);
    });
    return keys;
  }

  /** The names of a function's parameters. */
  parameters(names: readonly string[], item: Function): string[] {
    const scope = new Scope(reservedWords);
    return names.map((parameter) => {
      const wanted = camelCase(parameter);
      const name = scope.claim(wanted);
      if (name !== wanted)
        this.#renamed(`parameter \`${parameter}\` of \`${item.name}\``, name, {
          item,
          parameter,
        });
      return name;
    });
  }
}

/** Whether a constructor returns a `result`. */
function isFallible(model: Model, constructor: Function): boolean {
  if (constructor.result === undefined) return false;
  const kind = resolveAlias(model, constructor.result);
  return typeof kind === "object" && "result" in kind;
}
