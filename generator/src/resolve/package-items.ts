import type { Identifier, Item, PackagePath, UsePath } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { Interface, World } from "../syntax/ast.js";
import type {
  InterfaceBuilder,
  PackageBuilder,
  Place,
  WorldBuilder,
} from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import { forEachPath } from "./for-each-path.js";
import { LostText } from "./lost-text.js";
import { newInterface, newWorld } from "./new-items.js";
import type { OrderedPackage } from "./package-order.js";
import { packageNameText } from "./package-name.js";
import type { PackagePart } from "./parsed-package.js";
import { suggestName } from "./suggest.js";
import { stepOfCycle, topologicalOrder } from "./toposort.js";

/** What a path leads to. `undefined` stands for what could not be found, which has been reported. */
export type Target =
  | {
      readonly kind: "interface";
      readonly interface: InterfaceBuilder | undefined;
      /** How this package mentions it, if it belongs to another. */
      readonly foreign: ForeignItem | undefined;
    }
  | { readonly kind: "world"; readonly world: WorldBuilder | undefined };

/** An interface or world of another package, as this package mentions it. */
export interface ForeignItem {
  readonly kind: "interface" | "world";
  readonly path: PackagePath;
  readonly source: SourceFile;
  /** Whether one of its mentions is not behind a closed gate. */
  isOpen: boolean;
  target: Target | undefined;
  /** For each type that was used first behind a closed gate: the reference then takes it as closed everywhere. */
  closedTypes: Set<string> | undefined;
  seenTypes: Set<string> | undefined;
}

/** An interface or a world of the package, and the file it stands in. */
export type LocalItem =
  | {
      readonly node: Interface;
      readonly part: PackagePart;
      readonly builder: InterfaceBuilder;
      readonly file: FileNames;
    }
  | {
      readonly node: World;
      readonly part: PackagePart;
      readonly builder: WorldBuilder;
      readonly file: FileNames;
    };

/** The names that one file adds to those of the package, by `use` at its top. */
export type FileNames = ReadonlyMap<string, Target>;

/** An interface or a world as it stands in the source. */
interface LocalNode {
  readonly node: Interface | World;
  readonly part: PackagePart;
  readonly partIndex: number;
}

/** The names that `use` at the top of a file gives, each with its path. */
type Aliases = ReadonlyMap<
  string,
  { readonly path: UsePath; readonly source: SourceFile }
>;

/** Visits the items of the package that an item uses or includes, each with the path that says so, and that of the alias it goes by. */
function forEachEdge(
  { node, partIndex }: LocalNode,
  aliases: readonly Aliases[],
  indices: ReadonlyMap<string, number>,
  visit: (target: number, path: UsePath, alias: UsePath | undefined) => void,
): void {
  const names = aliases[partIndex];
  for (const item of node.items) {
    // What a world uses is no edge: no world is used by an interface.
    const isEdge =
      item.kind === "include" ||
      (item.kind === "use" && node.kind === "interface");
    if (!isEdge || item.path.kind !== "local-path") continue;
    const alias = names?.get(item.path.name.name)?.path;
    if (alias?.kind === "package-path") continue;
    const target = indices.get((alias ?? item.path).name.name);
    if (target !== undefined) visit(target, item.path, alias);
  }
}

/** The interfaces and worlds of a package, and those of others that it mentions. */
export class PackageItems {
  readonly #context: PackageContext;
  readonly #ordered: OrderedPackage;
  readonly #foreign = new Map<string, ForeignItem>();
  readonly #local = new Map<string, Target>();
  readonly #missingPackages = new Set<string>();
  readonly #aliases = new Map<FileNames, Aliases>();
  #lost: readonly (LostText | undefined)[] | undefined;
  /** In the order in which they are resolved: each behind those it uses or includes. */
  readonly order: LocalItem[] = [];

  constructor(context: PackageContext, ordered: OrderedPackage) {
    this.#context = context;
    this.#ordered = ordered;
    this.#gatherForeign();
    this.#gatherLocal();
  }

  /** The interface a path leads to; what is wrong is reported. */
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

  /** The world a path leads to; what is wrong is reported. */
  world(
    path: UsePath,
    file: FileNames,
    source: SourceFile,
  ): WorldBuilder | undefined {
    const target = this.#find(path, file, source);
    if (target === undefined || target.kind === "world") return target?.world;
    if (target.interface !== undefined)
      this.#reportKind(path, source, "an interface", "a world");
    else if (path.kind === "local-path") this.#reportAlias(path, file, source);
    return undefined;
  }

  /** What a `use` at the top of a file takes from another package has to be an interface, and what was taken is none. */
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
    const item = this.#foreign.get(foreignKey(path));
    if (item === undefined) return undefined;
    return item.target;
  }

  // Other packages.

  #gatherForeign(): void {
    const { gates, owner } = this.#context;
    const gated = { hasClosed: false };
    for (const { items, source } of this.#ordered.package.parts) {
      forEachPath(items, (path, expected, attributes) => {
        if (path.kind !== "package-path") {
          // It may stand for one of another package.
          gated.hasClosed ||=
            attributes.length > 0 &&
            !gates.isOpen(gates.stability(attributes, source));
          return;
        }
        const key = foreignKey(path);
        let item = this.#foreign.get(key);
        if (item === undefined) {
          item = {
            kind: expected,
            path,
            source,
            isOpen: false,
            target: undefined,
            closedTypes: undefined,
            seenTypes: undefined,
          };
          this.#foreign.set(key, item);
        }
        if (attributes.length === 0) {
          item.isOpen = true;
          return;
        }
        const stability = gates.stability(attributes, source);
        // Until one is open, the reference blames a version that cannot be at the first mention, whichever has the gate.
        const isOpen = item.isOpen
          ? gates.isOpen(stability)
          : gates.check(stability, owner, item.path.name, item.source);
        if (isOpen) item.isOpen = true;
        else gated.hasClosed = true;
      });
    }
    for (const item of this.#foreign.values()) {
      // A package has to be there even if all that is said of it is behind a gate.
      const isKnown = this.#checkPackage(packageNameText(item.path.package));
      if (item.isOpen)
        item.target = isKnown ? this.#linkForeign(item) : undefined;
      else if (item.kind === "interface")
        item.target = {
          kind: "interface",
          interface: undefined,
          foreign: item,
        };
    }
    if (gated.hasClosed) this.#gatherClosedTypes();
  }

  #gatherClosedTypes(): void {
    const { gates } = this.#context;
    for (const { items, source } of this.#ordered.package.parts) {
      const aliases = foreignAliases(items);
      forEachPath(items, (path, _expected, attributes, names) => {
        const full =
          path.kind === "package-path" ? path : aliases.get(path.name.name);
        const item =
          full === undefined ? undefined : this.#foreign.get(foreignKey(full));
        if (item === undefined || names === undefined) return;
        const isOpen = gates.isOpen(gates.stability(attributes, source));
        item.seenTypes ??= new Set();
        item.closedTypes ??= new Set();
        for (const { name } of names) {
          if (item.seenTypes.has(name.name)) continue;
          item.seenTypes.add(name.name);
          if (!isOpen) item.closedTypes.add(name.name);
        }
      });
    }
  }

  /** Whether a package is resolved; one that is nowhere is reported. */
  #checkPackage(text: string): boolean {
    const { packagesByName, packageNames, isComplete } = this.#context;
    if (packagesByName.has(text)) return true;
    // A package that is on a cycle with this one is not resolved yet; that has been reported.
    if (isComplete && !packageNames.has(text)) this.#reportUnknownPackage(text);
    return false;
  }

  #linkForeign(item: ForeignItem): Target | undefined {
    const { packagesByName, diagnostics } = this.#context;
    const { path, source } = item;
    const text = packageNameText(path.package);
    const owner = packagesByName.get(text);
    if (owner === undefined) return undefined;
    const name = path.name.name;
    if (item.kind === "interface") {
      const found = owner.interfaces.get(name);
      if (found !== undefined)
        return { kind: "interface", interface: found, foreign: item };
    } else {
      const found = owner.worlds.get(name);
      if (found !== undefined) return { kind: "world", world: found };
    }
    if (owner.isBroken) return undefined;
    const isOther =
      item.kind === "interface"
        ? owner.worlds.has(name)
        : owner.interfaces.has(name);
    const range = rangeOf(path.name, source);
    if (owner.gated.has(name)) {
      diagnostics.report("gated-reference", range, {
        what: `an ${item.kind}`.replace("an w", "a w"),
      });
    } else if (isOther) {
      const [found, expected] =
        item.kind === "interface"
          ? ["a world", "an interface"]
          : ["an interface", "a world"];
      diagnostics.report("wrong-kind", range, { name, found, expected });
    } else {
      const suggestion = suggestName(
        this.#context.diagnostics,
        name,
        (item.kind === "interface" ? owner.interfaces : owner.worlds).keys(),
      );
      const details = suggestion === undefined ? {} : { suggestion };
      diagnostics.report(
        "unknown-package-item",
        range,
        { package: text, what: item.kind, name },
        details,
      );
    }
    return undefined;
  }

  #reportUnknownPackage(text: string): void {
    if (this.#missingPackages.has(text)) return;
    this.#missingPackages.add(text);
    const mention = this.#ordered.mentions.get(text);
    if (mention === undefined) return;
    // It may be nested in a file of this one, and be what could not be read.
    if (this.#mayBeLost(mention.name.namespace, mention.source)) return;
    const { packageNames, diagnostics } = this.#context;
    const { name, source } = mention;
    const base = `${name.namespace.name}:${name.name.name}`;
    const others = [...packageNames].filter(
      (known) => known === base || known.startsWith(`${base}@`),
    );
    const suggestion =
      others.length > 0
        ? `there is ${others.map((other) => `\`${other}\``).join(", ")}, but versions must be equal`
        : (suggestName(this.#context.diagnostics, text, packageNames) ??
          "put it into the `deps` directory");
    diagnostics.report(
      "unknown-package",
      rangeOf(name, source),
      { name: text },
      { suggestion },
    );
  }

  // This package.

  #gatherLocal(): void {
    const { diagnostics } = this.#context;
    const nodes: LocalNode[] = [];
    const indices = new Map<string, number>();
    for (const [partIndex, part] of this.#ordered.package.parts.entries()) {
      for (const node of part.items) {
        if (node.kind !== "interface" && node.kind !== "world") continue;
        const { name } = node;
        const index = indices.get(name.name);
        const first = index === undefined ? undefined : nodes[index];
        if (first === undefined) {
          indices.set(name.name, nodes.push({ node, part, partIndex }) - 1);
          continue;
        }
        const related = [
          {
            ...rangeOf(first.node.name, first.part.source),
            message: "first defined here",
          },
        ];
        diagnostics.report(
          "duplicate-name",
          rangeOf(name, part.source),
          { name: name.name },
          { related },
        );
      }
    }

    const aliases = this.#ordered.package.parts.map((part) =>
      this.#gatherAliases(part, indices),
    );
    const edges = nodes.map((from) => {
      const targets: number[] = [];
      forEachEdge(from, aliases, indices, (target) => targets.push(target));
      return targets;
    });
    const { order, cycles, wayIn } = topologicalOrder(edges);
    for (const [index, cycle] of cycles.entries()) {
      const way = index === 0 ? wayIn : [];
      this.#reportCycle(cycle, way, nodes, aliases, indices);
    }

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
    // What is on a cycle is used before it is resolved: of what it then seems to lack, nothing needs to be said.
    for (const index of cycles.flat()) {
      const target = targets[index];
      if (target?.kind === "interface" && target.interface !== undefined)
        target.interface.lost = LostText.everything;
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

  #reportCycle(
    cycle: readonly number[],
    wayIn: readonly number[],
    nodes: readonly LocalNode[],
    aliases: readonly Aliases[],
    indices: ReadonlyMap<string, number>,
  ): void {
    const names: string[] = [];
    const steps: Place[] = [];
    const walk = [...wayIn, ...cycle, ...cycle.slice(0, 1)];
    for (const [step, index] of walk.slice(0, -1).entries()) {
      const from = nodes[index];
      if (from === undefined) continue;
      if (step >= wayIn.length) names.push(from.node.name.name);
      const next = walk[step + 1];
      let place: Place | undefined;
      forEachEdge(from, aliases, indices, (target, path, alias) => {
        if (target !== next || place !== undefined) return;
        const to = nodes[target];
        // What stands in the same file is blamed where it is defined, as the reference does.
        const node = alias ?? (to?.part === from.part ? to.node.name : path);
        place = { node, source: from.part.source };
      });
      if (place !== undefined) steps.push(place);
    }
    const [first, ...rest] = steps;
    if (first === undefined) return;
    const related = rest.map(({ node, source }, index) => ({
      ...rangeOf(node, source),
      message: stepOfCycle(index + 1, wayIn.length),
    }));
    const path = [...names, ...names.slice(0, 1)].join(" → ");
    this.#context.diagnostics.report(
      "dependency-cycle",
      rangeOf(first.node, first.source),
      { path },
      { related },
    );
  }

  /** The names that the `use` at the top of a file give, each with its path. */
  #gatherAliases(
    part: PackagePart,
    indices: ReadonlyMap<string, number>,
  ): Map<string, { path: UsePath; source: SourceFile }> {
    const { diagnostics } = this.#context;
    const { source } = part;
    const aliases = new Map<string, { path: UsePath; source: SourceFile }>();
    const seen = new Map<string, Item>();
    for (const item of part.items) {
      if (item.kind === "nested-package") continue;
      const name =
        item.kind === "top-level-use"
          ? (item.alias ?? item.path.name)
          : item.name;
      const first = seen.get(name.name);
      if (first === undefined) {
        seen.set(name.name, item);
        if (item.kind === "top-level-use")
          aliases.set(name.name, { path: item.path, source });
      } else if (
        item.kind === "top-level-use" ||
        first.kind === "top-level-use"
      ) {
        const firstName =
          first.kind === "top-level-use"
            ? (first.alias ?? first.path.name)
            : first.kind === "nested-package"
              ? name
              : first.name;
        const related = [
          { ...rangeOf(firstName, source), message: "first defined here" },
        ];
        diagnostics.report(
          "duplicate-name",
          rangeOf(name, source),
          { name: name.name },
          { related },
        );
      }
      if (
        item.kind === "top-level-use" &&
        item.path.kind === "local-path" &&
        !indices.has(item.path.name.name) &&
        !this.#mayBeLost(item.path.name, source)
      ) {
        const suggestion = suggestName(
          this.#context.diagnostics,
          item.path.name.name,
          indices.keys(),
        );
        const details = suggestion === undefined ? {} : { suggestion };
        diagnostics.report(
          "unknown-item",
          rangeOf(item.path.name, source),
          { name: item.path.name.name },
          details,
        );
      }
    }
    return aliases;
  }

  #resolveAliases(
    aliases: ReadonlyMap<string, { path: UsePath; source: SourceFile }>,
  ): FileNames {
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
        const item = this.#foreign.get(foreignKey(path));
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

  /** For each part of the package what may be lost of it. */
  #lostParts(): readonly (LostText | undefined)[] {
    this.#lost ??= this.#ordered.package.parts.map(({ source, errors }) =>
      LostText.of(source, { start: 0, end: source.text.length }, errors),
    );
    return this.#lost;
  }

  /** Whether a name that seems to be unknown may be so because of a syntax error. */
  #mayBeLost(name: Identifier, source: SourceFile): boolean {
    const { parts, isIncomplete } = this.#ordered.package;
    if (isIncomplete || name.name === "") return true;
    return this.#lostParts().some(
      (lost, index) =>
        lost !== undefined &&
        (lost.mayDefine(name.name, "item") ||
          (parts[index]?.source === source && lost.affects(name.start))),
    );
  }

  #reportUnknown(path: UsePath, file: FileNames, source: SourceFile): void {
    if (this.#mayBeLost(path.name, source)) return;
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

/** The names that `use` at the top of a file gives to items of other packages. */
function foreignAliases(items: readonly Item[]): Map<string, PackagePath> {
  const aliases = new Map<string, PackagePath>();
  for (const item of items) {
    if (item.kind !== "top-level-use" || item.path.kind !== "package-path")
      continue;
    const { name } = item.alias ?? item.path.name;
    if (!aliases.has(name)) aliases.set(name, item.path);
  }
  return aliases;
}

function foreignKey(path: PackagePath): string {
  return `${packageNameText(path.package)}/${path.name.name}`;
}

/** Registers the items of a package with the package's builder, in the order of their ids. */
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
