import type { UsePath } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { PackageBuilder, WorldBuilder } from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import { type Aliases, findAliases } from "./file-aliases.js";
import { ForeignItems } from "./foreign-items.js";
import { findNodes, orderNodes } from "./item-order.js";
import type { UnparsedParts } from "./unparsed-parts.js";
import { UnparsedText } from "./unparsed-text.js";
import { newInterface, newWorld } from "./new-items.js";
import type { OrderedPackage } from "./package-order.js";
import { suggestName } from "./suggest.js";
import type { FileNames, LocalItem, Target } from "./target.js";

/** The interfaces and worlds of a package, and those of other packages that it mentions. */
export class PackageItems {
  readonly #context: PackageContext;
  readonly #ordered: OrderedPackage;
  readonly #unparsed: UnparsedParts;
  readonly #foreign: ForeignItems;
  readonly #local = new Map<string, Target>();
  readonly #aliases = new Map<FileNames, Aliases>();
  /** Worlds that include themselves, directly or indirectly. */
  readonly #cyclic = new Set<WorldBuilder>();
  /** The interfaces and worlds in the order of resolution: each after those it uses or includes. */
  readonly order: LocalItem[] = [];

  constructor(
    context: PackageContext,
    ordered: OrderedPackage,
    unparsed: UnparsedParts,
  ) {
    this.#context = context;
    this.#ordered = ordered;
    this.#unparsed = unparsed;
    this.#foreign = new ForeignItems(context, ordered, unparsed);
    this.#gather();
  }

  /** Returns the interface that a path refers to. Reports errors. */
  interface(
    path: UsePath,
    file: FileNames,
    source: SourceFile,
  ): (Target & { kind: "interface" }) | undefined {
    const target = this.#find(path, file, source);
    if (target === undefined || target.kind === "interface") return target;
    if (target.world !== undefined)
      this.#reportKind(path, source, "a world", "an interface");
    return undefined;
  }

  /** Returns the world that a path refers to. Reports errors. */
  world(
    path: UsePath,
    file: FileNames,
    source: SourceFile,
  ): WorldBuilder | undefined {
    const target = this.#find(path, file, source);
    if (target === undefined) return undefined;
    if (target.kind === "world") {
      // A world on a cycle is included before it is complete, so errors about its contents would be misleading.
      const { world } = target;
      return world !== undefined && this.#cyclic.has(world) ? undefined : world;
    }
    if (target.interface !== undefined)
      this.#reportKind(path, source, "an interface", "a world");
    else if (path.kind === "local-path") this.#reportAlias(path, file, source);
    return undefined;
  }

  /**
   * Reports an `include` of an alias for a world of another package: a top-level `use` of another package's item
   * requires an interface.
   */
  #reportAlias(path: UsePath, file: FileNames, source: SourceFile): void {
    const { name } = path.name;
    const alias = this.#aliases.get(file)?.get(name)?.path;
    if (alias?.kind !== "package-path") return;
    const full = source.text.slice(alias.start, alias.end);
    this.#context.diagnostics.report(
      "wrong-kind",
      rangeOf(path.name, source),
      {
        name,
        found: "an interface to the `use` at the top of the file",
        expected: "a world",
      },
      { suggestion: `leave that out and write \`include ${full}\` here` },
    );
  }

  #find(
    path: UsePath,
    file: FileNames,
    source: SourceFile,
  ): Target | undefined {
    if (path.kind === "local-path") {
      const found = file.get(path.name.name) ?? this.#local.get(path.name.name);
      if (found === undefined) this.#reportUnknown(path, file, source);
      return found;
    }
    return this.#foreign.get(path)?.target;
  }

  #gather(): void {
    const { diagnostics } = this.#context;
    const { parts } = this.#ordered.package;
    const local = findNodes(parts, diagnostics);
    const { nodes, indices } = local;
    const aliases = parts.map((part) =>
      findAliases(part, indices, this.#unparsed, diagnostics),
    );
    const { order, cycles } = orderNodes(local, aliases, diagnostics);

    const targets: Target[] = [];
    for (const index of order) {
      const item = nodes[index];
      if (item === undefined) continue;
      const { node, part } = item;
      targets[index] =
        node.kind === "interface"
          ? {
              kind: "interface",
              interface: newInterface(
                this.#context,
                node,
                node.name,
                node.name.name,
                part,
              ),
              foreign: undefined,
            }
          : { kind: "world", world: newWorld(this.#context, node, part) };
    }
    // An item on a cycle is used before it is resolved. Do not report what seems to be missing from it.
    for (const index of cycles.flat()) {
      const target = targets[index];
      if (target?.kind === "interface" && target.interface !== undefined)
        target.interface.lost = UnparsedText.everything;
      else if (target?.kind === "world" && target.world !== undefined)
        this.#cyclic.add(target.world);
    }
    // A name that is missing here may be defined in another item of the same name.
    for (const index of local.repeated) {
      const target = targets[index];
      if (target?.kind === "world" && target.world !== undefined)
        target.world.isBroken = true;
      else if (target?.kind === "interface" && target.interface !== undefined)
        target.interface.isRepeated = true;
    }
    for (const [index, { node }] of nodes.entries()) {
      const target = targets[index];
      if (target !== undefined) this.#local.set(node.name.name, target);
    }
    const files = aliases.map((names) => {
      const file = this.#resolveAliases(names);
      this.#aliases.set(file, names);
      return file;
    });
    for (const index of order) {
      const item = nodes[index];
      const target = targets[index];
      if (item === undefined || target === undefined) continue;
      const { node, part } = item;
      const file = files[item.partIndex] ?? new Map<string, Target>();
      if (
        node.kind === "interface" &&
        target.kind === "interface" &&
        target.interface !== undefined
      ) {
        this.order.push({ node, part, builder: target.interface, file });
      } else if (
        node.kind === "world" &&
        target.kind === "world" &&
        target.world !== undefined
      ) {
        this.order.push({ node, part, builder: target.world, file });
      }
    }
  }

  #resolveAliases(aliases: Aliases): FileNames {
    const names = new Map<string, Target>();
    for (const [name, { path }] of aliases) {
      if (path.kind === "local-path") {
        names.set(
          name,
          this.#local.get(path.name.name) ?? {
            kind: "interface",
            interface: undefined,
            foreign: undefined,
          },
        );
      } else {
        const item = this.#foreign.get(path);
        names.set(
          name,
          item?.target ?? {
            kind: item?.kind ?? "interface",
            interface: undefined,
            world: undefined,
            foreign: undefined,
          },
        );
      }
    }
    return names;
  }

  #reportUnknown(path: UsePath, file: FileNames, source: SourceFile): void {
    if (this.#unparsed.mayExplain(path.name, source)) return;
    const { name } = path.name;
    const suggestion = suggestName(
      this.#context.diagnostics,
      name,
      file.keys(),
      this.#local.keys(),
    );
    const details = suggestion === undefined ? {} : { suggestion };
    this.#context.diagnostics.report(
      "unknown-item",
      rangeOf(path.name, source),
      { name },
      details,
    );
  }

  #reportKind(
    path: UsePath,
    source: SourceFile,
    found: string,
    expected: string,
  ): void {
    const { name } = path.name;
    this.#context.diagnostics.report("wrong-kind", rangeOf(path.name, source), {
      name,
      found,
      expected,
    });
  }
}

/** Registers the items of a package with its builder, in the order of their ids. */
export function registerItems(
  order: readonly LocalItem[],
  builder: PackageBuilder,
): void {
  for (const item of order) {
    const { name } = item.node.name;
    if (item.builder.id < 0) builder.gated.add(name);
    else if ("imports" in item.builder) builder.worlds.set(name, item.builder);
    else builder.interfaces.set(name, item.builder);
  }
}
