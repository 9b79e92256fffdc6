import { attributes, docs } from "./attributes.js";
import { tokens } from "./hand.js";
import { definition, functionType } from "./definition.js";
import { interfaceBody, pathOf, use } from "./interface.js";
import { Names, written } from "./names.js";
import { type Block, fullName, type PlannedWorld, type Site } from "./plan.js";
import { TypeWriter } from "./types.js";

/** Writes the body of a world. */
export class WorldWriter {
  readonly #site: Site;
  readonly #worlds: readonly PlannedWorld[];
  readonly #block: Block;
  readonly #exports: Names;
  /** The full names of imported and exported interfaces with their direction, so that each is only written once. */
  readonly #seen = new Set<string>();
  readonly #self: PlannedWorld;

  constructor(site: Site, worlds: readonly PlannedWorld[], self: PlannedWorld) {
    this.#site = site;
    this.#worlds = worlds;
    this.#self = self;
    this.#block = {
      names: new Names(site.hand),
      types: [],
      isHidden: self.isHidden,
      canHideTypes: self.isHidden,
    };
    this.#exports = new Names(site.hand);
  }

  body(): string {
    const { hand } = this.#site;
    const items: string[] = [];
    for (let left = hand.random.below(2); left > 0; left--)
      items.push(use(this.#site, this.#block) ?? "");
    for (let left = hand.random.below(3); left > 0; left--)
      items.push(definition(this.#site, this.#block));
    // A used or defined type is an import, too.
    for (const { name } of this.#block.types) this.#self.named.add(name);
    for (let left = hand.random.below(5); left > 0; left--)
      items.push(this.#extern("import"));
    for (let left = hand.random.below(4); left > 0; left--)
      items.push(this.#extern("export"));
    for (let left = hand.random.below(3); left > 0; left--)
      items.push(this.#include());
    return tokens("{", ...hand.shuffled(items), docs(hand), "}");
  }

  #extern(direction: "import" | "export"): string {
    const { hand } = this.#site;
    const before = attributes(hand, this.#site.package, this.#site.isOn, {
      hide: true,
      hasPath: true,
    });
    const isFree = before.isHidden;
    const names = direction === "import" ? this.#block.names : this.#exports;
    const start = tokens(docs(hand) + before.text, direction);
    const choice = hand.random.below(6);
    if (choice >= 3) {
      const found = this.#interface(direction, isFree, choice === 5);
      if (found !== undefined) return tokens(start, found, ";");
    }
    const name = names.fresh();
    if (!before.isHidden) this.#self.named.add(name);
    const title = tokens(written(name, hand), ":");
    if (choice === 2) {
      const block: Block = {
        names: new Names(hand),
        types: [],
        isHidden: before.isHidden,
        canHideTypes: true,
      };
      return tokens(
        start,
        title,
        "interface",
        interfaceBody(this.#site, block),
      );
    }
    const writer = new TypeWriter(hand, this.#block.types, isFree);
    return tokens(start, title, functionType(hand, writer), ";");
  }

  /** The path of an interface to import or export, after a label if it has one. */
  #interface(
    direction: "import" | "export",
    isFree: boolean,
    isLabelled: boolean,
  ): string | undefined {
    const { hand, interfaces } = this.#site;
    const names = direction === "import" ? this.#block.names : this.#exports;
    const candidates = interfaces.filter(
      (item) =>
        (!item.isHidden || isFree || hand.slip("extern-hidden", 40)) &&
        (isLabelled ||
          !this.#seen.has(`${direction} ${fullName(item)}`) ||
          hand.slip("repeated-interface", 10)),
    );
    if (candidates.length === 0) return undefined;
    const item = hand.random.pick(candidates);
    const path = pathOf(item, this.#site);
    if (!isLabelled) {
      this.#seen.add(`${direction} ${fullName(item)}`);
      return path;
    }
    const name = names.fresh();
    if (!isFree) this.#self.named.add(name);
    return tokens(written(name, hand), ":", path);
  }

  #include(): string {
    const { hand } = this.#site;
    const before = attributes(hand, this.#site.package, this.#site.isOn, {
      hide: true,
      hasPath: true,
    });
    const candidates = this.#worlds.filter(
      ({ isHidden }) =>
        !isHidden || before.isHidden || hand.slip("include-hidden", 20),
    );
    if (candidates.length === 0) return "";
    const world = hand.random.pick(candidates);
    const renamings: string[] = [];
    for (const name of world.named) {
      let known = name;
      const isTaken = this.#block.names.has(name) || this.#exports.has(name);
      if (isTaken ? !hand.slip("include-conflict", 10) : hand.once(6)) {
        do known = this.#block.names.fresh();
        while (this.#exports.has(known));
        renamings.push(tokens(written(name, hand), "as", written(known, hand)));
      }
      this.#block.names.take(known);
      this.#exports.take(known);
      if (!before.isHidden) this.#self.named.add(known);
    }
    if (hand.slip("unknown-included-name", 20)) renamings.push("nowhere as x");
    const list = new TypeWriter(hand, [], false).list(hand.shuffled(renamings));
    const end = list === "" && hand.once(4) ? "with {}" : "";
    return tokens(
      docs(hand) + before.text,
      "include",
      pathOf(world, this.#site),
      list === "" ? (end === "" ? ";" : end) : tokens("with", "{", list, "}"),
      hand.slip("include-semicolon", 60) ? ";" : "",
    );
  }
}
