import type {
  Function,
  InterfaceId,
  Model,
  TypeId,
  World,
  WorldItem,
} from "../model/model.js";
import { isInterfaceKey } from "../model/queries.js";
import type { Bindings, Pair, WorldBinding } from "./bindings.js";
import { camelCase } from "./case.js";
import {
  expandedData,
  indexedEntry,
  keyText,
  objectData,
  stringData,
  type Data,
  type Entry,
} from "./data.js";
import { documentationText, type Documentation } from "./documentation.js";
import { textType } from "./expression.js";
import type { Names } from "./flat.js";
import { groupFunctions, worldFunctions } from "./functions.js";
import {
  emptyText,
  addSameContract,
  addTypes,
  descriptorText,
  ownResources,
  typeEntries,
} from "./interface-writer.js";
import { propertyText } from "./declarations.js";
import { reservedMembers } from "./reserved.js";
import { membersOf, membersText } from "./resource-writer.js";
import { Scope } from "./scope.js";
import { runtime } from "./symbols.js";
import type { Flavour } from "./type-mapper.js";

/** A member of a world's imports or exports. */
export type SideMember =
  | {
      readonly kind: "interface";
      readonly id: InterfaceId;
      readonly key: string;
      readonly contract: Pair;
      readonly documentation: Documentation;
    }
  | { readonly kind: "function"; readonly key: string; readonly item: Function }
  | { readonly kind: "resource"; readonly key: string; readonly id: TypeId };

/** Fills the module of a world with its own types, its imports and exports, and its descriptor. */
export function writeWorld(bindings: Bindings, binding: WorldBinding): void {
  const world = bindings.model.worlds[binding.id];
  if (world === undefined) return;
  const { module } = binding;
  addTypes(bindings, module, binding.types, binding.functions);
  const imports = sideMembers(
    bindings,
    world.imports,
    ownResources(bindings, binding.types),
  );
  const exports = sideMembers(bindings, world.exports, []);
  for (const flavour of bindings.flavours) {
    addSide(
      bindings,
      binding,
      imports,
      binding.imports,
      flavour,
      `What the world \`${world.name}\` imports`,
    );
    addSide(
      bindings,
      binding,
      exports,
      binding.exports,
      flavour,
      `What the world \`${world.name}\` exports`,
    );
  }
  addDescriptor(bindings, binding, world, imports, exports);
}

/** Whether a member differs between the synchronous and the asynchronous contract. */
function isTwin(
  { asyncAnalysis: waiting }: Bindings,
  member: SideMember,
): boolean {
  switch (member.kind) {
    case "interface":
      return waiting.contracts.has(member.id);
    case "function":
      return waiting.differs(member.item);
    case "resource":
      return waiting.classes.has(member.id);
  }
}

/**
 * The members of one side of a world, with their property names.
 *
 * @param items - the imports or the exports of the world
 * @param resources - the resources that the world defines itself; none for its exports
 */
export function sideMembers(
  bindings: Bindings,
  items: ReadonlyMap<string, WorldItem>,
  resources: readonly TypeId[],
): SideMember[] {
  const members: SideMember[] = [];
  const scope = new Scope(reservedMembers);
  for (const [key, item] of items) {
    if (!("interface" in item)) continue;
    const { id, docs, stability } = item.interface;
    const target = bindings.interfaces.get(id);
    if (target === undefined)
      throw new Error(`the interface ${id} is needed, but not generated`);
    members.push({
      kind: "interface",
      id,
      // Labels are unique, but one may be a reserved member name: `constructor` or `then`.
      key: isOwnName(bindings.model, key, id, items)
        ? target.fullName
        : bindings.keys.claim(scope, key, `interface \`${key}\` of a world`, {
            interface: id,
          }),
      contract: target.contract,
      documentation: { docs, stability },
    });
  }
  for (const item of groupFunctions(worldFunctions(items)).freestanding) {
    members.push({
      kind: "function",
      key: bindings.keys.claim(
        scope,
        camelCase(item.name),
        `function \`${item.name}\` of a world`,
        { item },
      ),
      item,
    });
  }
  for (const id of resources) {
    const wanted = bindings.keys.member(id);
    const what = `class \`${wanted}\` of a world`;
    members.push({
      kind: "resource",
      key: bindings.keys.claim(scope, wanted, what, { type: id }),
      id,
    });
  }
  return members;
}

/** Whether a world imports or exports an interface under the interface's own name, rather than a label or inline. */
function isOwnName(
  model: Model,
  key: string,
  id: InterfaceId,
  items: ReadonlyMap<string, WorldItem>,
): boolean {
  return isInterfaceKey(key, id, items) && model.interfaces[id]?.name !== null;
}

function addSide(
  bindings: Bindings,
  { module }: WorldBinding,
  members: readonly SideMember[],
  pair: Pair,
  flavour: Flavour,
  says: string,
): void {
  const declaration = pair[flavour];
  if (
    flavour === "async" &&
    bindings.settings.mode === "both" &&
    !members.some((member) => isTwin(bindings, member))
  ) {
    addSameContract(module, pair);
    return;
  }
  const summary = `${says}${flavour === "async" ? ", with asynchronous functions" : ""}.`;
  const functions = members.flatMap((member) =>
    member.kind === "function" ? [member.item] : [],
  );
  const keys = new Map<Function, string>();
  for (const member of members)
    if (member.kind === "function") keys.set(member.item, member.key);
  const printed = new Map(
    membersOf(bindings, module, functions, keys, flavour).map(
      (member) => [member.item, member] as const,
    ),
  );
  for (const member of members)
    if (member.kind === "interface")
      module.recordSymbol(member.contract[flavour], "type");
  module.add((names) => {
    const docs = `/** ${summary} */\n`;
    if (members.length === 0)
      return `${docs}${emptyText(declaration.name, names)}`;
    let text = `${docs}export interface ${declaration.name} {\n`;
    for (const member of members) {
      if (member.kind === "function") {
        const entry = printed.get(member.item);
        if (entry !== undefined)
          text += membersText(bindings, [entry], names, "  ");
        continue;
      }
      if (member.kind === "interface")
        text += documentationText(member.documentation, "  ");
      const symbol =
        member.kind === "interface"
          ? member.contract[flavour]
          : bindings.constructorOf(member.id)[flavour];
      text += propertyText(
        `readonly ${keyText(member.key)}`,
        textType(names(symbol)),
        names,
        "  ",
      );
    }
    return `${text}}\n`;
  });
}

function addDescriptor(
  bindings: Bindings,
  binding: WorldBinding,
  world: World,
  imports: readonly SideMember[],
  exports: readonly SideMember[],
): void {
  const { module, descriptor } = binding;
  module.recordSymbol(runtime.worldDescriptor, "type");
  for (const member of [...imports, ...exports]) {
    if (member.kind === "interface")
      module.recordSymbol(member.contract.sync, "value");
  }
  const definitions = typeEntries(
    bindings,
    module,
    binding.types,
    binding.functions,
  );
  module.add((names) => {
    const data = expandedData([
      { key: "kind", value: stringData("world") },
      { key: "name", value: stringData(binding.fullName) },
      { key: "imports", value: sideData(bindings, imports, names) },
      { key: "exports", value: sideData(bindings, exports, names) },
      { key: "types", value: expandedData(definitions(names)) },
    ]);
    const members: string[] = [];
    for (const flavour of bindings.flavours) {
      const [imported, exported] =
        flavour === "sync"
          ? ["imports", "exports"]
          : ["asyncImports", "asyncExports"];
      members.push(`${imported}: ${binding.imports[flavour].name};`);
      members.push(`${exported}: ${binding.exports[flavour].name};`);
    }
    const text = descriptorText(
      descriptor.name,
      runtime.worldDescriptor.name,
      members,
      data,
    );
    const remark = `The descriptor of \`${binding.fullName}\`, for \`instantiate\` of the runtime.`;
    const { docs, stability } = world;
    return documentationText({ docs, stability, remark }, "") + text;
  });
}

function sideData(
  bindings: Bindings,
  members: readonly SideMember[],
  names: Names,
): Data {
  return expandedData(
    members.map((member): Entry => {
      if (member.kind === "interface")
        return {
          key: keyText(member.key),
          value: names(member.contract.sync),
        };
      if (member.kind === "function") {
        const kind = { key: "kind", value: stringData("function") };
        const value = bindings.descriptors.function(member.item);
        return indexedEntry(
          member.key,
          objectData(kind, { key: "function", value }),
        );
      }
      const name = bindings.model.types[member.id]?.name ?? "";
      return indexedEntry(
        member.key,
        objectData(
          { key: "kind", value: stringData("resource") },
          { key: "name", value: stringData(name) },
        ),
      );
    }),
  );
}
