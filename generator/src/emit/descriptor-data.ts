import type { Function, Model, TypeId, TypeReference } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import { primitiveNames } from "../model/primitives.js";
import { structureText } from "../model/structure-text.js";
import {
  arrayData,
  entryText,
  indexedEntry,
  linesData,
  membersText,
  objectData,
  stringData,
  type Data,
  type Entry,
  type MemberData,
} from "./data.js";
import {
  isAsyncFunction,
  isConstructor,
  isMethod,
  plainName,
  type ResourceFunctions,
} from "./functions.js";
import { errorConvention } from "./error-convention.js";
import type { Keys } from "./keys.js";

/** Writes the parts of descriptors for types and functions; see `descriptor.ts` of the runtime. */
export class DescriptorData {
  readonly #model: Model;
  readonly #keys: Keys;
  readonly #promised: ReadonlySet<Function>;
  readonly #texts: (string | undefined)[] = [];
  readonly #inner = (reference: TypeReference): string => this.#text(reference);

  /**
   * @param keys - the TypeScript property names of fields and functions
   * @param promised - the functions that return promises in both contracts
   */
  constructor(model: Model, keys: Keys, promised: ReadonlySet<Function>) {
    this.#model = model;
    this.#keys = keys;
    this.#promised = promised;
  }

  /** A type reference in WIT syntax, as a string literal. */
  type(reference: TypeReference): string {
    return quoted(this.#text(reference));
  }

  #text(reference: TypeReference): string {
    if (typeof reference === "string") return reference;
    return (this.#texts[reference] ??= this.#textOf(reference));
  }

  #textOf(id: TypeId): string {
    const { kind, name } = typeOf(this.#model, id);
    if (name === null) return structureText(kind, this.#inner);
    return words.has(name) ? `%${name}` : name;
  }

  /** The definition of a type. Not for a type that comes by `use`; its entry refers to another descriptor. */
  definition(id: TypeId, functions: ResourceFunctions): Data {
    const { kind } = typeOf(this.#model, id);
    if (kind === "resource") return this.#resource(id, functions);
    if ("record" in kind) {
      const keys = this.#keys.fields(id);
      const fields = kind.record.fields.map(({ name, type }, index) => ({
        name,
        key: keys[index],
        type: this.type(type),
      }));
      return listing("record", "fields", fields);
    }
    if ("variant" in kind) {
      const cases = kind.variant.cases.map((item) =>
        item.type === null
          ? objectData(word("name", item.name))
          : objectData(word("name", item.name), {
              key: "type",
              value: this.type(item.type),
            }),
      );
      return objectData(word("kind", "variant"), {
        key: "cases",
        value: arrayData(cases),
      });
    }
    if ("enum" in kind) {
      const cases = arrayData(
        kind.enum.cases.map((item) => stringData(item.name)),
      );
      return objectData(word("kind", "enum"), { key: "cases", value: cases });
    }
    if ("flags" in kind) {
      const keys = this.#keys.fields(id);
      const flags = kind.flags.flags.map(({ name }, index) => ({
        name,
        key: keys[index],
      }));
      return listing("flags", "flags", flags);
    }
    return objectData(word("kind", "alias"), {
      key: "type",
      value: quoted(structureText(kind, this.#inner)),
    });
  }

  #resource(id: TypeId, functions: ResourceFunctions): Data {
    const keys = this.#keys.resource(functions);
    const entries = [
      word("kind", "resource"),
      word("key", this.#keys.member(id)),
    ];
    if (functions.constructor !== undefined) {
      entries.push({
        key: "create",
        value: this.function(functions.constructor),
      });
      if (keys.factory !== undefined)
        entries.push(word("factory", keys.factory));
    }
    entries.push({
      key: "methods",
      value: this.functions(functions.methods, keys.methods),
    });
    entries.push({
      key: "statics",
      value: this.functions(functions.statics, keys.statics),
    });
    return objectData(...entries);
  }

  /** An object with the functions by property name. */
  functions(
    functions: readonly Function[],
    keys: ReadonlyMap<Function, string>,
  ): Data {
    if (functions.length === 0) return "{}";
    return linesData((indentation) => {
      const inner = `${indentation}  `;
      let text = "{\n";
      functions.forEach((item) => {
        const key = keys.get(item) as string;
        text += entryText(indexedEntry(key, this.function(item)), inner);
      });
      return `${text}${indentation}}`;
    });
  }

  /** The description of a function. */
  function(item: Function): Data {
    return linesData((indentation) => {
      const inner = `${indentation}  `;
      const name = isConstructor(item) ? "constructor" : plainName(item);
      const parameters = isMethod(item) ? item.params.slice(1) : item.params;
      const members = parameters.map((parameter) => ({
        name: parameter.name,
        type: this.type(parameter.type),
      }));
      let text = `{\n${inner}name: ${stringData(name)},\n`;
      text += `${inner}parameters: ${membersText("parameters", members, inner)},\n`;
      if (item.result !== undefined) {
        const value = this.type(item.result);
        text += entryText({ key: "result", value }, inner);
        if (errorConvention(this.#model, item.result) === "returned")
          text += `${inner}errors: "returned",\n`;
      }
      if (isAsyncFunction(item) || this.#promised.has(item))
        text += `${inner}async: true,\n`;
      return `${text}${indentation}}`;
    });
  }
}

/** The definition of a record or of flags. With more than one member, it always spans several lines. */
function listing(
  kind: string,
  key: string,
  members: readonly MemberData[],
): Data {
  if (members.length > 1)
    return linesData((indentation) => {
      const inner = `${indentation}  `;
      const list = membersText(key, members, inner);
      return `{\n${inner}kind: ${stringData(kind)},\n${inner}${key}: ${list},\n${indentation}}`;
    });
  const elements = members.map(({ name, key: property, type }) =>
    objectData(
      word("name", name),
      ...(property === undefined ? [] : [word("key", property)]),
      ...(type === undefined ? [] : [{ key: "type", value: type }]),
    ),
  );
  return objectData(word("kind", kind), { key, value: arrayData(elements) });
}

/** The keywords of type expressions in WIT. A named type that is called like one is escaped with `%`. */
const words: ReadonlySet<string> = new Set([
  ...primitiveNames,
  "list",
  "map",
  "option",
  "result",
  "tuple",
  "future",
  "stream",
  "own",
  "borrow",
]);

/** A string literal of a type expression, which contains no character that needs an escape. */
function quoted(text: string): string {
  return `"${text}"`;
}

function word(key: string, text: string): Entry {
  return { key, value: stringData(text) };
}
