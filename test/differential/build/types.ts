import { type Hand, tokens } from "./hand.js";
import { written } from "./names.js";
import type { NamedType } from "./plan.js";

/** A type in WIT syntax, and whether it contains a borrowed handle. */
export interface WrittenType {
  readonly text: string;
  readonly hasBorrow: boolean;
}

const primitives =
  "u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char bool string error-context".split(
    " ",
  );
const keys = "u8 u16 u32 u64 s8 s16 s32 s64 char bool string".split(" ");
const lengths = ["1", "0", "007", "4", "4294967295", "16"];

/** Writes types that refer to those of a scope. */
export class TypeWriter {
  readonly #hand: Hand;
  readonly #types: readonly NamedType[];
  readonly #isHidden: boolean;
  #hasBorrow = false;
  /** Whether to write types that the parser accepts although no component can have them. */
  readonly #isOdd: boolean;

  /**
   * @param types the types in scope
   * @param isHidden whether the written types are behind a closed gate, so that they may refer to hidden types
   */
  constructor(hand: Hand, types: readonly NamedType[], isHidden: boolean) {
    this.#hand = hand;
    this.#types = types;
    this.#isHidden = isHidden;
    this.#isOdd = hand.isOdd;
  }

  /** A type. It contains no borrowed handles unless `mayBorrow` is set, which must not be for results. */
  type(mayBorrow: boolean): WrittenType {
    this.#hasBorrow = false;
    const text = this.#type(3, mayBorrow);
    return { text, hasBorrow: this.#hasBorrow };
  }

  #type(depth: number, mayBorrow: boolean): string {
    const { random } = this.#hand;
    if (this.#hand.slip("unknown-type", 80)) return "nowhere";
    const choice = random.below(depth === 0 ? 8 : 18);
    if (choice < 3) return random.pick(primitives);
    if (choice < 6) return this.#named(mayBorrow);
    if (choice < 8) return this.#handle(mayBorrow);
    const inner = (): string => this.#type(depth - 1, mayBorrow);
    switch (choice) {
      case 8:
        return tokens("list", "<", inner(), ">");
      case 9: {
        const length = this.#hand.slip("length", 10)
          ? random.pick(["4294967296", "-1", "x", "", "0x1", "1_0"])
          : random.pick(this.#isOdd ? lengths : ["1", "007"]);
        return tokens("list", "<", inner(), ",", length, ">");
      }
      case 10:
        return tokens("option", "<", inner(), ">");
      case 11:
        return tokens("map", "<", this.#key(), ",", inner(), ">");
      case 12: {
        const length = this.#hand.between(this.#isOdd ? 0 : 1, 3);
        const parts = Array.from({ length }, inner);
        return tokens("tuple", "<", this.list(parts), ">");
      }
      case 13:
        return tokens(...this.#optional("future", inner));
      case 14:
        return tokens(...this.#optional("stream", inner));
      default:
        switch (random.below(4)) {
          case 0:
            return "result";
          case 1:
            return tokens("result", "<", inner(), ">");
          case 2:
            return tokens("result", "<", "_", ",", inner(), ">");
          default:
            return tokens("result", "<", inner(), ",", inner(), ">");
        }
    }
  }

  #optional(word: string, inner: () => string): string[] {
    return this.#hand.once(3) ? [word] : [word, "<", inner(), ">"];
  }

  #key(): string {
    if (this.#hand.slip("map-key", 10))
      return this.#hand.random.pick(["f32", "list<u8>", ...this.#names()]);
    return this.#hand.random.pick(keys);
  }

  #names(): string[] {
    return this.#types.map(({ name }) => written(name, this.#hand));
  }

  #visible(mayBorrow: boolean): NamedType[] {
    const isWrong = this.#hand.slip("hidden-or-borrow", 60);
    return this.#types.filter(
      ({ isHidden, hasBorrow }) =>
        isWrong || ((!isHidden || this.#isHidden) && (!hasBorrow || mayBorrow)),
    );
  }

  #named(mayBorrow: boolean): string {
    const visible = this.#visible(mayBorrow);
    if (visible.length === 0) return this.#hand.random.pick(primitives);
    const type = this.#hand.random.pick(visible);
    if (type.hasBorrow) this.#hasBorrow = true;
    return written(type.name, this.#hand);
  }

  #handle(mayBorrow: boolean): string {
    const isAny = this.#hand.slip("not-a-resource", 40);
    const visible = this.#visible(mayBorrow).filter(
      ({ isResource }) => isResource || isAny,
    );
    if (visible.length === 0) return this.#hand.random.pick(primitives);
    const name = written(this.#hand.random.pick(visible).name, this.#hand);
    if (
      this.#hand.once(2) ||
      !(mayBorrow || this.#hand.slip("borrow-in-result", 5))
    )
      return tokens("own", "<", name, ">");
    this.#hasBorrow = true;
    return tokens("borrow", "<", name, ">");
  }

  /** Joins parts with commas, sometimes with a trailing one. */
  list(parts: readonly string[]): string {
    const isClosed = parts.length > 0 && this.#hand.once(4);
    return tokens(
      ...parts.flatMap((part, index) =>
        index === parts.length - 1 && !isClosed ? [part] : [part, ","],
      ),
    );
  }
}
