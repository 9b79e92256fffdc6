import type { InterfaceId, Model, TypeId, WorldId } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import { pascalCase } from "./case.js";
import { TypeDeclarationWriter } from "./declarations.js";
import { DescriptorData } from "./descriptor-data.js";
import {
  groupFunctions,
  worldFunctions,
  type FunctionGroups,
} from "./functions.js";
import { fullName } from "./full-name.js";
import { Keys, type Renamed } from "./keys.js";
import type { Place } from "./locate.js";
import { Module } from "./module.js";
import type { Settings } from "./options.js";
import type { Paths } from "./paths.js";
import { hasValue } from "./resolve-alias.js";
import type { Selection } from "./selection.js";
import { Signatures, type Thrown } from "./signature.js";
import { Declaration } from "./symbols.js";
import {
  TypeMapper,
  type Flavour,
  type TypeDeclarations,
} from "./type-mapper.js";
import type { AsyncAnalysis } from "./async-analysis.js";

/** The two forms of a contract, of one side of a world, or of a resource's class, by flavour. */
export interface Pair {
  readonly sync: Declaration;
  readonly async: Declaration;
}

/** What is generated for an interface. */
export interface InterfaceBinding {
  readonly id: InterfaceId;
  readonly module: Module;
  /** `ns:pkg/name@version`; for an inline interface of a world, its key in the world. */
  readonly fullName: string;
  /** A description for the header comment: the full name, or the name of an inline interface and that of its world. */
  readonly source: string;
  /** The contracts. The declaration of the synchronous one is also that of the descriptor, which is a value. */
  readonly contract: Pair;
  readonly types: ReadonlyMap<string, TypeId>;
  readonly functions: FunctionGroups;
}

/** What is generated for a world. */
export interface WorldBinding {
  readonly id: WorldId;
  readonly module: Module;
  readonly fullName: string;
  /** A description for the header comment: the full name. */
  readonly source: string;
  readonly descriptor: Declaration;
  readonly imports: Pair;
  readonly exports: Pair;
  readonly types: ReadonlyMap<string, TypeId>;
  readonly functions: FunctionGroups;
}

/** The state that the writers of modules share. */
export class Bindings {
  readonly model: Model;
  readonly settings: Settings;
  readonly asyncAnalysis: AsyncAnalysis;
  readonly flavours: readonly Flavour[];
  readonly keys: Keys;
  readonly types: TypeMapper;
  readonly signatures: Signatures;
  /** For interfaces in jco's conventions. */
  readonly #throwingSignatures: Readonly<Record<Thrown, Signatures>>;
  readonly #thrown: ReadonlyMap<InterfaceId, Thrown>;
  readonly descriptors: DescriptorData;
  readonly typeDeclarations: TypeDeclarationWriter;
  readonly interfaces = new Map<InterfaceId, InterfaceBinding>();
  readonly worlds = new Map<WorldId, WorldBinding>();
  readonly #declared = new Map<TypeId, TypeDeclarations>();
  readonly #constructors = new Map<TypeId, Pair>();

  constructor(
    model: Model,
    settings: Settings,
    waiting: AsyncAnalysis,
    selection: Selection,
    paths: Paths,
    renamed: Renamed,
    thrown: ReadonlyMap<InterfaceId, Thrown>,
  ) {
    this.model = model;
    this.settings = settings;
    this.asyncAnalysis = waiting;
    this.flavours =
      settings.mode === "both" ? ["sync", "async"] : [settings.mode];
    this.keys = new Keys(model, renamed);
    this.types = new TypeMapper(model, this.#declared);
    const { promiseReturning: promised } = waiting;
    const { types, keys } = this;
    this.signatures = new Signatures(model, types, keys, promised);
    const throwing = (kind: Thrown): Signatures =>
      new Signatures(model, types, keys, promised, kind);
    this.#throwingSignatures = {
      bare: throwing("bare"),
      "as-payload": throwing("as-payload"),
    };
    this.#thrown = thrown;
    this.descriptors = new DescriptorData(
      model,
      this.keys,
      waiting.promiseReturning,
    );
    this.typeDeclarations = new TypeDeclarationWriter(
      model,
      this.types,
      this.keys,
    );
    for (const id of selection.interfaces) this.#bindInterface(id, paths);
    for (const id of selection.worlds) this.#bindWorld(id, paths);
    for (const binding of this.interfaces.values())
      this.#declareTypes(binding.module, binding.types);
    for (const binding of this.worlds.values())
      this.#declareTypes(binding.module, binding.types);
  }

  /** Whether an interface is in jco's conventions, so that its functions throw their errors. */
  isThrown(owner: InterfaceId | undefined): boolean {
    return owner !== undefined && this.#thrown.has(owner);
  }

  /** The signatures of the functions of an interface, or of a world if there is none. */
  signaturesIn(owner: InterfaceId | undefined): Signatures {
    const thrown = owner === undefined ? undefined : this.#thrown.get(owner);
    return thrown === undefined
      ? this.signatures
      : this.#throwingSignatures[thrown];
  }

  /** The declarations of a named type. */
  declared(id: TypeId): TypeDeclarations {
    return this.#declared.get(id) ?? { sync: undefined, async: undefined };
  }

  /** The declarations of the interface of a resource's class. */
  constructorOf(id: TypeId): Pair {
    const pair = this.#constructors.get(id);
    if (pair === undefined)
      throw new Error(`the resource ${id} is declared by no module`);
    return pair;
  }

  #bindInterface(id: InterfaceId, paths: Paths): void {
    const item = this.model.interfaces[id];
    const path = paths.interfaces.get(id);
    if (item === undefined || path === undefined) return;
    const module = new Module(path);
    const place = paths.inline.get(id);
    const world = place && this.model.worlds[place.world];
    const name = item.name ?? place?.key ?? "";
    const own = item.name === null ? name : fullName(this.model, item);
    this.interfaces.set(id, {
      id,
      module,
      fullName: own,
      source:
        world === undefined ? own : `${name} in ${fullName(this.model, world)}`,
      contract: this.#contract(
        module,
        pascalCase(name),
        `interface \`${name}\``,
        { interface: id },
      ),
      types: item.types,
      functions: groupFunctions(item.functions),
    });
  }

  /** Declares both names in every mode, so that the names of types do not depend on the mode. */
  #contract(module: Module, name: string, what: string, place: Place): Pair {
    const { mode } = this.settings;
    const sync = new Declaration(module, name, what, place, {
      type: mode !== "async",
      value: true,
    });
    const async = new Declaration(module, `Async${name}`, what, place, {
      type: mode !== "sync",
      value: false,
    });
    return { sync: module.declare(sync), async: module.declare(async) };
  }

  #bindWorld(id: WorldId, paths: Paths): void {
    const world = this.model.worlds[id];
    const path = paths.worlds.get(id);
    if (world === undefined || path === undefined) return;
    const module = new Module(path);
    const name = pascalCase(world.name);
    const what = `world \`${world.name}\``;
    const place = { world: id };
    const descriptor = new Declaration(module, name, what, place, {
      type: false,
      value: true,
    });
    module.declare(descriptor);
    const types = new Map<string, TypeId>();
    for (const [key, item] of world.imports)
      if ("type" in item) types.set(key, item.type);
    for (const [key, item] of world.exports)
      if ("type" in item) types.set(key, item.type);
    this.worlds.set(id, {
      id,
      module,
      fullName: fullName(this.model, world),
      source: fullName(this.model, world),
      descriptor,
      imports: this.#side(module, `${name}Imports`, what, place),
      exports: this.#side(module, `${name}Exports`, what, place),
      types,
      functions: groupFunctions(worldFunctions(world.imports)),
    });
  }

  #side(module: Module, name: string, what: string, place: Place): Pair {
    const sync = new Declaration(module, name, what, place, {
      type: true,
      value: false,
    });
    const async = new Declaration(module, `Async${name}`, what, place, {
      type: true,
      value: false,
    });
    return { sync: module.declare(sync), async: module.declare(async) };
  }

  /** Declares all names from WIT before derived ones (`Async…`, `…Constructor`), so that the former take precedence. */
  #declareTypes(module: Module, types: ReadonlyMap<string, TypeId>): void {
    const { mode } = this.settings;
    types.forEach((id, name) => {
      const parts = {
        type: true,
        value: hasValue(this.model, id),
      };
      const origin = this.#origin(id, module);
      const what = `type \`${name}\``;
      const twin = this.asyncAnalysis.types.has(id);
      const sync =
        twin && mode === "async"
          ? undefined
          : module.declare(
              new Declaration(
                module,
                pascalCase(name),
                what,
                { type: id },
                { ...parts, origin: origin?.sync },
              ),
            );
      this.#declared.set(id, { sync, async: undefined });
    });
    types.forEach((id, name) => {
      const pascal = pascalCase(name);
      const what = `type \`${name}\``;
      const twin = this.asyncAnalysis.types.has(id);
      const { sync } = this.declared(id);
      let async = twin ? undefined : sync;
      if (twin && mode !== "sync") {
        const origin = this.#origin(id, module);
        const parts = {
          type: true,
          value: hasValue(this.model, id),
          origin: origin?.async,
        };
        async = module.declare(
          new Declaration(
            module,
            `Async${pascal}`,
            `the asynchronous form of ${what}`,
            { type: id },
            parts,
          ),
        );
      }
      this.#declared.set(id, { sync, async });
      if (typeOf(this.model, id).kind === "resource")
        this.#declareConstructor(module, id, pascal, what);
    });
  }

  #declareConstructor(
    module: Module,
    id: TypeId,
    pascal: string,
    what: string,
  ): void {
    const parts = { type: true, value: false };
    const place = { type: id };
    const twin = this.asyncAnalysis.classes.has(id);
    const needed = this.settings.mode !== "async" || !twin;
    const classOf = `the class of ${what}`;
    const sync = new Declaration(
      module,
      `${pascal}Constructor`,
      classOf,
      place,
      parts,
    );
    if (needed) module.declare(sync);
    const async = twin
      ? new Declaration(
          module,
          `Async${pascal}Constructor`,
          `the asynchronous form of ${classOf}`,
          place,
          parts,
        )
      : sync;
    if (twin && this.settings.mode !== "sync") module.declare(async);
    this.#constructors.set(id, { sync, async });
  }

  /**
   * The declarations that a type which comes by `use` re-exports from another module. They exist already: interfaces
   * are declared before worlds, and the model lists an interface before those that use it.
   */
  #origin(id: TypeId, module: Module): TypeDeclarations | undefined {
    const { kind } = typeOf(this.model, id);
    if (
      kind === "resource" ||
      !("type" in kind) ||
      typeof kind.type !== "number"
    )
      return undefined;
    const declared = this.#declared.get(kind.type);
    const declaration = declared?.sync ?? declared?.async;
    return declaration === undefined || declaration.module === module
      ? undefined
      : declared;
  }
}
