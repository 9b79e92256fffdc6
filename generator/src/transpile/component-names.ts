/**
 * jco prints the WIT of a component as its world alone: of the interfaces it shows the names, and nothing of what is in them,
 * because they lie in other packages. Printed whole is the package `root:component`, that of the world. So the interfaces are
 * moved there for the printing, by renaming the imports and exports in the binary, and moved back in the text.
 */

import { ComponentFormatError, SectionReader } from "./section-reader.js";

/** A component whose interfaces all lie in the package of its world. */
export interface RenamedComponent {
  readonly bytes: Uint8Array;
  /** What each interface is called now, without its package, and its full name before. */
  readonly names: ReadonlyMap<string, string>;
}

/** Sections of a component, by the numbers that Binary.md of the component model gives them. */
const sections = { import: 10, export: 11 };

/** The form of a name with options behind it, and the option that says which interface a label stands for. */
const formWithOptions = 2;
const implementsOption = 0;

/**
 * Gives the interfaces that a component imports and exports names in the package `root:component`.
 *
 * @param bytes - a component, in the binary format.
 * @returns a component for looking at: it is as valid as the one given, but asks for other imports.
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
  /** By the new name. */
  readonly names = new Map<string, string>();
  /** By the full name. */
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

  /** What stands behind a name: `implements`, the interface behind a label, `versionsuffix`, and `external-id`. */
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
    // What has a plain name is a function, a type or an interface of the world's own.
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

/** A number in letters, because words of WIT names begin with one: a, b, … z, ba. */
function letters(index: number): string {
  const last = String.fromCharCode(0x61 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26)) + last;
}

/** `sortidx`, and an optional `externdesc`. */
function skipExport(reader: SectionReader): void {
  if (reader.byte() === 0) reader.byte();
  reader.unsigned();
  if (reader.byte() === 1) skipDescription(reader);
}

/** `externdesc`: what an import is. */
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

/** An unsigned number as LEB128. */
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
 * Moves the interfaces back to their packages in what jco printed of a renamed component.
 *
 * @param printed - the WIT of {@link RenamedComponent.bytes}.
 * @param names - of the same.
 * @returns WIT whose first package is `root:component`, with the others nested in it.
 */
export function restoreInterfaces(
  printed: string,
  names: ReadonlyMap<string, string>,
): string {
  const packages = new Map<string, string[]>();
  /** Puts full names where the printed ones stand; within a package, without its name. */
  const restore = (text: string, within: string): string =>
    text.replaceAll(/\bwit-to-ts-[a-z]+\b/g, (name) => {
      const full = names.get(name);
      return full === undefined ? name : path(full, within);
    });
  // The printer begins the items of a package, and ends them, at the beginning of a line; and nothing else.
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

/** The package of an interface, and its own name, as WIT has them; a name may be a word of the language. */
function split(full: string): { packageName: string; interfaceName: string } {
  const [, packageName = "", name = "", version = ""] =
    /^(.*)\/([^/@]+)(@.*)?$/.exec(full) ?? [];
  return {
    packageName: packageName.replaceAll(/[^:/]+/g, "%$&") + version,
    interfaceName: `%${name}`,
  };
}

/** A full name as a path in WIT. */
function path(full: string, within: string): string {
  const { packageName, interfaceName } = split(full);
  if (packageName === within) return interfaceName;
  const [name = "", version] = packageName.split("@", 2);
  return `${name}/${interfaceName}${version === undefined ? "" : `@${version}`}`;
}
