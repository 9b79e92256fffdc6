import type { TypeId } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import type { Bindings, InterfaceBinding, Pair } from "./bindings.js";
import {
  dataText,
  expandedData,
  indexedEntry,
  objectData,
  stringData,
  type Data,
  type Entry,
} from "./data.js";
import { aliasText } from "./declarations.js";
import {
  documentationText,
  itsFunctionsWait,
  twinDocumentation,
  type Documentation,
} from "./documentation.js";
import { nameType, textType } from "./expression.js";
import type { Names } from "./flat.js";
import {
  noFunctions,
  type FunctionGroups,
  type ResourceFunctions,
} from "./functions.js";
import type { Module } from "./module.js";
import { addResource, membersOf, membersText } from "./resource-writer.js";
import { runtime, type Declaration } from "./symbols.js";
import type { Flavour } from "./type-mapper.js";

/** Fills the module of an interface with its types, its contracts and its descriptor. */
export function writeInterface(
  bindings: Bindings,
  binding: InterfaceBinding,
): void {
  const { module } = binding;
  addTypes(bindings, module, binding.types, binding.functions);
  const keys = bindings.keys.functions(
    binding.functions.freestanding,
    binding.fullName,
  );
  for (const flavour of bindings.flavours) {
    if (isSameContract(bindings, binding, flavour))
      addSameContract(module, binding.contract);
    else addContract(bindings, binding, keys, flavour);
  }
  addDescriptor(bindings, binding, keys);
}

/** Adds the declarations of types to the module of an interface or a world. */
export function addTypes(
  bindings: Bindings,
  module: Module,
  types: ReadonlyMap<string, TypeId>,
  functions: FunctionGroups,
): void {
  types.forEach((id) => {
    const { sync, async } = bindings.declared(id);
    if ((sync ?? async)?.origin !== undefined) return;
    if (typeOf(bindings.model, id).kind === "resource") {
      addResource(bindings, module, id, functionsOf(functions, id));
      return;
    }
    if (sync !== undefined)
      bindings.typeDeclarations.add(module, id, sync, "sync");
    if (async !== undefined && async !== sync)
      bindings.typeDeclarations.add(module, id, async, "async", sync);
  });
}

/** The functions of a resource. If it has none, an empty group is added, so that later calls return the same object. */
export function functionsOf(
  groups: FunctionGroups,
  id: TypeId,
): ResourceFunctions {
  let functions = groups.resources.get(id);
  if (functions === undefined) {
    functions = noFunctions(id);
    (groups.resources as Map<TypeId, ResourceFunctions>).set(id, functions);
  }
  return functions;
}

/** The resources that are defined in a list of types, without those that come by `use` from another interface. */
export function ownResources(
  bindings: Bindings,
  types: ReadonlyMap<string, TypeId>,
): TypeId[] {
  return [...types.values()].filter(
    (id) => typeOf(bindings.model, id).kind === "resource",
  );
}

/** Whether `flavour` is asynchronous and its contract equals the synchronous one, which is generated too. */
function isSameContract(
  { settings, asyncAnalysis: waiting }: Bindings,
  { id }: InterfaceBinding,
  flavour: Flavour,
): boolean {
  return (
    settings.mode === "both" &&
    flavour === "async" &&
    !waiting.contracts.has(id)
  );
}

/** `export type X = object;`, instead of an interface without members, which linters report. */
export function emptyText(name: string, names: Names): string {
  return aliasText(`export type ${name}`, textType("object"), names);
}

/** Adds `export type AsyncX = X;`, for contracts that are the same. */
export function addSameContract(module: Module, { sync, async }: Pair): void {
  module.add((names) => {
    const remark = `The asynchronous form of {@link ${sync.name}}, which is identical.`;
    const type = nameType(sync);
    return (
      documentationText({ remark }, "") +
      aliasText(`export type ${async.name}`, type, names)
    );
  });
}

function addContract(
  bindings: Bindings,
  { id, module, contract, types, functions }: InterfaceBinding,
  keys: ReturnType<Bindings["keys"]["functions"]>,
  flavour: Flavour,
): void {
  const item: Documentation = bindings.model.interfaces[id] ?? {};
  const isTwin = flavour === "async" && bindings.settings.mode === "both";
  const context = { signatures: bindings.signaturesIn(id) };
  const members = membersOf(
    context,
    module,
    functions.freestanding,
    keys,
    flavour,
  );
  const resources = ownResources(bindings, types).map((resource) => ({
    key: bindings.keys.member(resource),
    declaration: bindings.constructorOf(resource)[flavour],
  }));
  module.add((names) => {
    const documentation = isTwin
      ? twinDocumentation(item, contract.sync.name, itsFunctionsWait)
      : item;
    const { name } = contract[flavour];
    const docs = documentationText(documentation, "");
    if (members.length + resources.length === 0)
      return `${docs}${emptyText(name, names)}`;
    let text = `${docs}export interface ${name} {\n`;
    for (const { key, declaration } of resources)
      text += `  readonly ${key}: ${declaration.name};\n`;
    return `${text}${membersText(context, members, names, "  ")}}\n`;
  });
}

function addDescriptor(
  bindings: Bindings,
  { module, fullName, contract, types, functions }: InterfaceBinding,
  keys: ReturnType<Bindings["keys"]["functions"]>,
): void {
  module.recordSymbol(runtime.interfaceDescriptor, "type");
  const definitions = typeEntries(bindings, module, types, functions);
  module.add((names) => {
    const data = expandedData([
      { key: "kind", value: stringData("interface") },
      { key: "name", value: stringData(fullName) },
      { key: "types", value: expandedData(definitions(names)) },
      {
        key: "functions",
        value: bindings.descriptors.functions(functions.freestanding, keys),
      },
    ]);
    const members = contractMembers(bindings, contract);
    const remark = `The descriptor of \`${fullName}\` for the runtime.`;
    return (
      documentationText({ remark }, "") +
      descriptorText(
        contract.sync.name,
        runtime.interfaceDescriptor.name,
        members,
        data,
      )
    );
  });
}

/** `sync: X;` and `async: AsyncX;`, each if it is generated. */
function contractMembers(bindings: Bindings, contract: Pair): string[] {
  return bindings.flavours.map(
    (flavour) => `${flavour}: ${contract[flavour].name};`,
  );
}

/** `export const Name: Descriptor<{ … }> = { … };` */
export function descriptorText(
  name: string,
  type: string,
  members: readonly string[],
  data: Data,
): string {
  let text = `export const ${name}: ${type}<{\n`;
  for (const member of members) text += `  ${member}\n`;
  return `${text}}> = ${dataText(data, "", 0)};\n`;
}

/** The entries of a descriptor for types. Records uses of the descriptors of other modules that the entries refer to. */
export function typeEntries(
  bindings: Bindings,
  module: Module,
  types: ReadonlyMap<string, TypeId>,
  functions: FunctionGroups,
): (names: Names) => Entry[] {
  const uses = new Map<TypeId, { from: Declaration; name: string }>();
  types.forEach((id) => {
    const { sync, async } = bindings.declared(id);
    if ((sync ?? async)?.origin === undefined) return;
    const used = usedType(bindings, id);
    module.recordSymbol(used.from, "value");
    uses.set(id, used);
  });
  return (names) => {
    const entries: Entry[] = [];
    types.forEach((id, name) => {
      const used = uses.get(id);
      const value =
        used === undefined
          ? bindings.descriptors.definition(id, functionsOf(functions, id))
          : objectData(
              { key: "kind", value: stringData("use") },
              { key: "from", value: names(used.from) },
              { key: "name", value: stringData(used.name) },
            );
      entries.push(indexedEntry(name, value));
    });
    return entries;
  };
}

/** The descriptor of the interface from which a type comes by `use`, and the name of the type there. */
function usedType(
  bindings: Bindings,
  id: TypeId,
): { from: Declaration; name: string } {
  const { kind } = typeOf(bindings.model, id);
  if (kind === "resource" || !("type" in kind) || typeof kind.type !== "number")
    throw new Error(`${id} is no use`);
  const { name, owner } = typeOf(bindings.model, kind.type);
  if (owner === null || !("interface" in owner))
    throw new Error(`type ${id} is used from no interface`);
  const from = bindings.interfaces.get(owner.interface);
  if (from === undefined)
    throw new Error(
      `the interface ${owner.interface} is needed, but not generated`,
    );
  return { from: from.contract.sync, name: name ?? "" };
}
