import { type Attributes, attributes, docs } from "./attributes.js";
import { type Hand, tokens } from "./hand.js";
import { Names, written } from "./names.js";
import type { Block, NamedType, Site } from "./plan.js";
import { TypeWriter } from "./types.js";

/** Writes the definition of a type. */
export function definition(site: Site, block: Block): string {
  const { hand } = site;
  const { random } = hand;
  const before = attributes(hand, site.package, site.isOn, {
    hide: block.canHideTypes,
    mustHide: block.isHidden && block.canHideTypes,
  });
  const isFree = before.isHidden;
  const writer = new TypeWriter(hand, block.types, isFree);
  const name = block.names.fresh();
  const title = written(name, hand);
  const members = new Names(hand);
  const member = (): string => docs(hand) + written(members.fresh(), hand);
  const some = (least: number): number =>
    hand.slip("none", 20) ? 0 : hand.between(least, 4);
  let hasBorrow = false;
  let isResource = false;
  let body: string;
  switch (random.below(7)) {
    case 0: {
      const type = writer.type(true);
      ({ hasBorrow } = type);
      // An alias of a resource is a resource, too.
      const target = block.types.find(
        (known) => known.name === type.text.replace("%", ""),
      );
      isResource = target?.isResource === true;
      body = tokens("type", title, "=", type.text, ";");
      break;
    }
    case 1:
      body = tokens(
        "flags",
        title,
        "{",
        writer.list(Array.from({ length: some(hand.isOdd ? 0 : 1) }, member)),
        "}",
      );
      break;
    case 2:
      body = tokens(
        "enum",
        title,
        "{",
        writer.list(Array.from({ length: some(1) }, member)),
        "}",
      );
      break;
    case 3: {
      const fields = Array.from({ length: some(hand.isOdd ? 0 : 1) }, () => {
        const type = writer.type(true);
        hasBorrow ||= type.hasBorrow;
        return tokens(member(), ":", type.text);
      });
      body = tokens("record", title, "{", writer.list(fields), "}");
      break;
    }
    case 4: {
      const cases = Array.from({ length: some(1) }, () => {
        if (hand.once(3)) return member();
        const type = writer.type(true);
        hasBorrow ||= type.hasBorrow;
        return tokens(member(), "(", type.text, ")");
      });
      body = tokens("variant", title, "{", writer.list(cases), "}");
      break;
    }
    default: {
      isResource = true;
      const self: NamedType = {
        name,
        isResource,
        hasBorrow,
        isHidden: before.isHidden,
      };
      body = tokens("resource", title, resourceBody(self, before, site, block));
    }
  }
  block.types.push({ name, isResource, hasBorrow, isHidden: before.isHidden });
  return tokens(docs(hand) + before.text, body);
}

function resourceBody(
  self: NamedType,
  outer: Attributes,
  site: Site,
  block: Block,
): string {
  const { hand } = site;
  if (hand.once(4)) return ";";
  const types = [...block.types, self];
  const names = new Names(hand);
  const members: string[] = [];
  const count = hand.random.below(4);
  for (let index = 0; index < count; index++) {
    // The members of a hidden resource must be hidden themselves.
    const before = attributes(hand, site.package, site.isOn, {
      hide: true,
      mustHide: outer.isHidden,
    });
    const isFree = before.isHidden;
    const writer = new TypeWriter(hand, types, isFree);
    if (index === 0 ? hand.once(2) : hand.slip("second-constructor", 20)) {
      const title = written(self.name, hand);
      const result = hand.slip("constructor-result", 10)
        ? hand.random.pick([
            title,
            `result<u8>`,
            "result",
            "string",
            `result<_, ${title}>`,
          ])
        : tokens(
            "result",
            "<",
            title,
            ...(hand.once(2) ? [",", writer.type(false).text] : []),
            ">",
          );
      members.push(
        tokens(
          docs(hand) + before.text,
          "constructor",
          parameters(hand, writer),
          hand.once(2) ? tokens("->", result) : "",
          ";",
        ),
      );
      continue;
    }
    members.push(
      tokens(
        docs(hand) + before.text,
        written(names.fresh(), hand),
        ":",
        hand.once(2) ? "static" : "",
        functionType(hand, writer),
        ";",
      ),
    );
  }
  return tokens("{", ...members, "}");
}

function parameters(hand: Hand, writer: TypeWriter): string {
  const names = new Names(hand);
  // The implicit first parameter of a method has this name.
  names.take("self");
  const list = Array.from({ length: hand.random.below(4) }, () =>
    tokens(
      docs(hand) + written(names.fresh(), hand),
      ":",
      writer.type(true).text,
    ),
  );
  return tokens("(", writer.list(list), ")");
}

/** The type of a function. */
export function functionType(hand: Hand, writer: TypeWriter): string {
  return tokens(
    hand.once(4) ? "async" : "",
    "func",
    parameters(hand, writer),
    hand.once(2) ? tokens("->", writer.type(false).text) : "",
  );
}
