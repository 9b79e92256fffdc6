import type { Hand } from "./hand.js";

/** Ordinary names, and names that resemble versions, contextual keywords or other syntax. */
const plain =
  "a b c-d x1 x-1 get-2d a1-b2-3c HTTP to-URL-x URL-2 v8-engine self since unstable version feature gate float32 f16 this package-name".split(
    " ",
  );

/** Names that must be escaped with `%`. */
const keywords =
  "as async bool borrow char constructor enum error-context export f32 flags from func future import include interface list map option own package record resource result s64 static stream string tuple type u8 use variant with world".split(
    " ",
  );

/** Chooses names that are unique in a scope. */
export class Names {
  readonly #hand: Hand;
  readonly #taken = new Set<string>();

  constructor(hand: Hand) {
    this.#hand = hand;
  }

  /** A name that is not taken, regardless of case, or as a deliberate mistake one that is taken. */
  fresh(): string {
    const { random } = this.#hand;
    if (this.#taken.size > 0 && this.#hand.slip("duplicate-name", 40))
      return random.pick([...this.#taken]);
    for (let tries = 0; ; tries++) {
      let name = random.pick(random.below(5) === 0 ? keywords : plain);
      if (tries > 1) name = `${name}-${String(random.below(100))}`;
      if (this.has(name)) continue;
      this.take(name);
      return name;
    }
  }

  has(name: string): boolean {
    return this.#taken.has(name.toLowerCase());
  }

  take(name: string): void {
    this.#taken.add(name.toLowerCase());
  }
}

const isKeyword: ReadonlySet<string> = new Set(keywords);

/** A name in WIT syntax: escaped if necessary, and sometimes if not. */
export function written(name: string, hand: Hand): string {
  if (isKeyword.has(name))
    return hand.slip("keyword-as-name", 60) ? name : `%${name}`;
  if (hand.slip("invalid-name", 150))
    return hand.random.pick(["aB", "a--b", "a-", "1a", "a_b", "Ab", "%", "_"]);
  return hand.once(10) ? `%${name}` : name;
}
