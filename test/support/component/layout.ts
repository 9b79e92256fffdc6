// The layout of WIT types in a component's memory, and their core values. This is a second implementation of the
// canonical ABI: it uses the generator's model and not the runtime's descriptors, so that each implementation checks
// the other.
import type {
  Model,
  TypeReference,
} from "../../../generator/src/model/model.js";
import {
  resolveAlias,
  resolveAliasId,
} from "../../../generator/src/emit/resolve-alias.js";

/** A core WebAssembly type. */
export type Core = "i32" | "i64" | "f32" | "f64";

/** The canonical ABI's view of a type. */
export interface Layout {
  readonly size: number;
  readonly align: number;
  readonly flat: readonly Core[];
  /** Set for signed integers of 8 or 16 bits. */
  readonly signed?: true;
  readonly shape: Shape;
}

/** The structure of a value, in as much detail as is needed to find the handles in it. */
export type Shape =
  | { readonly kind: "plain" }
  | {
      readonly kind: "handle";
      readonly isOwned: boolean;
      /** The id of the resource itself, not of an alias. */
      readonly resource: number;
    }
  | { readonly kind: "fields"; readonly fields: readonly Placed[] }
  | {
      readonly kind: "cases";
      /** The size of the discriminant in bytes. */
      readonly tagSize: number;
      readonly payloadAt: number;
      readonly cases: readonly (Layout | undefined)[];
    }
  | { readonly kind: "list"; readonly element: Layout };

/** A part of a value, and its offset. */
export interface Placed {
  readonly at: number;
  readonly layout: Layout;
}

/** The layout of a type. */
export function layoutOf(model: Model, reference: TypeReference): Layout {
  const kind = resolveAlias(model, reference);
  if (kind === "resource") throw new Error("a resource is no value");
  if (typeof kind === "string") return primitive(kind);
  const of = (part: TypeReference): Layout => layoutOf(model, part);
  if ("record" in kind)
    return fieldsLayout(kind.record.fields.map(({ type }) => of(type)));
  if ("tuple" in kind) return fieldsLayout(kind.tuple.types.map(of));
  if ("fixed-length-list" in kind) {
    const [element, length] = kind["fixed-length-list"];
    return fieldsLayout(Array.from({ length }, () => of(element)));
  }
  if ("list" in kind) return listLayout(of(kind.list));
  if ("map" in kind) return listLayout(fieldsLayout(kind.map.map(of)));
  if ("option" in kind) return casesLayout([undefined, of(kind.option)]);
  if ("result" in kind)
    return casesLayout(
      [kind.result.ok, kind.result.err].map((one) =>
        one === null ? undefined : of(one),
      ),
    );
  if ("variant" in kind)
    return casesLayout(
      kind.variant.cases.map(({ type }) =>
        type === null ? undefined : of(type),
      ),
    );
  if ("enum" in kind) return casesLayout(kind.enum.cases.map(() => undefined));
  if ("flags" in kind) {
    const count = kind.flags.flags.length;
    return plain(count <= 8 ? 1 : count <= 16 ? 2 : 4, "i32");
  }
  if ("handle" in kind) {
    const isOwned = "own" in kind.handle;
    const resource = resolveAliasId(
      model,
      "own" in kind.handle ? kind.handle.own : kind.handle.borrow,
    );
    return {
      ...plain(4, "i32"),
      shape: { kind: "handle", isOwned, resource },
    };
  }
  // Streams and futures, whose handles are passed on unchanged.
  return plain(4, "i32");
}

function primitive(name: string): Layout {
  switch (name) {
    case "bool":
    case "u8":
      return plain(1, "i32");
    case "s8":
      return { ...plain(1, "i32"), signed: true };
    case "u16":
      return plain(2, "i32");
    case "s16":
      return { ...plain(2, "i32"), signed: true };
    case "u64":
    case "s64":
      return plain(8, "i64");
    case "f32":
      return plain(4, "f32");
    case "f64":
      return plain(8, "f64");
    case "string":
      return { ...plain(4, "i32", "i32"), size: 8 };
    default:
      return plain(4, "i32");
  }
}

function plain(size: number, ...flat: Core[]): Layout {
  return { size, align: size, flat, shape: { kind: "plain" } };
}

function listLayout(element: Layout): Layout {
  return {
    size: 8,
    align: 4,
    flat: ["i32", "i32"],
    shape: { kind: "list", element },
  };
}

/** The layout of consecutive values. */
export function fieldsLayout(parts: readonly Layout[]): Layout {
  let end = 0;
  let align = 1;
  const fields = parts.map((layout) => {
    const at = alignTo(end, layout.align);
    end = at + layout.size;
    align = Math.max(align, layout.align);
    return { at, layout };
  });
  return {
    size: alignTo(end, align),
    align,
    flat: parts.flatMap(({ flat }) => flat),
    shape: { kind: "fields", fields },
  };
}

function casesLayout(cases: readonly (Layout | undefined)[]): Layout {
  const tagSize = cases.length <= 256 ? 1 : cases.length <= 65_536 ? 2 : 4;
  const payloads = cases.filter((one) => one !== undefined);
  const payloadAlign = Math.max(1, ...payloads.map(({ align }) => align));
  const payloadAt = alignTo(tagSize, payloadAlign);
  const align = Math.max(tagSize, payloadAlign);
  const joined: Core[] = [];
  for (const { flat } of payloads)
    for (const [index, type] of flat.entries())
      joined[index] = joinCores(joined[index] ?? type, type);
  return {
    size: alignTo(
      payloadAt + Math.max(0, ...payloads.map(({ size }) => size)),
      align,
    ),
    align,
    flat: ["i32", ...joined],
    shape: { kind: "cases", tagSize, payloadAt, cases },
  };
}

function joinCores(a: Core, b: Core): Core {
  if (a === b) return a;
  return a.endsWith("32") && b.endsWith("32") ? "i32" : "i64";
}

function alignTo(at: number, align: number): number {
  return Math.ceil(at / align) * align;
}
