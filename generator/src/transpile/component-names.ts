/**
 * jco prints the WIT of a component as its world only: it shows the names of the interfaces but not their contents,
 * because they are in other packages. Only the package of the world, `root:component`, is printed completely. So before
 * printing, the imports and exports in the binary are renamed to move the interfaces into that package, and the printed
 * text is changed back.
 */

import { ComponentFormatError, SectionReader } from "./section-reader.js";

/** A component whose interfaces are all in the package of its world. */
export interface RenamedComponent {
  readonly bytes: Uint8Array;
  /** The original full name of each interface, by its new name without a package. */
  readonly names: ReadonlyMap<string, string>;
}

/** Section ids of a component, as defined in Binary.md of the component model. */
const sections = { import: 10, export: 11 };

/** The form byte of a name with options, and the kind of the option that names the interface behind a label. */
const formWithOptions = 2;
const implementsOption = 0;

/**
 * Renames the interfaces that a component imports and exports, so that they are in the package `root:component`.
 *
 * @param bytes - a component, in the binary format.
 * @returns a component for printing only: it is as valid as the given one, but its imports have other names.
 * @throws {@link ComponentFormatError} if the bytes are not such a component.
 */
export function renameInterfaces(bytes: Uint8Array): RenamedComponent {
  const renamer = new Renamer();
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  const reader = new SectionReader(bytes, 8);
  while (!reader.isAtEnd) {
    const start = reader.position;
    const id = reader.byte();
    const size = reader.unsigned();
    const content = reader.take(size);
    if (id !== sections.import && id !== sections.export) {
      parts.push(bytes.subarray(start, reader.position));
      continue;
    }
    const renamed = renamer.section(content, id === sections.export);
    parts.push(Uint8Array.of(id), unsigned(renamed.length), renamed);
  }
  return { bytes: concatenate(parts), names: renamer.names };
}

class Renamer {
  /** Original names, by new name. */
  readonly names = new Map<string, string>();
  /** New names, by original name. */
  readonly #renamed = new Map<string, string>();

  section(content: Uint8Array, isExport: boolean): Uint8Array {
    const reader = new SectionReader(content);
    const parts: Uint8Array[] = [];
    const count = reader.unsigned();
    parts.push(unsigned(count));
    for (let index = 0; index < count; index++) {
      const form = reader.byte();
      const name = new TextDecoder().decode(reader.take(reader.unsigned()));
      const text = new TextEncoder().encode(this.#rename(name));
      parts.push(Uint8Array.of(form), unsigned(text.length), text);
      if (form === formWithOptions) parts.push(this.#nameOptions(reader));
      const start = reader.position;
      if (isExport) skipExport(reader);
      else skipDescription(reader);
      parts.push(content.subarray(start, reader.position));
    }
    return concatenate(parts);
  }

  /** The options of a name: `implements` (the interface behind a label), `versionsuffix`, and `external-id`. */
  #nameOptions(reader: SectionReader): Uint8Array {
    const count = reader.unsigned();
    const parts: Uint8Array[] = [unsigned(count)];
    for (let index = 0; index < count; index++) {
      const kind = reader.byte();
      const content = reader.take(reader.unsigned());
      const text =
        kind === implementsOption
          ? new TextEncoder().encode(
              this.#rename(new TextDecoder().decode(content)),
            )
          : content;
      parts.push(Uint8Array.of(kind), unsigned(text.length), text);
    }
    return concatenate(parts);
  }

  #rename(name: string): string {
    // A plain name belongs to a function, a type or an interface that the world itself declares.
    if (!/^[^<>=]+:[^<>=]+\/[^<>=]+$/.test(name)) return name;
    let plain = this.#renamed.get(name);
    if (plain === undefined) {
      plain = `wit-to-ts-${letters(this.names.size)}`;
      this.#renamed.set(name, plain);
      this.names.set(plain, name);
    }
    return `root:component/${plain}`;
  }
}

/** A number in base 26, written with letters because each word of a WIT name begins with one: a, b, … z, ba. */
function letters(index: number): string {
  const last = String.fromCharCode(0x61 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26)) + last;
}

/** Skips `sortidx`, and an optional `externdesc`. */
function skipExport(reader: SectionReader): void {
  if (reader.byte() === 0) reader.byte();
  reader.unsigned();
  if (reader.byte() === 1) skipDescription(reader);
}

/** Skips `externdesc`, the type of an import. */
function skipDescription(reader: SectionReader): void {
  const sort = reader.byte();
  switch (sort) {
    case 0x00:
      reader.byte();
      reader.unsigned();
      return;
    case 0x03:
      if (reader.byte() === 0) reader.unsigned();
      return;
    case 0x01:
    case 0x04:
    case 0x05:
      reader.unsigned();
      return;
    default:
      throw new ComponentFormatError(
        `it imports or exports something of an unknown kind (${sort})`,
      );
  }
}

/** Encodes an unsigned number as LEB128. */
function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return Uint8Array.from(bytes);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((length, part) => length + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Moves the interfaces back to their packages in the WIT that jco printed of a renamed component.
 *
 * @param printed - the WIT of {@link RenamedComponent.bytes}.
 * @param names - {@link RenamedComponent.names} of the same component.
 * @returns WIT whose first package is `root:component`, with the others nested in it.
 */
export function restoreInterfaces(
  printed: string,
  names: ReadonlyMap<string, string>,
): string {
  const packages = new Map<string, string[]>();
  /** Replaces the new names by the original ones; within their own package, by the unqualified name. */
  const restore = (text: string, within: string): string =>
    text.replaceAll(/\bwit-to-ts-[a-z]+\b/g, (name) => {
      const full = names.get(name);
      return full === undefined ? name : path(full, within);
    });
  // Only the first and last lines of a package's items are not indented.
  const world = printed.replaceAll(
    /^((?:\/\/\/.*\n)*)interface ([a-z-]+) \{\n((?:(?!\}).*\n)*)\}\n*/gm,
    (text, docs: string, name: string, body: string) => {
      const full = names.get(name);
      if (full === undefined) return text;
      const { packageName, interfaceName } = split(full);
      const members = packages.get(packageName) ?? [];
      packages.set(packageName, members);
      members.push(
        `${docs}interface ${interfaceName} {\n${restore(body, packageName)}}\n`,
      );
      return "";
    },
  );
  const nested = [...packages].map(
    ([name, members]) => `package ${name} {\n${members.join("")}}\n`,
  );
  return [restore(world, ""), ...nested].join("\n");
}

/** The package and the unqualified name of an interface in WIT syntax, with `%` because a name may be a keyword. */
function split(full: string): { packageName: string; interfaceName: string } {
  const [, packageName = "", name = "", version = ""] =
    /^(.*)\/([^/@]+)(@.*)?$/.exec(full) ?? [];
  return {
    packageName: packageName.replaceAll(/[^:/]+/g, "%$&") + version,
    interfaceName: `%${name}`,
  };
}

/** A full name as a path in WIT syntax. */
function path(full: string, within: string): string {
  const { packageName, interfaceName } = split(full);
  if (packageName === within) return interfaceName;
  const [name = "", version] = packageName.split("@", 2);
  return `${name}/${interfaceName}${version === undefined ? "" : `@${version}`}`;
}
