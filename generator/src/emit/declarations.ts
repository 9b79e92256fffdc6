import type { Docs, Model, TypeDefinition, TypeId } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import { stringData } from "./data.js";
import { documentationText, twinDocumentation } from "./documentation.js";
import { textType, type TypeExpression } from "./expression.js";
import { flatType, type Names } from "./flat.js";
import type { Keys } from "./keys.js";
import {
  layoutAlias,
  layoutConstant,
  layoutProperty,
  printWidth,
} from "./layout.js";
import type { Module } from "./module.js";
import { memberOwnership } from "./ownership.js";
import { isOptional } from "./resolve-alias.js";
import type { Declaration } from "./symbols.js";
import type { Flavour, TypeMapper } from "./type-mapper.js";
import { constructorsText, valueText } from "./type-values.js";

type Kind<K extends string> = Extract<
  Exclude<TypeDefinition["kind"], "resource">,
  Record<K, unknown>
>;

/** Writes the declarations of named types, except resources and types that come by `use`. */
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
   * @param sync - for an asynchronous form, the declaration of the synchronous form if that is generated too
   */
  add(
    module: Module,
    id: TypeId,
    declaration: Declaration,
    flavour: Flavour,
    sync?: Declaration,
  ): void {
    const definition = typeOf(this.#model, id);
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
      module.recordType(type);
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
      if (payload !== undefined) module.recordType(payload);
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
      const constructors = constructorsText(
        this.#model,
        name,
        variant.cases.map((item, index) => ({
          ...item,
          key: keys[index] ?? "",
          payload: payloads[index],
        })),
        names,
      );
      return `${docs}${type}${docs}${constructors}`;
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
      const values = cases.map(({ name, docs }, index) => ({
        key: keys[index] ?? "",
        value: name,
        docs,
      }));
      return `${docs}${type}${docs}${valueText(declaration.name, values)}`;
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
      const values = flags.map(({ docs }, index) => ({
        key: cases[index] ?? "",
        value: fields[index] ?? "",
        docs,
      }));
      return `${text}${documentationText(definition, "")}${valueText(declaration.name, values)}`;
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
    module.recordType(type);
    const value =
      declaration.hasValue && type.kind === "name" ? type.symbol : undefined;
    if (value !== undefined) module.recordSymbol(value, "value");
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

/** The documentation of a type with a list of its documented cases, for a type without a constant that documents them. */
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

/** `key: type;` in an interface, on one line or, if it is too wide, on several. */
export function propertyText(
  key: string,
  type: TypeExpression,
  names: Names,
  indentation: string,
): string {
  const flat = `${indentation}${key}: ${flatType(type, names)};`;
  return `${flat.length <= printWidth ? flat : layoutProperty(key, type, names, indentation)}\n`;
}

/** `export type Name = type;`; `head` is the text in front of `=`. */
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
