import { eachSymbol, type TypeExpression } from "./expression.js";
import type { Names } from "./flat.js";
import { Links, renaming, type Use } from "./links.js";
import type { ImportExtension, Settings } from "./options.js";
import { reservedWords } from "./reserved.js";
import { Scope } from "./scope.js";
import type { Declaration } from "./symbols.js";
import { type NameSymbol } from "./symbols.js";

/** Prints a part of a module, after all names have been assigned. Returns whole lines. */
export type Printer = (names: Names) => string;

/** An import that is neither a `Declaration` nor a `RuntimeSymbol`: an adapter, or what componentize-js provides. */
export type ForeignImport =
  | {
      readonly kind: "name";
      readonly name: string;
      readonly use: Use;
      /** The local name. If it is missing, the exported name is used. */
      readonly local?: Declaration;
    }
  | { readonly kind: "default" | "all"; readonly local: Declaration };

/**
 * One generated file: its declarations, its imports, and the printers of its parts. Names are assigned in two steps. The
 * first names the declarations, which other modules import; it needs to know all symbols that the module mentions. The
 * second assigns local names to imports.
 */
export class Module {
  /** Relative to the output directory, with `/`, without extension. */
  readonly path: string;
  /** The module name in `declare module`, for a file that declares a module that guests import; else `undefined`. */
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
    this.recordSymbol(symbol, "type");
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

  /** Adds a declaration. In a name conflict, the earlier declaration keeps the name. */
  declare(declaration: Declaration): Declaration {
    this.declarations.push(declaration);
    return declaration;
  }

  /** Adds a part to the end of the module. */
  add(part: Printer): void {
    this.#parts.push(part);
  }

  /** Records the symbols that a type mentions. */
  recordType(type: TypeExpression): void {
    if (type.kind === "text") return;
    if (type.kind === "name" && type.arguments === undefined) {
      this.recordSymbol(type.symbol, "type");
      return;
    }
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    eachSymbol(type, this.#mentionType);
  }

  /** Records that a symbol is used, as a type or as a value. */
  recordSymbol(symbol: NameSymbol, use: Use): void {
    if (use === "value" || !this.#uses.has(symbol)) this.#uses.set(symbol, use);
  }

  /** Adds an import that no symbol stands for. */
  importForeign(from: string, what: ForeignImport): void {
    if (what.kind === "name" && what.local === undefined)
      this.#scope.reserve(what.name);
    this.#foreign.push([from, what]);
  }

  /** Reserves a name that a part of the module prints without declaring it. */
  reserve(name: string): void {
    this.#scope.reserve(name);
  }

  /** Sets a callback that adds the parts of the module and records the symbols they mention. It runs lazily. */
  setFiller(fill: () => void): void {
    this.#fill = fill;
  }

  /**
   * Assigns all names of the module, and the names of the declarations in the modules that it imports from.
   *
   * @param changed - called for each declaration that does not get its preferred name
   */
  name(changed: (declaration: Declaration) => void): void {
    this.#nameDeclarations(changed);
    this.#uses.forEach((_, symbol) => {
      if (symbol.kind !== "declaration" || symbol.module === this) return;
      symbol.module.#nameDeclarations(changed);
      this.#imported.set(symbol, this.#scope.claim(symbol.name));
    });
  }

  /** Assigns the names of the module's declarations. Globals and imports from the runtime keep their names. */
  #nameDeclarations(changed: (declaration: Declaration) => void): void {
    if (this.#isNamed) return;
    this.#isNamed = true;
    this.#fill?.();
    this.#fill = undefined;
    this.#uses.forEach((_, symbol) => {
      if (symbol.kind !== "declaration") this.#scope.reserve(symbol.name);
    });
    this.declarations.forEach((declaration) => {
      declaration.name = this.#scope.claim(declaration.preferredName);
      if (
        declaration.name !== declaration.preferredName &&
        !declaration.isInternal
      )
        changed(declaration);
    });
  }

  /** Frees what is needed only for printing. The names of the declarations remain available to other modules. */
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
   * @param header - comment lines for the top of the file
   * @param settings - the module to import runtime types from, and the extension used to import other generated files
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

  /** The text of the module's parts, without header, imports and re-exports. */
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

  /** The paths of the modules whose declarations this module re-exports, sorted. */
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

/** The settings that affect the imports of a file. */
type ImportSettings = Pick<Settings, "runtime" | "importExtension">;

/** The module specifier with which one generated file imports another. */
function specifier(
  from: Module,
  to: Module,
  extension: ImportExtension,
): string {
  return to.ambient ?? `${relativePath(from.path, to.path)}.${extension}`;
}

/**
 * `/// <reference>` lines for the files that declare the modules of a guest.
 *
 * @param from - the path of the referencing file, without extension.
 * @param paths - the paths of the referenced files, without extension.
 */
export function referencesText(from: string, paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const lines = paths.map(
    (path) => `/// <reference path="${relativePath(from, path)}.d.ts" />\n`,
  );
  return `/* eslint-disable @typescript-eslint/triple-slash-reference -- the declarations of these modules cannot be found in any other way */\n${lines.sort().join("")}`;
}

/** The relative path from one file to another. Both paths are relative to the output directory. */
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
