// Packages with random items whose names are chosen to collide.
import type { Resolved } from "./model.js";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";
import { Random } from "../random.js";
import { randomDocs } from "./random-docs.js";

/**
 * Reserved words, globals, names of the runtime, names that differ only in case or dashes, and names with suffixes that
 * the generator adds.
 */
const names =
  `array async async-foo async-foo-constructor async-foo-imports await big-int64-array borrow char class con
  component-instance constructor default delete disposable enum error eval export export-foo export-functions foo
  foo-bar FOO-bar foo-constructor foo-exports foo-imports foo-module from-jco-exports function functions global-this
  has-own-property http-error HTTP-error imported index instantiate interface interface-0 interface-1
  interface-descriptor jco-imports kind list map name new object ok option options package promise promise-like
  prototype proto readonly record result root root-module set static string symbol tag then this to-string tuple
  types u8 u8-1 uint8-array undefined val value-of world-descriptor x y yield z a-b a-B A-B a1 a-1
  set-language-server-installation-status get-insufficient-permissions-for-operation`.split(
    /\s+/,
  );

const primitives = [
  "bool",
  "u8",
  "u32",
  "u64",
  "s8",
  "s16",
  "s64",
  "f32",
  "f64",
  "char",
  "string",
] as const;

/** A type that other items can use. One that may contain a borrowed resource must not be used in a result. */
interface Known {
  readonly name: string;
  readonly kind: "value" | "resource" | "borrowing";
}

interface KnownInterface {
  readonly name: string;
  readonly types: readonly Known[];
}

/** The text of a file with two packages. The same seed gives the same text. Not every text is valid. */
export function randomPackage(seed: number): string {
  const maker = new PackageMaker(new Random(seed));
  const own = maker.items();
  const other = new PackageMaker(new Random(seed + 0x10000)).items();
  return `package test:hostile@1.0.0;\n${own}package test:hostile@2.0.0 {\n${other}}\n`;
}

/** Yields the given number of valid packages, starting with the first seed. */
export function* randomPackages(
  count: number,
): Generator<{ readonly seed: number; readonly text: string } & Resolved> {
  for (let seed = 1, found = 0; found < count; seed++) {
    const text = randomPackage(seed);
    const { model, origins } = resolve(new SourceFile("random.wit", text), {
      features: "all",
    });
    if (model === undefined || origins === undefined) continue;
    found++;
    yield { seed, text, model, origins };
  }
}

class PackageMaker {
  readonly #random: Random;
  readonly #interfaces: KnownInterface[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  #oneIn(count: number): boolean {
    return this.#random.below(count) === 0;
  }

  #times(counts: readonly number[], make: () => string): string[] {
    return Array.from({ length: this.#random.pick(counts) }, make);
  }

  /** A name that is not taken, regardless of case. */
  #name(taken: Set<string>): string {
    let name = this.#random.pick(names);
    while (taken.has(name.toLowerCase())) name = `${name}-x`;
    taken.add(name.toLowerCase());
    return name;
  }

  /** A random doc comment for an item, or nothing. */
  #docs(): string {
    return this.#oneIn(4) ? randomDocs(this.#random) : "";
  }

  /** The interfaces and worlds of a package. */
  items(): string {
    const taken = new Set<string>();
    const interfaces = this.#times([2, 3, 4], () => {
      const name = this.#name(taken);
      const types: Known[] = [];
      const text = `${this.#docs()}interface %${name} {\n${this.#body(types)}}\n`;
      this.#interfaces.push({ name, types });
      return text;
    });
    const worlds = this.#times([1, 2], () => this.#world(this.#name(taken)));
    return [...interfaces, ...worlds].join("");
  }

  #body(types: Known[]): string {
    const taken = new Set<string>();
    return [
      this.#uses(types, taken),
      ...this.#times([1, 3, 6], () => this.#definition(types, taken)),
      ...this.#times(
        [0, 1, 3],
        () =>
          `${this.#docs()}%${this.#name(taken)}: ${this.#function(types)};\n`,
      ),
    ].join("");
  }

  #uses(types: Known[], taken: Set<string>): string {
    if (this.#interfaces.length === 0 || this.#oneIn(2)) return "";
    const from = this.#random.pick(this.#interfaces);
    if (from.types.length === 0) return "";
    const used = this.#random.pick(from.types);
    const name = this.#name(taken);
    types.push({ name, kind: used.kind });
    return `use %${from.name}.{%${used.name} as %${name}};\n`;
  }

  #world(name: string): string {
    const types: Known[] = [];
    const imports = new Set<string>();
    const exports = new Set<string>();
    const lines = [
      this.#uses(types, imports),
      ...this.#times([0, 1, 2], () => this.#definition(types, imports)),
      ...this.#times([1, 3, 5], () => {
        const isImport = this.#oneIn(2);
        const key = this.#name(isImport ? imports : exports);
        const head = `${this.#docs()}${isImport ? "import" : "export"} %${key}:`;
        switch (this.#random.below(3)) {
          case 0:
            return `${head} %${this.#random.pick(this.#interfaces).name};\n`;
          case 1:
            return `${head} interface {\n${this.#body([])}}\n`;
          default:
            return `${head} ${this.#function(types)};\n`;
        }
      }),
      ...this.#interfaces.flatMap((one) =>
        this.#oneIn(3) ? [`import %${one.name};\n`] : [],
      ),
    ];
    return `${this.#docs()}world %${name} {\n${lines.join("")}}\n`;
  }

  #definition(types: Known[], taken: Set<string>): string {
    const name = this.#name(taken);
    const docs = this.#docs();
    const members = (make: (name: string) => string): string => {
      const own = new Set<string>();
      return this.#times(
        [1, 3, 7],
        () => `${this.#docs()}${make(`%${this.#name(own)}`)},\n`,
      ).join("");
    };
    const define = (kind: Known["kind"], text: string): string => {
      types.push({ name, kind });
      return `${docs}${text}\n`;
    };
    const type = (): string => this.#type(types, 3, false);
    switch (this.#random.below(6)) {
      case 0:
        return define(
          "value",
          `record %${name} {\n${members((field) => `${field}: ${type()}`)}}`,
        );
      case 1:
        return define(
          "value",
          `variant %${name} {\n${members((one) => (this.#oneIn(3) ? one : `${one}(${type()})`))}}`,
        );
      case 2:
        return define("value", `enum %${name} {\n${members((one) => one)}}`);
      case 3:
        return define("value", `flags %${name} {\n${members((one) => one)}}`);
      case 4:
        types.push({ name, kind: "resource" });
        return `${docs}resource %${name} {\n${this.#resource(name, types)}}\n`;
      default: {
        const known = types.length > 0 && this.#oneIn(2);
        if (!known) return define("value", `type %${name} = ${type()};`);
        const { name: target, kind } = this.#random.pick(types);
        return kind === "resource" && this.#oneIn(2)
          ? define("borrowing", `type %${name} = borrow<%${target}>;`)
          : define(kind, `type %${name} = %${target};`);
      }
    }
  }

  #resource(name: string, types: readonly Known[]): string {
    const taken = new Set([name.toLowerCase()]);
    const functions = this.#times(
      [0, 2, 4],
      () =>
        `${this.#docs()}%${this.#name(taken)}: ${this.#oneIn(3) ? "static " : ""}${this.#function(types)};\n`,
    );
    const result = this.#oneIn(3) ? ` -> result<%${name}, string>` : "";
    if (this.#oneIn(2))
      functions.push(
        `${this.#docs()}constructor(${this.#parameters(types)})${result};\n`,
      );
    return functions.join("");
  }

  #parameters(types: readonly Known[]): string {
    const taken = new Set(["self"]);
    return this.#times(
      [0, 1, 2, 5],
      () => `%${this.#name(taken)}: ${this.#type(types, 3, true)}`,
    ).join(", ");
  }

  #function(types: readonly Known[]): string {
    const result = this.#oneIn(4) ? "" : ` -> ${this.#type(types, 3, false)}`;
    return `${this.#oneIn(5) ? "async " : ""}func(${this.#parameters(types)})${result}`;
  }

  /** @param mayBorrow - whether the type may contain a borrowed resource */
  #type(types: readonly Known[], depth: number, mayBorrow: boolean): string {
    const inner = (): string => this.#type(types, depth - 1, mayBorrow);
    const whole = (): string => this.#type(types, depth - 1, false);
    if (depth === 0 || this.#oneIn(4)) return this.#leaf(types, mayBorrow);
    switch (this.#random.below(8)) {
      case 0:
        return `list<${inner()}>`;
      case 1:
        return `list<${inner()}, ${this.#random.pick([1, 3, 16, 17])}>`;
      case 2:
      case 3:
        return `option<${inner()}>`;
      case 4:
        return `tuple<${this.#times([1, 2, 3], inner).join(", ")}>`;
      case 5:
        return `map<${this.#random.pick(["string", "u8", "s64"])}, ${inner()}>`;
      case 6:
        return this.#random.pick([
          () => "result",
          () => `result<_, ${inner()}>`,
          () => `result<${inner()}, ${inner()}>`,
        ])();
      default:
        return this.#random.pick([
          () => "future",
          () => `future<${whole()}>`,
          () => `stream<tuple<${whole()}>>`,
        ])();
    }
  }

  #leaf(types: readonly Known[], mayBorrow: boolean): string {
    if (types.length === 0 || this.#oneIn(3))
      return this.#random.pick(primitives);
    const { name, kind } = this.#random.pick(types);
    if (kind === "borrowing" && !mayBorrow) return "error-context";
    return kind === "resource" && mayBorrow && this.#oneIn(2)
      ? `borrow<%${name}>`
      : `%${name}`;
  }
}
