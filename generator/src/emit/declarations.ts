import type { Docs, Model, TypeDefinition, TypeId } from "../model/model.js";
import { entryText, stringData } from "./data.js";
import { documentationText, twinDocumentation } from "./documentation.js";
import {
  textType,
  withoutUndefined,
  type TypeExpression,
} from "./expression.js";
import { flatType, type Names } from "./flat.js";
import type { Keys } from "./keys.js";
import {
  layoutAlias,
  layoutCaseConstructor,
  layoutConstant,
  layoutProperty,
  printWidth,
} from "./layout.js";
import type { Module } from "./module.js";
import { memberOwnership } from "./ownership.js";
import { definitionOf, isOptional } from "./resolve-alias.js";
import { flatParameters } from "./signature.js";
import type { Declaration } from "./symbols.js";
import type { Flavour, TypeMapper } from "./type-mapper.js";

type Kind<K extends string> = Extract<
  Exclude<TypeDefinition["kind"], "resource">,
  Record<K, unknown>
>;

/** Writes the declarations of named types: all but resources, and what comes by `use`. */
export class TypeDeclarationWriter {
  readonly #model: Model;
  readonly #types: TypeMapper;
  readonly #keys: Keys;

  constructor(model: Model, types: TypeMapper, keys: Keys) {
    this.#model = model;
    this.#types = types;
    this.#keys = keys;
  }

  /**
   * Adds the declaration of a type to its module.
   *
   * @param sync - for an asynchronous form, the synchronous one beside it
   */
  add(
    module: Module,
    id: TypeId,
    declaration: Declaration,
    flavour: Flavour,
    sync?: Declaration,
  ): void {
    const definition = definitionOf(this.#model, id);
    const { kind } = definition;
    if (kind === "resource")
      throw new Error("resources are written with their functions");
    if ("record" in kind)
      this.#record(module, id, definition, kind, declaration, flavour, sync);
    else if ("variant" in kind)
      this.#variant(module, id, definition, kind, declaration, flavour, sync);
    else if ("enum" in kind)
      this.#enum(module, id, definition, kind, declaration);
    else if ("flags" in kind)
      this.#flags(module, id, definition, kind, declaration);
    else this.#alias(module, id, definition, declaration, flavour, sync);
  }

  #record(
    module: Module,
    id: TypeId,
    definition: TypeDefinition,
    { record }: Kind<"record">,
    declaration: Declaration,
    flavour: Flavour,
    sync: Declaration | undefined,
  ): void {
    const keys = this.#keys.fields(id);
    const types = record.fields.map((field) =>
      this.#types.typeOf(field.type, flavour),
    );
    types.forEach((type) => {
      module.mention(type);
    });
    const optional = record.fields.map((field) =>
      isOptional(this.#model, field.type),
    );
    module.add((names) => {
      const base = names.indentation;
      const documentation = twinDocumentation(definition, sync?.name);
      let text = `${documentationText(documentation, base)}${base}export interface ${declaration.name} {`;
      if (record.fields.length === 0) return `${text}}\n`;
      text += "\n";
      record.fields.forEach((field, index) => {
        const key = `${keys[index] ?? ""}${optional[index] === true ? "?" : ""}`;
        const { docs } = field;
        const remark = memberOwnership(this.#model, field.type);
        text +=
          documentationText({ docs, remark }, `${base}  `) +
          propertyText(key, types[index] as TypeExpression, names, `${base}  `);
      });
      return `${text}${base}}\n`;
    });
  }

  #variant(
    module: Module,
    id: TypeId,
    definition: TypeDefinition,
    { variant }: Kind<"variant">,
    declaration: Declaration,
    flavour: Flavour,
    sync: Declaration | undefined,
  ): void {
    const keys = this.#keys.cases(id);
    const payloads = variant.cases.map(({ type }) =>
      type === null ? undefined : this.#types.typeOf(type, flavour),
    );
    payloads.forEach((payload) => {
      if (payload !== undefined) module.mention(payload);
    });
    const members = variant.cases.map(({ name }, index): TypeExpression => {
      const tag = { key: "tag", type: textType(stringData(name)) };
      const payload = payloads[index];
      return {
        kind: "object",
        properties:
          payload === undefined ? [tag] : [tag, { key: "val", type: payload }],
      };
    });
    const union: TypeExpression =
      members.length === 1
        ? (members[0] as TypeExpression)
        : { kind: "union", members };
    module.add((names) => {
      const { name } = declaration;
      const type = aliasText(`export type ${name}`, union, names);
      if (!declaration.hasValue) {
        return casesText(definition, variant.cases, names) + type;
      }
      const documentation = twinDocumentation(definition, sync?.name);
      const docs = documentationText(documentation, "");
      const { open, inner, close } = constantFrame(name);
      let text = `${docs}${type}${docs}${open}`;
      variant.cases.forEach((item, index) => {
        const payload = payloads[index];
        const parameters =
          payload === undefined || item.type === null
            ? []
            : [
                {
                  name: "val",
                  optional: isOptional(this.#model, item.type),
                  type: withoutUndefined(payload),
                },
              ];
        const properties = [
          `tag: ${stringData(item.name)}`,
          ...(payload === undefined ? [] : ["val"]),
        ];
        const { docs: says } = item;
        const remark = memberOwnership(this.#model, item.type);
        text += documentationText({ docs: says, remark }, inner);
        const key = keys[index] ?? "";
        const flat = `${inner}${key}: (${flatParameters(parameters, names)}): ${name} => ({ ${properties.join(", ")} }),`;
        text +=
          flat.length <= printWidth
            ? flat
            : layoutCaseConstructor(
                key,
                parameters,
                name,
                properties,
                names,
                inner,
              );
        text += "\n";
      });
      return text + close;
    });
  }

  #enum(
    module: Module,
    id: TypeId,
    definition: TypeDefinition,
    kind: Kind<"enum">,
    declaration: Declaration,
  ): void {
    const keys = this.#keys.cases(id);
    const { cases } = kind.enum;
    const literals = cases.map(({ name }) => textType(stringData(name)));
    const union: TypeExpression =
      literals.length === 1
        ? (literals[0] as TypeExpression)
        : { kind: "union", members: literals };
    module.add((names) => {
      const type = aliasText(`export type ${declaration.name}`, union, names);
      if (!declaration.hasValue)
        return casesText(definition, cases, names) + type;
      const docs = documentationText(definition, "");
      return `${docs}${type}${docs}${valueText(declaration.name, cases, keys, (_, index) => cases[index]?.name ?? "")}`;
    });
  }

  #flags(
    module: Module,
    id: TypeId,
    definition: TypeDefinition,
    kind: Kind<"flags">,
    declaration: Declaration,
  ): void {
    const fields = this.#keys.fields(id);
    const cases = this.#keys.cases(id);
    const { flags } = kind.flags;
    module.add((names) => {
      const base = names.indentation;
      let text = `${documentationText(definition, base)}${base}export interface ${declaration.name} {`;
      if (flags.length > 0) text += "\n";
      flags.forEach((flag, index) => {
        text += documentationText(flag, `${base}  `);
        text += propertyText(
          `${fields[index] ?? ""}?`,
          textType("boolean"),
          names,
          `${base}  `,
        );
      });
      text += flags.length > 0 ? `${base}}\n` : "}\n";
      if (!declaration.hasValue) return text;
      return `${text}${documentationText(definition, "")}${valueText(declaration.name, flags, cases, (_, index) => fields[index] ?? "")}`;
    });
  }

  #alias(
    module: Module,
    id: TypeId,
    definition: TypeDefinition,
    declaration: Declaration,
    flavour: Flavour,
    sync: Declaration | undefined,
  ): void {
    const type = this.#types.bodyOf(id, flavour);
    module.mention(type);
    const value =
      declaration.hasValue && type.kind === "name" ? type.symbol : undefined;
    if (value !== undefined) module.mentionSymbol(value, "value");
    module.add((names) => {
      const { name } = declaration;
      const text =
        documentationText(
          twinDocumentation(definition, sync?.name),
          names.indentation,
        ) + aliasText(`export type ${name}`, type, names);
      return value === undefined
        ? text
        : text + constantText(name, names(value));
    });
  }
}

/** The documentation of a type and, in a list, of its cases: for a type without a value beside it. */
function casesText(
  definition: TypeDefinition,
  cases: readonly { readonly name: string; readonly docs?: Docs }[],
  names: Names,
): string {
  const lines = definition.docs === undefined ? [] : [definition.docs.contents];
  const documented = cases.filter(({ docs }) => docs !== undefined);
  if (lines.length > 0 && documented.length > 0) lines.push("");
  for (const { name, docs } of documented) {
    lines.push(
      `- \`${name}\`: ${(docs?.contents ?? "").replaceAll("\n", "\n  ")}`,
    );
  }
  const docs = lines.length === 0 ? undefined : { contents: lines.join("\n") };
  return documentationText(
    { docs, stability: definition.stability },
    names.indentation,
  );
}

/** The value beside an enum or flags. */
function valueText(
  name: string,
  items: readonly {
    readonly name: string;
    readonly docs?: { readonly contents: string };
  }[],
  keys: readonly string[],
  valueOf: (item: string, index: number) => string,
): string {
  if (items.length === 0) return `export const ${name} = {} as const;\n`;
  const { open, inner, close } = constantFrame(name);
  let text = open;
  items.forEach((item, index) => {
    text += documentationText(item, inner);
    const key = keys[index] ?? "";
    const value = stringData(valueOf(item.name, index));
    text += entryText({ key, value }, inner);
  });
  return text + close;
}

/** What stands around the entries of `export const Name = { … } as const;`, and in front of each. */
function constantFrame(name: string): {
  open: string;
  inner: string;
  close: string;
} {
  const head = `export const ${name} =`;
  return head.length + " {".length <= printWidth
    ? { open: `${head} {\n`, inner: "  ", close: "} as const;\n" }
    : { open: `${head}\n  {\n`, inner: "    ", close: "  } as const;\n" };
}

/** `key: type;` as a line of an interface, or several where it is too wide. */
export function propertyText(
  key: string,
  type: TypeExpression,
  names: Names,
  indentation: string,
): string {
  const flat = `${indentation}${key}: ${flatType(type, names)};`;
  return `${flat.length <= printWidth ? flat : layoutProperty(key, type, names, indentation)}\n`;
}

/** `export type Name = type;` */
export function aliasText(
  head: string,
  type: TypeExpression,
  names: Names,
): string {
  const { indentation } = names;
  const flat = `${indentation}${head} = ${flatType(type, names)};`;
  return `${flat.length <= printWidth ? flat : layoutAlias(head, type, names, indentation)}\n`;
}

/** `export const Name: typeof Other = Other;` */
function constantText(name: string, value: string): string {
  const head = `export const ${name}: typeof ${value}`;
  const flat = `${head} = ${value};`;
  return `${flat.length <= printWidth ? flat : layoutConstant(head, value, "")}\n`;
}
