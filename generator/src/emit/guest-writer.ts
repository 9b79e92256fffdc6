import type { Function, InterfaceId } from "../model/model.js";
import type { AmbientWriter } from "./ambient-writer.js";
import type { Bindings, InterfaceBinding, WorldBinding } from "./bindings.js";
import { camelCase, pascalCase } from "./case.js";
import { dataText, expandedData, stringData } from "./data.js";
import { groupFunctions, worldFunctions } from "./functions.js";
import { typeEntries } from "./interface-writer.js";
import { layoutCall, printWidth } from "./layout.js";
import { linkText, Module, relativePath } from "./module.js";
import { Declaration, runtime } from "./symbols.js";

/** A file for the guest of one world, and the comment lines that its beginning needs. */
export interface GuestModule {
  readonly module: Module;
  readonly world: WorldBinding;
  /** Where the modules that it imports are declared. */
  readonly references: string;
}

/** Where the adapters of the runtime come from. */
const adapters = "@wit2ts/runtime/jco";

/**
 * Writes what a guest of a world works with: each interface it imports as a value that returns `Result` where
 * componentize-js throws, and for each interface it exports a function that makes what has to be exported.
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
  const functions = groupFunctions(worldFunctions(item.exports)).freestanding;
  const references = imports
    .map(
      ({ id }) =>
        `/// <reference path="${relativePath(module.path, ambient.declare(id).path)}.d.ts" />\n`,
    )
    .join("");
  const raw = imports.map((binding) => rawModule(module, binding));
  const hasExports = exports.length + functions.length > 0;
  if (raw.length > 0 || hasExports)
    addRuntime(bindings, module, raw, hasExports);
  for (const one of raw) addImport(bindings, module, one);
  for (const binding of exports) addExport(bindings, module, binding);
  if (functions.length > 0) addFunctions(bindings, module, world, functions);
  return { module, world, references };
}

/** The interfaces on one side of a world that a module stands for. */
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

/** The beginning of the file: what it imports besides bindings, and what ties its adapters to one another. */
function addRuntime(
  bindings: Bindings,
  module: Module,
  raw: readonly RawModule[],
  exports: boolean,
): void {
  const values = ["ComponentInstance"];
  if (raw.length > 0) values.push("fromJcoExports");
  if (exports) values.push("toJcoImports");
  const types = exports ? ["JcoImports"] : [];
  for (const name of [...values, ...types, "options"]) module.reserve(name);
  const flavour = bindings.flavours[0] ?? "sync";
  module.add(() => {
    let text = linkText("import", values, adapters);
    if (types.length > 0) text += linkText("import type", types, adapters);
    for (const { declaration, specifier } of raw) {
      text += `import * as ${declaration.name} from ${stringData(specifier)};\n`;
    }
    const fields = ["instance: new ComponentInstance()"];
    const members = ["readonly instance: ComponentInstance"];
    if (flavour === "async") {
      fields.push("async: true");
      members.push("readonly async: true");
    }
    text += `\nconst options: {\n${members.map((member) => `  ${member};\n`).join("")}} = {\n`;
    return `${text}${fields.map((field) => `  ${field},\n`).join("")}};\n`;
  });
}

/** A module as componentize-js gives it. */
interface RawModule {
  readonly binding: InterfaceBinding;
  readonly declaration: Declaration;
  readonly specifier: string;
}

function rawModule(module: Module, binding: InterfaceBinding): RawModule {
  const name = `${camelCase(shortName(binding))}Module`;
  const what = `module \`${binding.fullName}\``;
  const declaration = new Declaration(module, name, what, {
    type: false,
    value: true,
  });
  return {
    binding,
    declaration: module.declare(declaration),
    specifier: binding.fullName,
  };
}

function addImport(
  bindings: Bindings,
  module: Module,
  { binding, declaration: raw }: RawModule,
): void {
  const flavour = bindings.flavours[0] ?? "sync";
  const what = `import \`${binding.fullName}\``;
  const declaration = new Declaration(
    module,
    camelCase(shortName(binding)),
    what,
    { type: false, value: true },
  );
  const value = module.declare(declaration);
  module.mentionSymbol(binding.contract[flavour], "type");
  module.mentionSymbol(binding.contract.sync, "value");
  module.add((names) => {
    const head = `export const ${value.name}: ${names(binding.contract[flavour])}`;
    const values = [names(binding.contract.sync), raw.name, "options"];
    const flat = `${head} = fromJcoExports(${values.join(", ")});`;
    const text =
      flat.length <= printWidth
        ? flat
        : layoutCall(head, "fromJcoExports", values);
    return `/** \`${binding.fullName}\`, with errors returned instead of thrown. */\n${text}\n`;
  });
}

function addExport(
  bindings: Bindings,
  module: Module,
  binding: InterfaceBinding,
): void {
  const flavour = bindings.flavours[0] ?? "sync";
  const name = new Declaration(
    module,
    `export${pascalCase(shortName(binding))}`,
    `export \`${binding.fullName}\``,
    { type: false, value: true },
  );
  module.declare(name);
  module.mentionSymbol(binding.contract[flavour], "type");
  module.mentionSymbol(binding.contract.sync, "value");
  module.add((names) => {
    const text = `/** Makes of an implementation what a component exports as \`${binding.fullName}\`. */\n`;
    return (
      text +
      exporterText(
        name.name,
        names(binding.contract[flavour]),
        names(binding.contract.sync),
      )
    );
  });
}

/** The functions that the world itself exports. */
function addFunctions(
  bindings: Bindings,
  module: Module,
  world: WorldBinding,
  functions: readonly Function[],
): void {
  const flavour = bindings.flavours[0] ?? "sync";
  const exporter = new Declaration(
    module,
    "exportFunctions",
    "the functions of the world",
    { type: false, value: true },
  );
  const descriptor = new Declaration(
    module,
    "functions",
    "the functions of the world",
    { type: false, value: true },
  );
  const type = new Declaration(
    module,
    "Functions",
    "the functions of the world",
    { type: true, value: false },
  );
  for (const declaration of [exporter, descriptor, type])
    module.declare(declaration);
  module.mentionSymbol(world.exports[flavour], "type");
  module.mentionSymbol(runtime.interfaceDescriptor, "type");
  const definitions = typeEntries(
    bindings,
    module,
    world.types,
    world.functions,
  );
  const keys = new Map(
    functions.map((item) => [item, camelCase(item.name)] as const),
  );
  module.add((names) => {
    const data = expandedData([
      { key: "kind", value: stringData("interface") },
      { key: "name", value: stringData(world.fullName) },
      { key: "types", value: expandedData(definitions(names)) },
      {
        key: "functions",
        value: bindings.descriptors.functions(functions, keys),
      },
    ]);
    const members = [...keys.values()].map(
      (key) =>
        `  readonly ${key}: ${names(world.exports[flavour])}["${key}"];\n`,
    );
    let text = `/** The functions that the world exports by themselves. */\n`;
    text += `export interface ${type.name} {\n${members.join("")}}\n\n`;
    text += `const ${descriptor.name}: ${runtime.interfaceDescriptor.name}<{\n  ${flavour}: ${type.name};\n}> = ${dataText(data, "", 0)};\n\n`;
    text +=
      "/** Makes of an implementation what a component exports under the names of the functions. */\n";
    return text + exporterText(exporter.name, type.name, descriptor.name);
  });
}

function exporterText(name: string, type: string, descriptor: string): string {
  const flat = `export function ${name}(implementation: ${type}): JcoImports {`;
  const head =
    flat.length <= printWidth
      ? flat
      : `export function ${name}(\n  implementation: ${type},\n): JcoImports {`;
  const flatReturn = `  return toJcoImports(${descriptor}, implementation, options);`;
  const body =
    flatReturn.length <= printWidth
      ? flatReturn
      : `  return toJcoImports(\n    ${descriptor},\n    implementation,\n    options,\n  );`;
  return `${head}\n${body}\n}\n`;
}

/** The name of an interface without its package. */
function shortName({ fullName }: InterfaceBinding): string {
  const slash = fullName.lastIndexOf("/");
  const at = fullName.indexOf("@", slash);
  return fullName.slice(slash + 1, at < 0 ? undefined : at);
}
