import { attributes, docs } from "./attributes.js";
import { type Hand, tokens } from "./hand.js";
import { fullPath, interfaceBody } from "./interface.js";
import { Names, written } from "./names.js";
import {
  fullName,
  type PlannedFile,
  type PlannedInterface,
  type PlannedPackage,
  type PlannedWorld,
  type Site,
} from "./plan.js";
import { WorldWriter } from "./world.js";

const namespaces = ["a", "b-1", "list"];
const packageNames = ["p", "q-2", "type"];

/** No version, and versions that differ in how they are ordered. */
const versions = [
  "",
  "1.0.0",
  "1.0.1",
  "0.1.0-rc.1",
  "1.0.0-rc.1+b",
  "2.1.0+build.5",
  "1.0.0-rc.10",
  "1.0.0-x-y.-",
];

const wrongVersions = [
  "1.0",
  "01.0.0",
  "1.0.0-01",
  "1.0.0-",
  "1.0.0+",
  "1.0.0.0",
  "99999999999999999999.0.0",
  "1.0.0-a..b",
  "1.0.0-é",
];

/** Writes packages, each of which can refer to the earlier ones. */
export class PackageWriter {
  readonly #hand: Hand;
  readonly #features: readonly string[];
  readonly #interfaces: PlannedInterface[] = [];
  readonly #worlds: PlannedWorld[] = [];
  readonly #packages: PlannedPackage[] = [];

  /** @param features the enabled features */
  constructor(hand: Hand, features: readonly string[]) {
    this.#hand = hand;
    this.#features = features;
  }

  /**
   * Writes a package.
   *
   * @param fileCount the number of its files
   * @param least the minimum number of interfaces
   */
  write(fileCount: number, least: number): PlannedPackage {
    const hand = this.#hand;
    const planned = this.#planned(fileCount);
    const names = new Names(hand);
    for (const file of planned.files) this.#topLevelUses(file, names);
    for (let left = hand.between(least, 4); left > 0; left--)
      this.#interface(planned, hand.random.pick(planned.files), names);
    for (let left = hand.random.below(3); left > 0; left--)
      this.#world(planned, hand.random.pick(planned.files), names);
    return planned;
  }

  /** The beginning of a package header or a nested package, without the following `;` or `{`. */
  header({ namespace, name, version }: PlannedPackage): string {
    const hand = this.#hand;
    const shown = hand.slip("version", 60)
      ? hand.random.pick(wrongVersions)
      : version;
    const path = `${written(namespace, hand)}:${written(name, hand)}`;
    return tokens(
      `${docs(hand)}package`,
      shown === undefined ? path : `${path}@${shown}`,
    );
  }

  /** A package that is nested in a file of another. */
  nested(planned: PlannedPackage): string {
    const hand = this.#hand;
    return tokens(
      hand.slip("gated-package", 100) ? "@unstable(feature = on)" : "",
      this.header(planned),
      "{",
      ...planned.files.flatMap(({ items }) => hand.shuffled(items)),
      hand.slip("nested-twice", 100) ? "package x:y { }" : "",
      docs(hand),
      "}",
    );
  }

  readonly #isOn = (feature: string): boolean =>
    this.#features.includes(feature.replace("%", ""));

  #planned(fileCount: number): PlannedPackage {
    const hand = this.#hand;
    for (;;) {
      const namespace = hand.random.pick(namespaces);
      const name = hand.random.pick(packageNames);
      const version = hand.random.pick(versions) || undefined;
      const isTaken = this.#packages.some(
        (other) =>
          other.name === name &&
          other.namespace === namespace &&
          other.version === version,
      );
      if (isTaken && !hand.slip("duplicate-package", 5)) continue;
      const files = Array.from({ length: fileCount }, () => ({
        items: [],
        aliases: new Map<string, string>(),
      }));
      const planned = { namespace, name, version, files };
      this.#packages.push(planned);
      return planned;
    }
  }

  #topLevelUses(file: PlannedFile, names: Names): void {
    const hand = this.#hand;
    const open = this.#interfaces.filter(
      ({ isHidden }) => !isHidden || hand.slip("top-use-hidden", 40),
    );
    for (const item of hand.some(open, 2)) {
      const full = fullName(item);
      if (file.aliases.has(full)) continue;
      const isRenamed = names.has(item.name) || hand.once(2);
      const name = isRenamed ? names.fresh() : item.name;
      if (!isRenamed) names.take(name);
      file.aliases.set(full, name);
      const path = hand.slip("top-use-unknown", 40)
        ? "nowhere"
        : fullPath(item, hand);
      file.items.push(
        tokens(
          `${docs(hand)}use`,
          path,
          isRenamed ? tokens("as", written(name, hand)) : "",
          ";",
        ),
      );
    }
  }

  #site(planned: PlannedPackage, file: PlannedFile): Site {
    return {
      hand: this.#hand,
      package: planned,
      file,
      isOn: this.#isOn,
      interfaces: this.#interfaces,
    };
  }

  #interface(planned: PlannedPackage, file: PlannedFile, names: Names): void {
    const hand = this.#hand;
    const before = attributes(hand, planned, this.#isOn, { hide: true });
    const name = names.fresh();
    const block = {
      names: new Names(hand),
      types: [],
      isHidden: before.isHidden,
      canHideTypes: true,
    };
    const body = interfaceBody(this.#site(planned, file), block);
    file.items.push(
      tokens(docs(hand) + before.text, "interface", written(name, hand), body),
    );
    const item: PlannedInterface = {
      package: planned,
      name,
      types: block.types,
      isHidden: before.isHidden,
    };
    this.#interfaces.push(item);
    this.#localAlias(item, file, names);
  }

  /** Sometimes adds a top-level `use` that gives an item of the package itself an alias. */
  #localAlias(
    item: PlannedInterface | PlannedWorld,
    file: PlannedFile,
    names: Names,
  ): void {
    const hand = this.#hand;
    if (!hand.once(8)) return;
    const alias = names.fresh();
    file.aliases.set(fullName(item), alias);
    file.items.push(
      tokens("use", written(item.name, hand), "as", written(alias, hand), ";"),
    );
  }

  #world(planned: PlannedPackage, file: PlannedFile, names: Names): void {
    const hand = this.#hand;
    const before = attributes(hand, planned, this.#isOn, { hide: true });
    const name = names.fresh();
    const world: PlannedWorld = {
      package: planned,
      name,
      isHidden: before.isHidden,
      named: new Set(),
    };
    const site = this.#site(planned, file);
    const body = new WorldWriter(site, this.#worlds, world).body();
    file.items.push(
      tokens(docs(hand) + before.text, "world", written(name, hand), body),
    );
    this.#worlds.push(world);
    this.#localAlias(world, file, names);
  }
}
