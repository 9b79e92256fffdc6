// Interfaces with random types, and random values of them, for combinations that handwritten tests do not cover.
import type {
  FunctionDescriptor,
  InterfaceDescriptor,
  PrimitiveDescriptor,
  TypeDefinitionDescriptor,
  TypeDescriptor,
} from "@wit2ts/runtime";
import { randomValue } from "../component/random-values.js";
import { Random } from "../random.js";

/** An interface as a descriptor and as WIT. */
export interface RandomShapes {
  readonly descriptor: InterfaceDescriptor;
  /** The text of the interface's package. */
  readonly wit: string;
  /** Returns a random value of a type of the interface. */
  value(type: TypeDescriptor): unknown;
}

/** Creates an interface with the given number of functions. The same seed gives the same interface and the same values. */
export function randomShapes(seed: number, functions: number): RandomShapes {
  const random = new Random(seed);
  const maker = new TypeMaker(random);
  const made = Array.from({ length: functions }, (_, index) =>
    maker.function(`fn${index}`),
  );
  const descriptor: InterfaceDescriptor = {
    kind: "interface",
    name: "wit2ts-test:random/shapes@1.0.0",
    types: maker.types,
    functions: Object.fromEntries(made.map((one) => [one.name, one])),
  };
  const wit = `package wit2ts-test:random@1.0.0;\ninterface shapes {\n  ${maker.lines.join("\n  ")}\n}\n`;
  return {
    descriptor,
    wit,
    value: (type) => randomValue(random, descriptor, type),
  };
}

const primitives = [
  "bool",
  "u8",
  "u16",
  "u32",
  "u64",
  "s8",
  "s16",
  "s32",
  "s64",
  "f32",
  "f64",
  "char",
  "string",
] as const satisfies readonly PrimitiveDescriptor[];

/** The maximum nesting depth of types. */
const deepest = 3;

class TypeMaker {
  readonly types: Record<string, TypeDefinitionDescriptor> = {};
  /** The items of the interface in WIT. */
  readonly lines: string[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  function(name: string): FunctionDescriptor {
    const parameters = this.#many([0, 1, 1, 1, 2, 3, 6], (index) => ({
      name: `p${index}`,
      type: this.#type(deepest),
    }));
    const result =
      this.#random.below(8) === 0 ? undefined : this.#type(deepest);
    const list = parameters.map((one) => `${one.name}: ${one.type}`);
    const arrow = result === undefined ? "" : ` -> ${result}`;
    this.lines.push(`${name}: func(${list.join(", ")})${arrow};`);
    return {
      name,
      parameters,
      ...(result !== undefined && { result }),
    };
  }

  #many<T>(counts: readonly number[], make: (index: number) => T): T[] {
    const length = this.#random.pick(counts);
    return Array.from({ length }, (_, index) => make(index));
  }

  #type(depth: number): TypeDescriptor {
    const random = this.#random;
    if (depth === 0) return random.pick(primitives);
    const inner = (): TypeDescriptor => this.#type(depth - 1);
    switch (random.below(9)) {
      case 0:
      case 1:
        return random.pick(primitives);
      case 2:
        return `list<${inner()}>`;
      case 3:
        return `option<${inner()}>`;
      case 4:
        return `tuple<${this.#many([1, 2, 3, 5], inner).join(", ")}>`;
      case 5:
        return this.#result(inner);
      default:
        return this.#named(inner);
    }
  }

  #result(inner: () => TypeDescriptor): TypeDescriptor {
    const hasOk = this.#random.below(3) > 0;
    const ok = hasOk ? inner() : "_";
    if (this.#random.below(3) > 0) return `result<${ok}, ${inner()}>`;
    return hasOk ? `result<${ok}>` : "result";
  }

  #named(inner: () => TypeDescriptor): TypeDescriptor {
    const random = this.#random;
    const [definition, text] = ((): [
      TypeDefinitionDescriptor,
      (name: string) => string,
    ] => {
      switch (random.below(5)) {
        case 0: {
          const fields = this.#many([1, 2, 3, 6], (index) => ({
            name: `a${index}`,
            key: `a${index}`,
            type: inner(),
          }));
          const list = fields.map((one) => `${one.name}: ${one.type}`);
          return [
            { kind: "record", fields },
            (name) => `record ${name} { ${list.join(", ")} }`,
          ];
        }
        case 1: {
          const cases = this.#many([1, 2, 3, 5], (index) => ({
            name: `c${index}`,
            ...(random.below(4) > 0 && { type: inner() }),
          }));
          const list = cases.map(({ name, type }) =>
            type === undefined ? name : `${name}(${type})`,
          );
          return [
            { kind: "variant", cases },
            (name) => `variant ${name} { ${list.join(", ")} }`,
          ];
        }
        case 2: {
          const cases = this.#many([1, 2, 5, 256, 257], (at) => `e${at}`);
          return [
            { kind: "enum", cases },
            (name) => `enum ${name} { ${cases.join(", ")} }`,
          ];
        }
        case 3: {
          const names = this.#many([1, 7, 8, 9, 16, 17, 32], (at) => `f${at}`);
          const flags = names.map((name) => ({ name, key: name }));
          return [
            { kind: "flags", flags },
            (name) => `flags ${name} { ${names.join(", ")} }`,
          ];
        }
        default: {
          const type = inner();
          return [{ kind: "alias", type }, (name) => `type ${name} = ${type};`];
        }
      }
    })();
    const name = `t${Object.keys(this.types).length}`;
    this.types[name] = definition;
    this.lines.push(text(name));
    return name;
  }
}
