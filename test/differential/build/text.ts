import { docs } from "./attributes.js";
import { gap, Hand, tokens } from "./hand.js";
import { PackageWriter } from "./packages.js";
import type { PlannedPackage } from "./plan.js";
import type { Random } from "../../support/random.js";

/** A built input for the parsers. */
export interface Built {
  /** The texts by their paths: a single file, or the files of a directory. */
  readonly files: ReadonlyMap<string, string>;
  /** The enabled features. */
  readonly features: readonly string[];
  /** The names of the deliberate mistakes. */
  readonly mistakes: readonly string[];
}

/** The name of a world in the main package. It is empty, so that its encoding cannot fail. */
export const probe = "zz-probe";

/** Builds a file with a package and nested packages, and up to the given number of mistakes. */
export function buildText(random: Random, mistakes: number): Built {
  const builder = new Builder(random, mistakes);
  return builder.done(new Map([["built.wit", builder.text()]]));
}

/** Builds a directory with the files of a package, and other packages below `deps` or nested in any file. */
export function buildFolder(random: Random, mistakes: number): Built {
  const builder = new Builder(random, mistakes);
  return builder.done(builder.folder());
}

/** Distributes packages to files. */
class Builder {
  readonly #hand: Hand;
  readonly #features: readonly string[];
  readonly #writer: PackageWriter;

  constructor(random: Random, mistakes: number) {
    this.#hand = new Hand(random, mistakes);
    this.#features = random.pick([[], ["on"], ["on", "type"], ["off"]]);
    this.#writer = new PackageWriter(this.#hand, this.#features);
  }

  done(files: ReadonlyMap<string, string>): Built {
    const { mistakes } = this.#hand;
    return { files, features: this.#features, mistakes };
  }

  text(): string {
    const hand = this.#hand;
    const { main, others } = this.#packages(1, 1);
    const header = hand.slip("no-header", 200) ? "" : this.#header(main);
    const items = main.files.flatMap((file) => file.items);
    const nested = others.map((other) => this.#writer.nested(other));
    return this.#spaced(
      tokens(
        header,
        ...hand.shuffled([...items, ...nested, `world ${probe} {}`]),
        docs(hand),
      ),
    );
  }

  folder(): Map<string, string> {
    const hand = this.#hand;
    const { main, others } = this.#packages(hand.between(1, 3), 2);
    const files = new Map<string, string[]>();
    this.#addFiles(main, "", files);
    files.get([...files.keys()][0] ?? "")?.push(`world ${probe} {}`);
    const nested: string[] = [];
    for (const [index, other] of others.entries()) {
      if (hand.once(3)) nested.push(this.#writer.nested(other));
      else {
        // The order of the directory names is independent of the order of dependencies.
        const folder = `deps/${hand.random.pick(["a", "M", "z"])}${String(index)}`;
        this.#addFiles(other, folder, files);
      }
    }
    const paths = [...files.keys()];
    for (const text of nested) files.get(hand.random.pick(paths))?.push(text);
    return new Map(
      [...files].map(([path, [header = "", ...items]]) => [
        path,
        this.#spaced(tokens(header, ...hand.shuffled(items), docs(hand))),
      ]),
    );
  }

  /** Adds the files of a package. The first item of each is the package header or empty. */
  #addFiles(
    planned: PlannedPackage,
    folder: string,
    files: Map<string, string[]>,
  ): void {
    const hand = this.#hand;
    const isAlone = planned.files.length === 1 && folder !== "" && hand.once(2);
    const withHeader = hand.random.below(planned.files.length);
    for (const [index, { items }] of planned.files.entries()) {
      // Upper-case letters come before lower-case ones in byte order.
      const name = ["b", "Z", "a-1"][index] ?? "other";
      const path = isAlone
        ? `${folder}.wit`
        : `${folder === "" ? "" : `${folder}/`}${name}.wit`;
      const hasHeader =
        (index === withHeader && !hand.slip("no-header", 100)) || hand.once(2);
      const header = hasHeader ? this.#header(planned) : "";
      files.set(path, [header, ...items]);
    }
  }

  #header(planned: PlannedPackage): string {
    return tokens(this.#writer.header(planned), ";");
  }

  /**
   * Writes some packages. The main package has a random position in the order in which packages can depend on earlier
   * ones.
   */
  #packages(
    fileCount: number,
    mostFiles: number,
  ): { main: PlannedPackage; others: PlannedPackage[] } {
    const hand = this.#hand;
    const count = hand.random.pick([1, 1, 2, 3, 4]);
    const position = hand.random.below(count);
    const all: PlannedPackage[] = [];
    for (let index = 0; index < count; index++)
      all.push(
        index === position
          ? this.#writer.write(fileCount, 1)
          : this.#writer.write(hand.between(1, mostFiles), 0),
      );
    const [main] = all.splice(position, 1);
    if (main === undefined) throw new Error("nothing was asked for");
    return { main, others: hand.shuffled(all) };
  }

  /** Separates the tokens by white space, and sometimes by comments. */
  #spaced(text: string): string {
    const hand = this.#hand;
    const newline = hand.once(6) ? "\r\n" : "\n";
    const isOdd = hand.once(3);
    return text.split(gap).reduce((before, after) => {
      if (!isOdd || !hand.once(12))
        return before + (hand.once(6) ? newline : " ") + after;
      return (
        before +
        hand.random.pick([
          "\t",
          newline,
          "  ",
          " /* c */ ",
          ` // c${newline}`,
          `${newline}${newline}\t`,
        ]) +
        after
      );
    }, "");
  }
}
