import type { Attribute, Identifier, NodeBase } from "../syntax/ast.js";
import type { TreeWorld } from "../syntax/tree-file.js";
import type { InterfaceBuilder, WorldBuilder } from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import { UnparsedText } from "./unparsed-text.js";
import { hasErrorIn, type PackagePart } from "./parsed-package.js";

/**
 * Creates an empty interface. It gets the next id, unless its gate is closed.
 *
 * @param item - the node with its docs and attributes
 * @param at - its name in the source
 * @param name - its name in the model; `null` for an inline interface of a world
 */
export function newInterface(
  context: PackageContext,
  item: NodeBase & {
    readonly docs: number;
    readonly attributes: readonly Attribute[];
  },
  at: Identifier,
  name: string | null,
  part: PackagePart,
): InterfaceBuilder {
  const { gates, interfaces, names, owner } = context;
  const stability = gates.stability(item.attributes, part.source);
  const isOpen = gates.check(stability, owner, rangeOf(at, part.source));
  const builder: InterfaceBuilder = {
    id: isOpen ? interfaces.length : -1,
    name,
    package: context.id,
    scope: names.newScope(),
    firstFunction: 0,
    endOfFunctions: 0,
    docs: item.docs,
    stability,
    cloneOf: undefined,
    uses: [],
    lastUser: undefined,
    hidden: undefined,
    lost: UnparsedText.of(part.source, item, part.errors),
    isRepeated: false,
    place: { source: part.source, node: at },
  };
  if (isOpen) interfaces.push(builder);
  return builder;
}

/** Creates an empty world. It gets the next id, unless its gate is closed. */
export function newWorld(
  context: PackageContext,
  node: TreeWorld,
  part: PackagePart,
): WorldBuilder {
  const { gates, worlds, owner } = context;
  const stability = gates.stability(node.attributes, part.source);
  const isOpen = gates.check(stability, owner, rangeOf(node.name, part.source));
  const builder: WorldBuilder = {
    id: isOpen ? worlds.length : -1,
    name: node.name.name,
    package: context.id,
    imports: new Map(),
    exports: new Map(),
    docs: node.docs,
    stability,
    isBroken: hasErrorIn(node, part.errors),
    place: { source: part.source, node: node.name },
  };
  if (isOpen) worlds.push(builder);
  return builder;
}
