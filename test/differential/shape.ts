import {
  type Function,
  type Interface,
  type Model,
  type TypeReference,
  type World,
  type WorldItem,
} from "../../generator/src/model/model.js";
import {
  externName,
  functionForm,
  interfaceName,
  interfaceOf,
  typeOf,
} from "../../generator/src/model/queries.js";

/**
 * Describes a world without the ids of its model, so that two models of the world can be compared: its imports and
 * exports in order, and each interface that they refer to once. Documentation and gates are omitted, because a binary
 * does not contain them.
 */
export function shapeOfWorld(model: Model, world: World): unknown {
  const shaper = new Shaper(model);
  const sides = [world.imports, world.exports].map((side) =>
    [...side].map(([key, item]) => {
      const name = externName(model, key, side);
      return [name, shaper.item(name, item)];
    }),
  );
  return { sides, interfaces: Object.fromEntries(shaper.interfaces) };
}

class Shaper {
  readonly #model: Model;
  readonly interfaces = new Map<string, unknown>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** @param name the item's name in the world: the label of an interface, or else its full name. */
  item(name: string, item: WorldItem): unknown {
    if ("function" in item) return this.#function(item.function);
    if ("type" in item)
      return {
        type: this.#definition(item.type),
        ...externalId(this.#type(item.type)),
      };
    const { id } = item.interface;
    const fullName = interfaceName(this.#model, id);
    const found = interfaceOf(this.#model, id);
    if (fullName === undefined)
      return { inline: this.#interface(found), ...externalId(item.interface) };
    // Add the key before the interface is processed, so that the order is that of first references.
    if (!this.interfaces.has(fullName)) {
      this.interfaces.set(fullName, undefined);
      this.interfaces.set(fullName, this.#interface(found));
    }
    return {
      interface: fullName,
      isLabelled: name !== fullName,
      ...externalId(item.interface),
    };
  }

  #interface({ types, functions }: Interface): unknown {
    return {
      types: [...types].map(([name, id]) => [
        name,
        this.#definition(id),
        externalId(this.#type(id)),
      ]),
      functions: [...functions]
        .sort(([, one], [, other]) => this.#group(one) - this.#group(other))
        .map(([name, item]) => [name, this.#function(item)]),
    };
  }

  /** WIT text contains the functions of a resource in the resource, and all others after the types. */
  #group({ kind }: Function): number {
    return functionForm(kind).resource ?? this.#model.types.length;
  }

  #type(id: number): ReturnType<typeof typeOf> {
    return typeOf(this.#model, id);
  }

  #function(item: Function): unknown {
    const { form, isAsync, resource } = functionForm(item.kind);
    return {
      name: item.name,
      form,
      isAsync,
      resource: resource === undefined ? undefined : this.#reference(resource),
      params: item.params.map(({ name, type }) => [
        name,
        this.#reference(type),
      ]),
      result:
        item.result === undefined ? undefined : this.#reference(item.result),
      ...externalId(item),
    };
  }

  /** Describes a named type by its name and owner, and any other type by its structure. */
  #reference(reference: TypeReference): unknown {
    if (typeof reference === "string") return reference;
    const { name, owner } = this.#type(reference);
    if (name === null) return this.#definition(reference);
    if (owner === null) throw new Error(`${name} stands nowhere`);
    const place =
      "interface" in owner
        ? (interfaceName(this.#model, owner.interface) ?? "inline")
        : "world";
    return `${place}.${name}`;
  }

  #definition(id: number): unknown {
    const { kind } = this.#type(id);
    if (typeof kind === "string") return kind;
    if ("record" in kind)
      return {
        record: kind.record.fields.map(({ name, type }) => [
          name,
          this.#reference(type),
        ]),
      };
    if ("flags" in kind)
      return { flags: kind.flags.flags.map(({ name }) => name) };
    if ("enum" in kind)
      return { enum: kind.enum.cases.map(({ name }) => name) };
    if ("variant" in kind)
      return {
        variant: kind.variant.cases.map(({ name, type }) => [
          name,
          this.#optional(type),
        ]),
      };
    if ("tuple" in kind)
      return { tuple: kind.tuple.types.map((type) => this.#reference(type)) };
    if ("fixed-length-list" in kind) {
      const [type, length] = kind["fixed-length-list"];
      return { list: this.#reference(type), length };
    }
    if ("map" in kind)
      return { map: kind.map.map((type) => this.#reference(type)) };
    if ("result" in kind)
      return {
        result: [
          this.#optional(kind.result.ok),
          this.#optional(kind.result.err),
        ],
      };
    if ("handle" in kind)
      return "own" in kind.handle
        ? { own: this.#reference(kind.handle.own) }
        : { borrow: this.#reference(kind.handle.borrow) };
    return Object.fromEntries(
      Object.entries(kind as Record<string, TypeReference | null>).map(
        ([word, type]) => [word, this.#optional(type)],
      ),
    );
  }

  #optional(type: TypeReference | null): unknown {
    return type === null ? null : this.#reference(type);
  }
}

function externalId({ external_id }: { readonly external_id?: string }): {
  external_id?: string;
} {
  return external_id === undefined ? {} : { external_id };
}
