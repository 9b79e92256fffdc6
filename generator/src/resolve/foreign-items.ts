import type { PackagePath } from "../syntax/ast.js";
import type { TreeItem } from "../syntax/tree-file.js";
import { type PackageContext, rangeOf } from "./context.js";
import { forEachPath } from "./for-each-path.js";
import type { UnparsedParts } from "./unparsed-parts.js";
import { packageNameText } from "./package-name.js";
import type { OrderedPackage } from "./package-order.js";
import { suggestName } from "./suggest.js";
import type { ForeignItem, Target } from "./target.js";

/**
 * The interfaces and worlds of other packages that a package mentions. All of them are looked up in the constructor, in
 * the order of their first mention, and errors are reported.
 */
export class ForeignItems {
  readonly #context: PackageContext;
  readonly #ordered: OrderedPackage;
  readonly #lost: UnparsedParts;
  readonly #items = new Map<string, ForeignItem>();
  readonly #missingPackages = new Set<string>();

  constructor(
    context: PackageContext,
    ordered: OrderedPackage,
    lost: UnparsedParts,
  ) {
    this.#context = context;
    this.#ordered = ordered;
    this.#lost = lost;
    this.#gather();
  }

  /** Returns the item that a path refers to; `undefined` if the package does not contain this path. */
  get(path: PackagePath): ForeignItem | undefined {
    return this.#items.get(foreignKey(path));
  }

  #gather(): void {
    const { gates, owner } = this.#context;
    const gated = { hasClosed: false };
    for (const { items, source } of this.#ordered.package.parts) {
      forEachPath(items, (path, expected, attributes) => {
        if (path.kind !== "package-path") {
          // A local path may be an alias of an item of another package.
          gated.hasClosed ||=
            attributes.length > 0 &&
            !gates.isOpen(gates.stability(attributes, source));
          return;
        }
        const key = foreignKey(path);
        let item = this.#items.get(key);
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
          this.#items.set(key, item);
        }
        if (attributes.length === 0) {
          item.isOpen = true;
          return;
        }
        const stability = gates.stability(attributes, source);
        // Until a mention with an open gate is found, wit-parser reports an impossible version at the first mention of
        // the item, even if the gate belongs to a later one.
        const isOpen = item.isOpen
          ? gates.isOpen(stability)
          : gates.check(stability, owner, rangeOf(item.path.name, item.source));
        if (isOpen) item.isOpen = true;
        else gated.hasClosed = true;
      });
    }
    for (const item of this.#items.values()) {
      // The package must exist even if all mentions of it are behind closed gates.
      const isKnown = this.#checkPackage(packageNameText(item.path.package));
      if (item.isOpen) item.target = isKnown ? this.#link(item) : undefined;
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
          full === undefined ? undefined : this.#items.get(foreignKey(full));
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

  /** Returns whether a package has been resolved. Reports it if it does not exist. */
  #checkPackage(text: string): boolean {
    const { packagesByName, packageNames, isComplete } = this.#context;
    if (packagesByName.has(text)) return true;
    // A package that is on a cycle with this one exists, but is not resolved yet. The cycle has been reported.
    if (isComplete && !packageNames.has(text)) this.#reportUnknownPackage(text);
    return false;
  }

  #link(item: ForeignItem): Target | undefined {
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
    if (owner.isBroken || name === "") return undefined;
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
    const { packageNames, diagnostics, unparsed } = this.#context;
    const { name, source } = mention;
    // Part of the name is missing, which has been reported.
    if (name.name.name === "") return;
    if (this.#lost.mayExplain(name.namespace, source)) return;
    // The package may be nested in a part of any file that could not be parsed.
    if (unparsed.some((file) => file.mayDefine(name.namespace.name, "item")))
      return;
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
}

/** The names that top-level `use`s give to items of other packages. */
function foreignAliases(items: readonly TreeItem[]): Map<string, PackagePath> {
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
