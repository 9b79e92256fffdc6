// WebAssembly text that loads values from memory as core values, and stores core values in memory. A component that is
// lifted and lowered asynchronously needs this, because it receives results in memory but returns them as core values.
import type { Core, Layout } from "./layout.js";
import { clause } from "./wat.js";

/** Writes functions that load and store values of given layouts. */
export class FlatMemory {
  readonly #name: string;
  /** The text of the functions written so far. */
  readonly functions: string[] = [];

  /** @param name - the prefix of the functions' names. No other function of the module may begin with it. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Adds a function that takes an address and returns the core values of the value there. Returns its name. */
  load(layout: Layout): string {
    return this.#add(
      `(param $at i32)${clause("result", layout.flat)}`,
      this.#loading(layout),
    );
  }

  /** Adds a function that takes an address and core values, and stores the value there. Returns its name. */
  store(layout: Layout): string {
    return this.#add(
      clause("param", ["i32", ...layout.flat]),
      this.#storing(layout),
    );
  }

  #add(signature: string, body: string): string {
    const name = `$${this.#name}_${this.functions.length}`;
    this.functions.push(`(func ${name} ${signature} ${body})`);
    return name;
  }

  #loading({ shape, size, flat, signed }: Layout): string {
    switch (shape.kind) {
      case "plain":
      case "handle":
      case "list":
        return flat
          .map((type, index) => {
            const width = size / flat.length;
            const narrow =
              width < 4 ? `${width * 8}_${signed === true ? "s" : "u"}` : "";
            return `(${type}.load${narrow} offset=${index * width} (local.get 0))`;
          })
          .join(" ");
      case "fields":
        return shape.fields
          .map(({ at, layout }) => `(call ${this.load(layout)} ${address(at)})`)
          .join(" ");
      case "cases": {
        const { tagSize, payloadAt, cases } = shape;
        const joined = flat.slice(1);
        const tag = `(i32.load${tagSize < 4 ? `${tagSize * 8}_u` : ""} (local.get 0))`;
        const zeros = (types: readonly Core[]): string =>
          types.map((type) => `(${type}.const 0)`).join(" ");
        // The payload of each case, converted to the core types that all cases share, and padded with zeros.
        const payload = cases.reduceRight<string>((others, one, index) => {
          if (one === undefined) return others;
          const values = `(call ${this.#widened(one, joined)} ${address(payloadAt)}) ${zeros(joined.slice(one.flat.length))}`;
          return `(if${clause("result", joined)} (i32.eq ${tag} (i32.const ${index})) (then ${values}) (else ${others}))`;
        }, zeros(joined));
        return `${tag} ${payload}`;
      }
    }
  }

  /** Adds a function that loads a payload as the core types that all cases share. Returns its name. */
  #widened(layout: Layout, joined: readonly Core[]): string {
    const { flat } = layout;
    const locals = flat.map((_, index) => index + 1);
    const types = joined.slice(0, flat.length);
    const body =
      `(call ${this.load(layout)} (local.get 0))` +
      [...locals]
        .reverse()
        .map((local) => `(local.set ${local})`)
        .join("") +
      types
        .map((type, index) =>
          converted(`(local.get ${index + 1})`, flat[index] ?? type, type),
        )
        .join(" ");
    return this.#add(
      `(param i32)${clause("result", types)}${clause("local", flat)}`,
      body,
    );
  }

  #storing({ shape, size, flat }: Layout): string {
    switch (shape.kind) {
      case "plain":
      case "handle":
      case "list":
        return flat
          .map((type, index) => {
            const width = size / flat.length;
            const narrow = width < 4 ? String(width * 8) : "";
            return `(${type}.store${narrow} offset=${index * width} (local.get 0) (local.get ${index + 1}))`;
          })
          .join("");
      case "fields": {
        let next = 1;
        return shape.fields
          .map(({ at, layout }) => {
            const values = layout.flat.map(() => `(local.get ${next++})`);
            return `(call ${this.store(layout)} ${address(at)} ${values.join(" ")})`;
          })
          .join("");
      }
      case "cases": {
        const { tagSize, payloadAt, cases } = shape;
        const tag = `(i32.store${tagSize < 4 ? String(tagSize * 8) : ""} (local.get 0) (local.get 1))`;
        const payloads = cases.map((one, index) => {
          if (one === undefined) return "";
          const values = one.flat.map((type, at) =>
            converted(`(local.get ${at + 2})`, flat[at + 1] ?? type, type),
          );
          return `(if (i32.eq (local.get 1) (i32.const ${index})) (then (call ${this.store(one)} ${address(payloadAt)} ${values.join(" ")})))`;
        });
        return tag + payloads.join("");
      }
    }
  }
}

function address(offset: number): string {
  return `(i32.add (local.get 0) (i32.const ${offset}))`;
}

/** Converts a core value between its own type and the type that all cases of a variant share. The bits are preserved. */
function converted(value: string, from: Core, to: Core): string {
  if (from === to) return value;
  const isWider = to === "i64";
  const isNarrower = from === "i64";
  if (isNarrower) {
    if (to === "f64") return `(f64.reinterpret_i64 ${value})`;
    return converted(`(i32.wrap_i64 ${value})`, "i32", to);
  }
  if (isWider) {
    if (from === "f64") return `(i64.reinterpret_f64 ${value})`;
    return `(i64.extend_i32_u ${converted(value, from, "i32")})`;
  }
  return to === "i32"
    ? `(i32.reinterpret_f32 ${value})`
    : `(f32.reinterpret_i32 ${value})`;
}
