import { attributes, docs } from "./attributes.js";
import { definition, functionType } from "./definition.js";
import { type Hand, tokens } from "./hand.js";
import { written } from "./names.js";
import { type Block, fullName, type Site } from "./plan.js";
import { TypeWriter } from "./types.js";

/** The full name of an interface or world in WIT syntax. */
export function fullPath(
  item: Parameters<typeof fullName>[0],
  hand: Hand,
): string {
  const { namespace, name, version } = item.package;
  const path = `${written(namespace, hand)}:${written(name, hand)}/${written(item.name, hand)}`;
  return version === undefined ? path : `${path}@${version}`;
}

/** A reference to an interface or world: by name, by alias or by full name. */
export function pathOf(
  item: Parameters<typeof fullName>[0],
  site: Site,
): string {
  const { hand, file } = site;
  const full = fullPath(item, hand);
  const alias = file.aliases.get(fullName(item));
  if (alias !== undefined && hand.once(2)) return written(alias, hand);
  if (hand.slip("unknown-item", 60)) return "nowhere";
  if (item.package === site.package) {
    if (hand.slip("own-package-path", 60)) return full;
    return written(item.name, hand);
  }
  if (hand.slip("unknown-package", 60))
    return `${full.split("@")[0] ?? ""}@1.2.3`;
  if (hand.slip("unknown-package-item", 60))
    return `${full.split("/")[0] ?? ""}/nowhere`;
  return full;
}

/** Writes a `use` if there is an interface to use types of. */
export function use(site: Site, block: Block): string | undefined {
  const { hand } = site;
  const before = attributes(hand, site.package, site.isOn, {
    hide: block.canHideTypes,
    mustHide: block.isHidden && block.canHideTypes,
    hasPath: true,
  });
  const isFree = before.isHidden;
  const candidates = site.interfaces.filter(
    ({ isHidden }) => !isHidden || isFree || hand.slip("use-hidden", 60),
  );
  if (candidates.length === 0) return undefined;
  const from = hand.random.pick(candidates);
  const types = from.types.filter(
    ({ isHidden }) =>
      !isHidden || before.isHidden || hand.slip("use-hidden-type", 40),
  );
  const names: string[] = [];
  for (const type of hand.some(types, 3)) {
    let { name } = type;
    let text = written(name, hand);
    if (block.names.has(name) ? !hand.slip("use-taken", 20) : hand.once(4)) {
      name = block.names.fresh();
      text = tokens(text, "as", written(name, hand));
    } else block.names.take(name);
    block.types.push({ ...type, name, isHidden: before.isHidden });
    names.push(docs(hand) + text);
  }
  if (hand.slip("unknown-used-type", 40)) names.push("nowhere");
  const list = new TypeWriter(hand, [], false).list(names);
  return tokens(
    docs(hand) + before.text,
    "use",
    pathOf(from, site),
    ".",
    "{",
    list,
    "}",
    ";",
  );
}

/** Writes the body of an interface, with its items in any order. */
export function interfaceBody(site: Site, block: Block): string {
  const { hand } = site;
  const items: string[] = [];
  for (let left = hand.random.below(3); left > 0; left--)
    items.push(use(site, block) ?? "");
  for (let left = hand.random.below(5); left > 0; left--)
    items.push(definition(site, block));
  for (let left = hand.random.below(4); left > 0; left--) {
    const before = attributes(hand, site.package, site.isOn, { hide: true });
    const writer = new TypeWriter(hand, block.types, before.isHidden);
    items.push(
      tokens(
        docs(hand) + before.text,
        written(block.names.fresh(), hand),
        ":",
        functionType(hand, writer),
        ";",
      ),
    );
  }
  if (hand.slip("type-cycle", 30)) {
    const name = block.names.fresh();
    items.push(`type ${name} = option<${name}>;`);
  }
  const end = hand.slip("dangling-attribute", 100)
    ? "@unstable(feature = on)"
    : docs(hand);
  return tokens("{", ...hand.shuffled(items), end, "}");
}
