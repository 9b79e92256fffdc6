import { eachSymbol, type TypeExpression } from "./expression.js";
import type { Names } from "./flat.js";
import { Links, renaming, type Use } from "./links.js";
import type { ImportExtension, Settings } from "./options.js";
import { reservedWords } from "./reserved.js";
import { Scope } from "./scope.js";
import type { Declaration } from "./symbols.js";
import { type NameSymbol } from "./symbols.js";

/** Prints a part of a module, once all names are decided. Returns whole lines. */
export type Printer = (names: Names) => string;

/** What a module imports that is neither a binding nor a type of the runtime. */
export type ForeignImport =
  | {
      readonly kind: "name";
      readonly name: string;
      readonly use: Use;
      /** What it is called here; as it is there where this is missing. */
      readonly local?: Declaration;
    }
  | { readonly kind: "default" | "all"; readonly local: Declaration };

/**
 * One generated file: what it declares, what it needs of other files, and how its parts are printed. Its names are
 * decided in two steps: first those it exports, which others import, when it is known what it mentions; then those under
 * which it imports.
 */
export class Module {
  /** Relative to the output directory, with `/`, without extension. */
  readonly path: string;
  /** The name of the module that a component's guest imports, for a file that declares one; else `undefined`. */
  readonly ambient: string | undefined;
  readonly declarations: Declaration[] = [];
  readonly #uses = new Map<NameSymbol, Use>();
  readonly #foreign: (readonly [from: string, what: ForeignImport])[] = [];
  #parts: Printer[] = [];
  #fill: (() => void) | undefined;
  #isNamed = false;
  readonly #scope = new Scope(reservedWords);
  readonly #imported = new Map<NameSymbol, string>();
  readonly #seen = new Set<TypeExpression>();
  readonly #mentionType = (symbol: NameSymbol): void => {
    this.mentionSymbol(symbol, "type");
  };

  constructor(path: string, ambient?: string) {
    this.path = path;
    this.ambient = ambient;
    this.nameOf = Object.assign(
      (symbol: NameSymbol) =>
        symbol.kind !== "declaration" || symbol.module === this
          ? symbol.name
          : this.#importedName(symbol),
      { indentation: ambient === undefined ? "" : "  " },
    );
  }

  /** Adds a declaration. Earlier ones have the better claim to a name. */
  declare(declaration: Declaration): Declaration {
    this.declarations.push(declaration);
    return declaration;
  }

  /** Adds a part to the end of the module. */
  add(part: Printer): void {
    this.#parts.push(part);
  }

  /** Notes that a type is mentioned. */
  mention(type: TypeExpression): void {
    if (type.kind === "text") return;
    if (type.kind === "name" && type.arguments === undefined) {
      this.mentionSymbol(type.symbol, "type");
      return;
    }
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    eachSymbol(type, this.#mentionType);
  }

  /** Notes that a name is used. */
  mentionSymbol(symbol: NameSymbol, use: Use): void {
    if (use === "value" || !this.#uses.has(symbol)) this.#uses.set(symbol, use);
  }

  /** Imports something from a module that is not generated, or not by name. */
  importForeign(from: string, what: ForeignImport): void {
    if (what.kind === "name" && what.local === undefined)
      this.#scope.reserve(what.name);
    this.#foreign.push([from, what]);
  }

  /** Keeps a name free for a part of the module that prints it by itself. */
  reserve(name: string): void {
    this.#scope.reserve(name);
  }

  /** Says what will add the parts of the module, and the declarations it mentions, when they are needed. */
  fillWith(fill: () => void): void {
    this.#fill = fill;
  }

  /**
   * Decides all names of the module, and those that the modules it imports from export.
   *
   * @param changed - is told of declarations that do not get the name they wanted
   */
  name(changed: (declaration: Declaration) => void): void {
    this.#nameDeclarations(changed);
    this.#uses.forEach((_, symbol) => {
      if (symbol.kind !== "declaration" || symbol.module === this) return;
      symbol.module.#nameDeclarations(changed);
      this.#imported.set(symbol, this.#scope.claim(symbol.name));
    });
  }

  /** Decides the names that the module exports. Globals and what comes from the runtime keep theirs. */
  #nameDeclarations(changed: (declaration: Declaration) => void): void {
    if (this.#isNamed) return;
    this.#isNamed = true;
    this.#fill?.();
    this.#fill = undefined;
    this.#uses.forEach((_, symbol) => {
      if (symbol.kind !== "declaration") this.#scope.reserve(symbol.name);
    });
    this.declarations.forEach((declaration) => {
      declaration.name = this.#scope.claim(declaration.wanted);
      if (declaration.name !== declaration.wanted && !declaration.isInternal)
        changed(declaration);
    });
  }

  /** Lets go of all that is needed to print the module; its names stay. */
  release(): void {
    this.#parts = [];
    this.#uses.clear();
    this.#imported.clear();
    this.#seen.clear();
  }

  /** The name of a symbol in this module. */
  readonly nameOf: Names;

  #importedName(symbol: Declaration): string {
    const name = this.#imported.get(symbol);
    if (name === undefined)
      throw new Error(
        `${symbol.name} is used in ${this.path} without being imported`,
      );
    return name;
  }

  /**
   * The text of the file.
   *
   * @param header - lines of comment for its beginning
   * @param settings - say where the types of the runtime are imported from, and how other files are
   */
  print(header: string, settings: ImportSettings): string {
    const parts = [header];
    for (const text of [
      this.#importText(settings),
      this.#reexportText(settings),
      this.bodyText(),
    ])
      if (text !== "") parts.push(text);
    if (this.ambient !== undefined) return this.#ambientText(parts);
    if (parts.length === 1) parts.push("export {};\n");
    return parts.join("\n");
  }

  /** The text of all that the module declares, without what stands in front of it. */
  bodyText(): string {
    let text = "";
    this.#parts.forEach((part) => {
      const printed = part(this.nameOf);
      if (printed !== "") text += text === "" ? printed : `\n${printed}`;
    });
    return text;
  }

  #ambientText([header = "", ...body]: string[]): string {
    const references = referencesText(this.path, this.#origins());
    const name = JSON.stringify(this.ambient);
    const declared = body.length === 0 ? "" : `\n${body.join("\n")}`;
    return `${header}${references}\ndeclare module ${name} {${declared}}\n`;
  }

  /** The paths of the modules whose declarations are used here, sorted. */
  #origins(): string[] {
    const paths = new Set<string>();
    for (const { origin } of this.declarations)
      if (origin !== undefined) paths.add(origin.module.path);
    return [...paths].sort();
  }

  #importText({ runtime, importExtension }: ImportSettings): string {
    const links = new Links("import", this.nameOf.indentation);
    for (const [from, what] of this.#foreign) {
      if (what.kind === "name") {
        const name = renaming(what.name, what.local?.name ?? what.name);
        links.add(from, what.use, name);
      } else {
        const { name } = what.local;
        links.addWhole(from, what.kind === "all" ? `* as ${name}` : name);
      }
    }
    const specifiers = new Map<Module, string>();
    this.#uses.forEach((use, symbol) => {
      if (symbol.kind === "runtime") links.add(runtime, "type", symbol.name);
      else if (symbol.kind === "declaration") {
        const origin = symbol.module === this ? symbol.origin : symbol;
        if (origin === undefined) return;
        let from = specifiers.get(origin.module);
        if (from === undefined)
          specifiers.set(
            origin.module,
            (from = specifier(this, origin.module, importExtension)),
          );
        links.add(from, use, renaming(origin.name, this.nameOf(symbol)));
      }
    });
    return links.print();
  }

  #reexportText({ importExtension }: ImportSettings): string {
    const links = new Links("export", this.nameOf.indentation);
    this.declarations.forEach(({ origin, name, hasValue }) => {
      if (origin === undefined) return;
      const use = hasValue ? "value" : "type";
      links.add(
        specifier(this, origin.module, importExtension),
        use,
        renaming(origin.name, name),
      );
    });
    return links.print();
  }
}

/** What of the settings the imports of a file depend on. */
type ImportSettings = Pick<Settings, "runtime" | "importExtension">;

/** How one generated file imports another. */
function specifier(
  from: Module,
  to: Module,
  extension: ImportExtension,
): string {
  return to.ambient ?? `${relativePath(from.path, to.path)}.${extension}`;
}

/**
 * References to files that declare modules of guests, on lines of their own.
 *
 * @param from - the path of the module that has them, without extension.
 * @param paths - those of the modules that are declared.
 */
export function referencesText(from: string, paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const lines = paths.map(
    (path) => `/// <reference path="${relativePath(from, path)}.d.ts" />\n`,
  );
  return `/* eslint-disable @typescript-eslint/triple-slash-reference -- the declarations of these modules are found in no other way */\n${lines.sort().join("")}`;
}

/** The way from one file to another, both relative to the output directory. */
export function relativePath(from: string, to: string): string {
  const source = from.split("/");
  const target = to.split("/");
  let common = 0;
  while (
    common < source.length - 1 &&
    common < target.length - 1 &&
    source[common] === target[common]
  )
    common++;
  const up = source.length - 1 - common;
  const start = up === 0 ? "./" : "../".repeat(up);
  return start + target.slice(common).join("/");
}
