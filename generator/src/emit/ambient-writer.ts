import type { Function, InterfaceId, TypeId } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import type { Bindings, InterfaceBinding, WorldBinding } from "./bindings.js";
import { camelCase, pascalCase } from "./case.js";
import { TypeDeclarationWriter } from "./declarations.js";
import { documentationText } from "./documentation.js";
import type { ResourceFunctions } from "./functions.js";
import { functionsOf, ownResources } from "./interface-writer.js";
import type { Place } from "./locate.js";
import { Module } from "./module.js";
import { safeName } from "./paths.js";
import { reservedWords } from "./reserved.js";
import {
  membersOf,
  membersText,
  type MemberContext,
} from "./resource-writer.js";
import { constructorText, recordSignature, Signatures } from "./signature.js";
import { Declaration, globalSymbol } from "./symbols.js";
import { TypeMapper, type TypeDeclarations } from "./type-mapper.js";

/** A module that is not written, because a module of the same name is already declared for another world. */
export interface HiddenModule {
  /** The module that would have been declared. */
  readonly module: Module;
  /** The module that is declared under the name. */
  readonly declared: Module;
  /** The item that the hidden module belongs to. */
  readonly place: Place;
}

/**
 * Declares the modules that componentize-js provides to a guest with their actual types: errors are thrown, resources are
 * classes. There is one file per interface, next to its bindings.
 */
export class AmbientWriter {
  readonly #bindings: Bindings;
  readonly #context: MemberContext;
  readonly #types: TypeMapper;
  readonly #writer: TypeDeclarationWriter;
  readonly #declared = new Map<TypeId, TypeDeclarations>();
  readonly #modules = new Map<InterfaceId, Module>();
  readonly #worldModules = new Set<Module>();
  readonly #byName = new Map<string, Module>();
  readonly #hidden: HiddenModule[] = [];

  constructor(bindings: Bindings) {
    this.#bindings = bindings;
    const { model, keys, asyncAnalysis: waiting } = bindings;
    this.#types = new TypeMapper(model, this.#declared);
    this.#writer = new TypeDeclarationWriter(model, this.#types, keys);
    const signatures = new Signatures(
      model,
      this.#types,
      keys,
      waiting.promiseReturning,
      "as-payload",
    );
    this.#context = { signatures };
  }

  /** The modules declared so far. */
  get modules(): ReadonlySet<Module> {
    return new Set([...this.#modules.values(), ...this.#worldModules]);
  }

  /** The modules of further worlds whose name was already declared. Their declarations may be the same. */
  get hidden(): readonly HiddenModule[] {
    return this.#hidden;
  }

  /** Declares the module of an interface, after those of the interfaces whose types it uses. */
  declare(id: InterfaceId): Module {
    const known = this.#modules.get(id);
    if (known !== undefined) return known;
    const binding = this.#bindings.interfaces.get(id);
    if (binding === undefined)
      throw new Error(`the interface ${id} is needed, but not generated`);
    const module = new Module(
      `${binding.module.path}.ambient`,
      binding.fullName,
    );
    this.#declareUsed(binding.types);
    const declared = this.#declareOnce(module, { interface: id });
    this.#modules.set(id, declared);
    this.#declareTypes(module, binding);
    this.#addTypes(module, binding);
    this.#addFunctions(module, binding);
    return declared;
  }

  /**
   * Declares the modules for what a world imports directly. Each function is the default export of a module with its
   * name, and resources are exported by `$root`. Their types are declared in a module with the name of the world, which
   * exists only for the compiler.
   *
   * @param functions - the functions, by the names of their modules
   * @returns all modules that the direct imports of the world need
   */
  declareWorld(
    world: WorldBinding,
    functions: ReadonlyMap<string, Function>,
  ): Module[] {
    const { path } = world.module;
    const modules: Module[] = [];
    const resources = ownResources(this.#bindings, world.types);
    if (resources.length + functions.size === 0) return modules;
    if (world.types.size > 0) {
      this.#declareUsed(world.types);
      const types = new Module(`${path}.ambient`, world.fullName);
      this.#worldModules.add(types);
      modules.push(types);
      this.#declareTypes(types, world);
      this.#addTypes(types, world);
    }
    if (resources.length > 0) {
      const root = new Module(`${path}/$root.ambient`, "$root");
      for (const id of resources) {
        const origin = this.#declared.get(id)?.sync;
        if (origin === undefined) continue;
        const { preferredName: wanted, description: what, place } = origin;
        const parts = { type: true, value: true, origin };
        root.declare(new Declaration(root, wanted, what, place, parts));
      }
      modules.push(this.#declareOnce(root, { world: world.id }));
    }
    for (const [name, item] of functions) {
      const module = new Module(`${path}/${safeName(name)}.ambient`, name);
      const keys = new Map([[item, "export default function "]]);
      const members = membersOf(
        this.#context,
        module,
        [item],
        keys,
        "sync",
      ).map((member) => ({ ...member, key: "export default function " }));
      module.add((names) => membersText(this.#context, members, names, "  "));
      modules.push(this.#declareOnce(module, { item }));
    }
    for (const module of modules) this.#worldModules.add(module);
    return modules;
  }

  #declareUsed(types: ReadonlyMap<string, TypeId>): void {
    for (const type of types.values()) {
      const owner = this.#usedInterface(type);
      if (owner !== undefined) this.declare(owner);
    }
  }

  /**
   * Returns the module that is declared under the name of `module`: the first one of that name. Names can only collide
   * between worlds, for inline interfaces, functions and `$root`.
   */
  #declareOnce(module: Module, place: Place): Module {
    const name = module.ambient ?? "";
    const declared = this.#byName.get(name) ?? module;
    this.#byName.set(name, declared);
    if (declared !== module) this.#hidden.push({ module, declared, place });
    return declared;
  }

  #usedInterface(id: TypeId): InterfaceId | undefined {
    const { model } = this.#bindings;
    const { kind } = typeOf(model, id);
    if (
      kind === "resource" ||
      !("type" in kind) ||
      typeof kind.type !== "number"
    )
      return undefined;
    const { owner } = typeOf(model, kind.type);
    const { sync, async } = this.#bindings.declared(id);
    return owner !== null &&
      "interface" in owner &&
      (sync ?? async)?.origin !== undefined
      ? owner.interface
      : undefined;
  }

  #declareTypes(
    module: Module,
    { types }: Pick<InterfaceBinding, "types">,
  ): void {
    for (const [name, id] of types) {
      const { kind } = typeOf(this.#bindings.model, id);
      const used =
        this.#usedInterface(id) !== undefined &&
        kind !== "resource" &&
        "type" in kind
          ? kind.type
          : undefined;
      const origin =
        typeof used === "number" ? this.#declared.get(used)?.sync : undefined;
      const what = `type \`${name}\``;
      const declaration = new Declaration(
        module,
        pascalCase(name),
        what,
        { type: id },
        { type: true, value: false, origin },
      );
      this.#declared.set(id, {
        sync: module.declare(declaration),
        async: declaration,
      });
    }
  }

  #addTypes(
    module: Module,
    { types, functions }: Pick<InterfaceBinding, "types" | "functions">,
  ): void {
    for (const id of types.values()) {
      const declaration = this.#declared.get(id)?.sync;
      if (declaration === undefined || declaration.origin !== undefined)
        continue;
      if (typeOf(this.#bindings.model, id).kind === "resource") {
        this.#addClass(module, id, declaration, functionsOf(functions, id));
      } else this.#writer.add(module, id, declaration, "sync");
    }
  }

  #addClass(
    module: Module,
    id: TypeId,
    declaration: Declaration,
    functions: ResourceFunctions,
  ): void {
    const { keys, model } = this.#bindings;
    const { methods, statics } = keys.resource(functions);
    const membersFor = (
      items: readonly Function[],
      names: ReadonlyMap<Function, string>,
    ) =>
      membersOf(this.#context, module, items, names, "sync").map((member) => ({
        ...member,
        // In a class, unlike in an interface, a method named `new` needs no quotes.
        key: names.get(member.item) ?? "",
      }));
    const methodMembers = membersFor(functions.methods, methods);
    const staticMembers = membersFor(functions.statics, statics).map(
      (member) => ({ ...member, key: `static ${staticKey(member.key)}` }),
    );
    const { constructor } = functions;
    const signature =
      constructor && this.#context.signatures.of(constructor, "sync");
    if (signature !== undefined) recordSignature(module, signature);
    module.recordSymbol(globalSymbol("Symbol"), "type");
    const definition = typeOf(model, id);
    module.add((names) => {
      let text = `${documentationText(definition, "  ")}  export class ${declaration.name} {\n`;
      if (constructor === undefined) text += "    private constructor();\n";
      else if (signature !== undefined) {
        const notes = this.#context.signatures.notes(constructor, signature);
        text += documentationText(
          { docs: constructor.docs, stability: constructor.stability, notes },
          "    ",
        );
        text += constructorText(signature, names, "    ");
      }
      text += membersText(this.#context, methodMembers, names, "    ");
      text += membersText(this.#context, staticMembers, names, "    ");
      return `${text}    [Symbol.dispose](): void;\n  }\n`;
    });
  }

  #addFunctions(
    module: Module,
    { fullName, functions }: InterfaceBinding,
  ): void {
    const keys = this.#bindings.keys.functions(
      functions.freestanding,
      fullName,
    );
    for (const member of membersOf(
      this.#context,
      module,
      functions.freestanding,
      keys,
      "sync",
    )) {
      const name = camelCase(member.item.name);
      const isReserved = reservedWords.has(name);
      const key = `${isReserved ? "" : "export "}function ${isReserved ? `${name}$` : name}`;
      module.add(
        (names) =>
          membersText(this.#context, [{ ...member, key }], names, "  ") +
          (isReserved ? `  export { ${name}$ as ${name} };\n` : ""),
      );
    }
  }
}

/**
 * The name of a static function in componentize-js. `constructor` is written as a computed name, because TypeScript would
 * parse `static constructor` as a constructor with an invalid modifier.
 */
function staticKey(key: string): string {
  return key === "constructor$" ? '["constructor"]' : key;
}
