import type { World } from "../model/model.js";
import type { Bindings, WorldBinding } from "./bindings.js";
import { camelCase, pascalCase } from "./case.js";
import { entryText, keyText, stringData } from "./data.js";
import { layoutCall, layoutConstant, printWidth } from "./layout.js";
import type { Module } from "./module.js";
import { Declaration } from "./symbols.js";
import type { SideMember } from "./world-writer.js";

/** A function or resource class that a world imports directly, not through an interface. */
export interface OwnImport {
  readonly key: string;
  readonly name: string;
  readonly isResource: boolean;
  /** The local name of what componentize-js provides, which throws errors. */
  readonly raw: Declaration;
  /** The exported constant, which returns errors. */
  readonly declaration: Declaration;
}

/** Declares the constants that the guest module of a world exports for its direct imports. */
export function ownImports(
  module: Module,
  world: World,
  members: readonly SideMember[],
  bindings: Bindings,
): OwnImport[] {
  return members.flatMap((member): OwnImport[] => {
    if (member.kind === "interface") return [];
    const isResource = member.kind === "resource";
    const name = isResource
      ? (bindings.model.types[member.id]?.name ?? "")
      : member.item.name;
    const what = `import \`${name}\` of \`${world.name}\``;
    const place = isResource ? { type: member.id } : { item: member.item };
    const declare = (wanted: string, isInternal: boolean): Declaration =>
      module.declare(
        new Declaration(module, wanted, what, place, {
          type: false,
          value: true,
          isInternal,
        }),
      );
    const raw = isResource ? "Class" : "Function";
    const base = isResource ? pascalCase(name) : camelCase(name);
    const declaration = declare(base, false);
    return [
      {
        key: member.key,
        name,
        isResource,
        raw: declare(`${base}${raw}`, true),
        declaration,
      },
    ];
  });
}

/** Adds the adapted direct imports of a world, which return errors instead of throwing them. */
export function addOwnImports(
  bindings: Bindings,
  module: Module,
  world: WorldBinding,
  own: readonly OwnImport[],
): void {
  const flavour = bindings.flavours[0] ?? "sync";
  module.recordSymbol(world.imports[flavour], "type");
  module.recordSymbol(world.descriptor, "value");
  for (const name of ["imported", "given"]) module.reserve(name);
  module.add((names) => {
    let text = "const given = {\n";
    for (const { key, raw } of own)
      text += entryText({ key: keyText(key), value: raw.name }, "  ");
    text += "};\n";
    const values = [names(world.descriptor), "given", "options"];
    const head = "const imported";
    const flat = `${head} = fromGuestImports(${values.join(", ")});`;
    return `${text}${flat.length <= printWidth ? flat : layoutCall(head, "fromGuestImports", values)}\n`;
  });
  for (const { key, name, isResource, declaration } of own) {
    module.add((names) => {
      const head = `export const ${declaration.name}: ${names(world.imports[flavour])}[${stringData(key)}]`;
      const value = `imported.${key}`;
      const flat = `${head} = ${value};`;
      const says = isResource
        ? `The class of \`${name}\` resources, whose functions return errors instead of throwing them.`
        : `\`${name}\`, with errors returned instead of thrown.`;
      return `/** ${says} */\n${flat.length <= printWidth ? flat : layoutConstant(head, value, "")}\n`;
    });
  }
}
