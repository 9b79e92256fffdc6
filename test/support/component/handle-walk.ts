// WebAssembly text that traverses values, and calls a function for each handle in them.
import type { Core, Layout } from "./layout.js";

/** A handle within a value. */
export interface Handle {
  readonly isOwned: boolean;
  readonly resource: number;
}

/** Returns the name of the core function to call with a handle, or `undefined` if the handle is skipped. */
export type Act = (handle: Handle) => string | undefined;

/** Writes the code that traverses values. Each list is traversed by a function of its own. */
export class HandleWalk {
  readonly #act: Act;
  readonly #replaces: boolean;
  readonly #name: string;
  /** The text of the functions that the code calls. */
  readonly functions: string[] = [];

  /**
   * @param name - the prefix of the functions' names. Must be unique in the module.
   * @param replaces - whether the functions that `act` names return a handle that replaces the given one.
   */
  constructor(name: string, act: Act, replaces: boolean) {
    this.#name = name;
    this.#act = act;
    this.#replaces = replaces;
  }

  /**
   * The code for a value whose core values are in locals.
   *
   * @param first - the index of the first local.
   * @param types - the types of the locals from there on. In a variant, they may be wider than the types of a case.
   */
  flat(layout: Layout, first: number, types: readonly Core[]): string {
    if (!this.#concerns(layout)) return "";
    const { shape } = layout;
    switch (shape.kind) {
      case "plain":
        return "";
      case "handle": {
        const isWide = types[0] === "i64";
        const local = `(local.get ${first})`;
        const handle = isWide ? `(i32.wrap_i64 ${local})` : local;
        const call = `(call ${this.#act(shape) ?? ""} ${handle})`;
        if (!this.#replaces) return call;
        return `(local.set ${first} ${isWide ? `(i64.extend_i32_u ${call})` : call})`;
      }
      case "fields": {
        let at = 0;
        return shape.fields
          .map(({ layout: field }) => {
            const code = this.flat(field, first + at, types.slice(at));
            at += field.flat.length;
            return code;
          })
          .join("");
      }
      case "cases":
        return shape.cases
          .map((one, index) =>
            one === undefined || !this.#concerns(one)
              ? ""
              : `(if (i32.eq (local.get ${first}) (i32.const ${index})) (then ${this.flat(one, first + 1, types.slice(1))}))`,
          )
          .join("");
      case "list": {
        const narrow = (index: number): string =>
          types[index] === "i64"
            ? `(i32.wrap_i64 (local.get ${first + index}))`
            : `(local.get ${first + index})`;
        return `(call ${this.#list(shape.element)} ${narrow(0)} ${narrow(1)})`;
      }
    }
  }

  /** The code for a value in memory. `address` is an expression. */
  memory(layout: Layout, address: string): string {
    if (!this.#concerns(layout)) return "";
    const { shape } = layout;
    const at = (offset: number): string =>
      `(i32.add ${address} (i32.const ${offset}))`;
    switch (shape.kind) {
      case "plain":
        return "";
      case "handle": {
        const call = `(call ${this.#act(shape) ?? ""} (i32.load ${address}))`;
        return this.#replaces ? `(i32.store ${address} ${call})` : call;
      }
      case "fields":
        return shape.fields
          .map((field) => this.memory(field.layout, at(field.at)))
          .join("");
      case "cases": {
        const load = { 1: "i32.load8_u", 2: "i32.load16_u" }[shape.tagSize];
        return shape.cases
          .map((one, index) =>
            one === undefined || !this.#concerns(one)
              ? ""
              : `(if (i32.eq (${load ?? "i32.load"} ${address}) (i32.const ${index})) (then ${this.memory(one, at(shape.payloadAt))}))`,
          )
          .join("");
      }
      case "list":
        return `(call ${this.#list(shape.element)} (i32.load ${address}) (i32.load ${at(4)}))`;
    }
  }

  /** Adds a function that traverses the elements of a list, and returns its name. */
  #list(element: Layout): string {
    const name = `$${this.#name}_${this.functions.length}`;
    // Reserve the index before nested lists add their functions.
    const index = this.functions.push("") - 1;
    this.functions[index] =
      `(func ${name} (param $at i32) (param $left i32) (loop $next (if (local.get $left) (then ` +
      this.memory(element, "(local.get $at)") +
      `(local.set $at (i32.add (local.get $at) (i32.const ${element.size}))) (local.set $left (i32.sub (local.get $left) (i32.const 1))) (br $next)))))`;
    return name;
  }

  /** Whether a value may contain a handle that is not skipped. */
  #concerns({ shape }: Layout): boolean {
    switch (shape.kind) {
      case "plain":
        return false;
      case "handle":
        return this.#act(shape) !== undefined;
      case "fields":
        return shape.fields.some(({ layout }) => this.#concerns(layout));
      case "cases":
        return shape.cases.some(
          (one) => one !== undefined && this.#concerns(one),
        );
      case "list":
        return this.#concerns(shape.element);
    }
  }
}
