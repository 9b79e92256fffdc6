// Worlds with random types whose components can be run, because they export what they import.
import { Random } from "../random.js";

const primitives =
  "bool u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char string".split(" ");
const keys = "string u8 s64 u64 char bool".split(" ");

/** A named type. */
interface Known {
  readonly name: string;
  readonly kind: "value" | "resource" | "holder";
}

/**
 * The text of a package whose world `w` imports and exports the same random functions: in interfaces under their own
 * names, in two versions of one interface, under labels, inline, and at world level. Every resource has a constructor
 * that takes a number, and a method `id` that returns it. The same seed gives the same text.
 *
 * @param functions - the number of functions in each interface.
 * @param mayBeAsync - whether some of them are `async func`s.
 */
export function randomWorld(
  seed: number,
  functions: number,
  mayBeAsync = false,
): string {
  const random = new Random(seed);
  const make = (prefix: string, known: readonly Known[]): InterfaceMaker =>
    new InterfaceMaker(random, prefix, known, mayBeAsync);
  const types = make("x", []);
  types.definitions(3);
  types.resource();
  const use = `use types.{${types.known.map(({ name }) => name).join(", ")}};`;
  const body = (
    prefix: string,
    known: readonly Known[],
    resources: number,
  ): string => make(prefix, known).body(functions, resources).join("\n  ");
  const inline = body("v", [], 1);
  const own = make("", types.known);
  const ownFunctions = Array.from({ length: functions }, (_, index) => {
    const type = own.function();
    return `import g${index}: ${type};\n  export g${index}: ${type};`;
  });
  // Whether the resource of `types` is the guest's own, or only passed through.
  const areTypesExported = random.below(2) === 0;
  // `labelled` has one export only: jco 1.34 does not support a resource with a constructor that is exported under two
  // names.
  return `package test:random@1.0.0;
interface types {
  ${types.lines.join("\n  ")}
}
interface main {
  ${use}
  ${body("y", types.known, random.below(2))}
}
interface twice {
  ${body("z", [], 0)}
}
interface labelled {
  ${body("w", [], 1)}
}
world w {
  ${use}
  import types;
  ${areTypesExported ? "export types;" : ""}
  import main;
  export main;
  import main2: test:random/main@2.0.0;
  import test:random/main@2.0.0;
  export test:random/main@2.0.0;
  import one: twice;
  import two: twice;
  export one: twice;
  export two: twice;
  import label: labelled;
  import other-label: labelled;
  export label: labelled;
  import in-line: interface {
  ${inline}
  }
  export in-line: interface {
  ${inline}
  }
  ${ownFunctions.join("\n  ")}
}
package test:random@2.0.0 {
  interface main {
  ${body("u", [], random.below(2))}
  }
}
`;
}

class InterfaceMaker {
  readonly lines: string[] = [];
  readonly known: Known[];
  readonly #random: Random;
  readonly #prefix: string;
  readonly #mayBeAsync: boolean;
  #count = 0;

  /** @param known - types of other interfaces that can be used. */
  constructor(
    random: Random,
    prefix: string,
    known: readonly Known[],
    mayBeAsync: boolean,
  ) {
    this.#random = random;
    this.#prefix = prefix;
    this.#mayBeAsync = mayBeAsync;
    this.known = [...known];
  }

  body(functions: number, resources: number): string[] {
    this.definitions(4);
    for (let index = 0; index < resources; index++) this.resource();
    for (let index = 0; index < functions; index++)
      this.lines.push(`f${index}: ${this.function()};`);
    return this.lines;
  }

  definitions(count: number): void {
    for (let index = 0; index < count; index++) this.#definition();
  }

  resource(): void {
    const name = this.#name();
    const random = this.#random;
    // Added before the functions are generated, so that they can mention it.
    this.known.push({ name, kind: "resource" });
    const made = random.below(3) === 0 ? ` -> result<${name}, string>` : "";
    const members = [
      `constructor(n: u32)${made};`,
      "id: func() -> u32;",
      ...(random.below(2) === 0 ? [`m: ${this.function()};`] : []),
      ...(random.below(2) === 0 ? [`s: static ${this.function()};`] : []),
    ];
    this.lines.push(`resource ${name} { ${members.join(" ")} }`);
  }

  #name(): string {
    return `${this.#prefix}${this.#count++}`;
  }

  #times<T>(counts: readonly number[], make: (index: number) => T): T[] {
    const length = this.#random.pick(counts);
    return Array.from({ length }, (_, index) => make(index));
  }

  /** The type of a function. */
  function(): string {
    const parameters = this.#times(
      [0, 1, 1, 1, 2, 3, 6, 18],
      (index) => `p${index}: ${this.#type(3, true)}`,
    );
    const arrow =
      this.#random.below(6) === 0 ? "" : ` -> ${this.#type(3, false)}`;
    const isAsync = this.#mayBeAsync && this.#random.below(2) === 0;
    return `${isAsync ? "async " : ""}func(${parameters.join(", ")})${arrow}`;
  }

  #definition(): void {
    const random = this.#random;
    const type = (): string => this.#type(2, false);
    const make = (count: number, one: (index: number) => string): string =>
      Array.from({ length: count }, (_, index) => one(index)).join(", ");
    const name = this.#name();
    const body = [
      () =>
        `record ${name} { ${make(random.pick([1, 2, 3, 6]), (at) => `a${at}: ${type()}`)} }`,
      () =>
        `variant ${name} { ${make(random.pick([1, 2, 3, 5]), (at) => (random.below(4) === 0 ? `c${at}` : `c${at}(${type()})`))} }`,
      () =>
        `enum ${name} { ${make(random.pick([1, 2, 5, 256, 257]), (at) => `e${at}`)} }`,
      () =>
        `flags ${name} { ${make(random.pick([1, 7, 8, 9, 16, 17, 32]), (at) => `f${at}`)} }`,
      () => `type ${name} = ${type()};`,
    ];
    this.lines.push(random.pick(body)());
    this.known.push({ name, kind: "value" });
  }

  /** @param mayBorrow - whether the type may contain a borrowed resource. */
  #type(depth: number, mayBorrow: boolean): string {
    const random = this.#random;
    const inner = (): string => this.#type(depth - 1, mayBorrow);
    if (depth === 0 || random.below(4) === 0) return this.#leaf(mayBorrow);
    switch (random.below(8)) {
      case 0:
      case 1:
        return `list<${inner()}>`;
      case 2:
        return `list<${inner()}, ${random.pick([1, 3, 4, 17])}>`;
      case 3:
      case 4:
        return `option<${inner()}>`;
      case 5:
        return `tuple<${this.#times([1, 2, 3], inner).join(", ")}>`;
      case 6:
        return `map<${random.pick(keys)}, ${inner()}>`;
      default:
        return random.pick([
          () => "result",
          () => `result<${inner()}>`,
          () => `result<_, ${inner()}>`,
          () => `result<${inner()}, ${inner()}>`,
        ])();
    }
  }

  #leaf(mayBorrow: boolean): string {
    const random = this.#random;
    if (this.known.length === 0 || random.below(2) === 0)
      return random.pick(primitives);
    const { name, kind } = random.pick(this.known);
    return kind === "resource" && mayBorrow && random.below(2) === 0
      ? `borrow<${name}>`
      : name;
  }
}
