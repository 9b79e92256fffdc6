import type { Function, InterfaceId } from "../model/model.js";
import type { AmbientWriter } from "./ambient-writer.js";
import type { Bindings, InterfaceBinding, WorldBinding } from "./bindings.js";
import { camelCase, pascalCase } from "./case.js";
import { stringData } from "./data.js";
import { addExport, addFunctions } from "./guest-exports.js";
import { guestNames } from "./guest-names.js";
import {
  addOwnImports,
  ownImports,
  type OwnImport,
} from "./guest-own-imports.js";
import { ownResources } from "./interface-writer.js";
import type { Place } from "./locate.js";
import { layoutCall, layoutLookup, printWidth } from "./layout.js";
import { Module, referencesText } from "./module.js";
import { Declaration } from "./symbols.js";
import { sideMembers, type SideMember } from "./world-writer.js";

/** The module of adapters for the guest of one world. */
export interface GuestModule {
  readonly module: Module;
  readonly world: WorldBinding;
  /** `/// <reference>` lines for the declarations of the modules that it imports, for the top of the file. */
  readonly references: string;
}

/** The module of the runtime that exports the adapters. */
const adapters = "@wit2ts/runtime/jco";

/**
 * Writes the adapters for the guest of a world: for each imported interface, a value that returns `Result` where
 * componentize-js throws, and for each exported interface, a function that converts an implementation into what the guest
 * has to export.
 */
export function writeGuest(
  bindings: Bindings,
  ambient: AmbientWriter,
  world: WorldBinding,
): GuestModule {
  const module = new Module(`${world.module.path}.guest`);
  const item = bindings.model.worlds[world.id];
  if (item === undefined) throw new Error(`the model has no world ${world.id}`);
  const imports = interfacesOf(bindings, item.imports);
  const exports = interfacesOf(bindings, item.exports);
  const importSide = sideMembers(
    bindings,
    item.imports,
    ownResources(bindings, world.types),
  );
  const functions = sideMembers(bindings, item.exports, []).flatMap((member) =>
    member.kind === "function" ? [member.key] : [],
  );
  const declared = [
    ...imports.map(({ id }) => ambient.declare(id)),
    ...ambient.declareWorld(world, importedFunctions(importSide)),
  ];
  const references = referencesText(
    module.path,
    declared.map(({ path }) => path),
  );
  const importNames = guestNames(bindings, imports, item.package);
  const exportNames = guestNames(bindings, exports, item.package);
  const raw = imports.map((binding) =>
    rawModule(bindings, module, binding, importNames.get(binding) ?? ""),
  );
  const own = ownImports(module, item, importSide, bindings);
  addRuntime(bindings, module, {
    place: { world: world.id },
    raw,
    own,
    exports: exports.length > 0,
    functions: functions.length > 0,
    isRootForeign: declared.some(
      ({ ambient: name, path }) =>
        name === "$root" && !path.startsWith(`${world.module.path}/`),
    ),
  });
  for (const one of raw) addImport(bindings, module, one);
  if (own.length > 0) addOwnImports(bindings, module, world, own);
  for (const binding of exports)
    addExport(bindings, module, binding, exportNames.get(binding) ?? "");
  if (functions.length > 0) addFunctions(bindings, module, world, functions);
  return { module, world, references };
}

/** The interfaces on one side of a world for which a module is generated, each once. */
function interfacesOf(
  bindings: Bindings,
  items: ReadonlyMap<
    string,
    { readonly interface: { readonly id: InterfaceId } } | object
  >,
): InterfaceBinding[] {
  const found = new Set<InterfaceBinding>();
  for (const item of items.values()) {
    if (!("interface" in item)) continue;
    const binding = bindings.interfaces.get(item.interface.id);
    if (binding !== undefined) found.add(binding);
  }
  return [...found];
}

/** The functions that a world imports directly, by the names of the modules that export them. */
function importedFunctions(
  members: readonly SideMember[],
): ReadonlyMap<string, Function> {
  return new Map(
    members.flatMap((member) =>
      member.kind === "function"
        ? [[member.item.name, member.item] as const]
        : [],
    ),
  );
}

/** What the first part of the file depends on. */
interface Needs {
  readonly place: Place;
  readonly raw: readonly RawModule[];
  readonly own: readonly OwnImport[];
  readonly exports: boolean;
  readonly functions: boolean;
  /** Whether the module `$root`, from which classes are imported, is declared for another world. */
  readonly isRootForeign: boolean;
}

/** Adds the first part of the file: the imports other than bindings, and the options that all adapters share. */
function addRuntime(bindings: Bindings, module: Module, needs: Needs): void {
  const { place, raw, own, isRootForeign } = needs;
  if (!importAdapters(module, needs)) return;
  for (const name of ["options", "root"]) module.reserve(name);
  for (const { declaration: local, specifier } of raw) {
    if (local !== undefined)
      module.importForeign(specifier, { kind: "all", local });
  }
  const foreignClasses: OwnImport[] = [];
  for (const one of own) {
    const { raw: local, name } = one;
    if (!one.isResource) module.importForeign(name, { kind: "default", local });
    else if (isRootForeign) foreignClasses.push(one);
    else
      module.importForeign("$root", {
        kind: "name",
        name: pascalCase(name),
        use: "value",
        local,
      });
  }
  const options = optionsText(bindings.flavours[0] === "async");
  const lookups = addLookups(module, place, foreignClasses);
  module.add(() => options + lookups());
}

/** Imports the adapters that are needed. Returns `false` if none are. */
function importAdapters(
  module: Module,
  { raw, own, exports, functions }: Needs,
): boolean {
  const values: string[] = [];
  if (own.length > 0) values.push("fromGuestImports");
  if (raw.length > 0) values.push("fromJcoExports");
  if (functions) values.push("toGuestExports");
  if (exports) values.push("toJcoImports");
  if (values.length === 0) return false;
  for (const name of ["ComponentInstance", ...values])
    module.importForeign(adapters, { kind: "name", name, use: "value" });
  if (exports || functions)
    module.importForeign(adapters, {
      kind: "name",
      name: "JcoImports",
      use: "type",
    });
  return true;
}

/** The options that all adapters of the file share. */
function optionsText(isAsync: boolean): string {
  const types = ["readonly instance: ComponentInstance"];
  const fields = ["instance: new ComponentInstance()"];
  if (isAsync) {
    types.push("readonly async: true");
    fields.push("async: true");
  }
  return (
    `const options: {\n${types.map((type) => `  ${type};\n`).join("")}} = {\n` +
    `${fields.map((field) => `  ${field},\n`).join("")}};\n`
  );
}

/** Imports `$root` as declared for another world, and returns a function that prints the lookups of classes in it. */
function addLookups(
  module: Module,
  place: Place,
  classes: readonly OwnImport[],
): () => string {
  if (classes.length === 0) return () => "";
  const rootModule = new Declaration(
    module,
    "rootModule",
    "module `$root`",
    place,
    { type: false, value: true, isInternal: true },
  );
  module.importForeign("$root", {
    kind: "all",
    local: module.declare(rootModule),
  });
  return () => {
    // The declaration is that of the other world, which may have different classes, so the lookup is untyped.
    let text = `const root: { readonly [name: string]: unknown } = ${rootModule.name};\n`;
    for (const { raw, name } of classes)
      text += lookupText(raw.name, stringData(pascalCase(name)));
    return text;
  };
}

/** The lookup of a resource's class in the `$root` module declared for another world. */
function lookupText(name: string, key: string): string {
  const flat = `const ${name} = root[${key}];`;
  return `${flat.length <= printWidth ? flat : layoutLookup(`const ${name}`, "root", key)}\n`;
}

/** A module that componentize-js provides for an imported interface. */
interface RawModule {
  readonly binding: InterfaceBinding;
  /** The name of the adapted value, in kebab case. */
  readonly name: string;
  /** `undefined` if the interface has no functions: componentize-js provides no module for types alone. */
  readonly declaration: Declaration | undefined;
  readonly specifier: string;
}

function rawModule(
  bindings: Bindings,
  module: Module,
  binding: InterfaceBinding,
  name: string,
): RawModule {
  const specifier = binding.fullName;
  // This includes the functions of resources.
  const functions = bindings.model.interfaces[binding.id]?.functions;
  if (functions === undefined || functions.size === 0)
    return { binding, name, declaration: undefined, specifier };
  const declaration = new Declaration(
    module,
    `${camelCase(name)}Module`,
    `module \`${binding.fullName}\``,
    { interface: binding.id },
    { type: false, value: true, isInternal: true },
  );
  return {
    binding,
    name,
    declaration: module.declare(declaration),
    specifier,
  };
}

function addImport(
  bindings: Bindings,
  module: Module,
  { binding, name, declaration: raw }: RawModule,
): void {
  const flavour = bindings.flavours[0] ?? "sync";
  const what = `import \`${binding.fullName}\``;
  const declaration = new Declaration(
    module,
    camelCase(name),
    what,
    { interface: binding.id },
    { type: false, value: true },
  );
  const value = module.declare(declaration);
  module.recordSymbol(binding.contract[flavour], "type");
  module.recordSymbol(binding.contract.sync, "value");
  module.add((names) => {
    const head = `export const ${value.name}: ${names(binding.contract[flavour])}`;
    const values = [names(binding.contract.sync), raw?.name ?? "{}", "options"];
    const flat = `${head} = fromJcoExports(${values.join(", ")});`;
    const text =
      flat.length <= printWidth
        ? flat
        : layoutCall(head, "fromJcoExports", values);
    return `/** \`${binding.fullName}\`, with errors returned instead of thrown. */\n${text}\n`;
  });
}
