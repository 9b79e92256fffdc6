import { layoutNames, printWidth } from "./layout.js";
import { eachSymbol, type TypeExpression } from "./expression.js";
import type { Names } from "./flat.js";
import { reservedWords } from "./reserved.js";
import { Scope } from "./scope.js";
import type { Declaration } from "./symbols.js";
import { type NameSymbol } from "./symbols.js";

/** Prints a part of a module, once all names are decided. Returns whole lines. */
export type Printer = (names: Names) => string;

/** How a symbol of elsewhere is used: for the compiler alone, or at run time too. */
type Use = "type" | "value";

/**
 * One generated file: what it declares, what it needs of other files, and how its parts are printed. Its names are
 * decided in two steps: first those it exports, for all files; then those under which it imports.
 */
export class Module {
  /** Relative to the output directory, with `/`, without extension. */
  readonly path: string;
  /** The name of the module that a component's guest imports, for a file that declares one; else `undefined`. */
  readonly ambient: string | undefined;
  readonly declarations: Declaration[] = [];
  readonly #uses = new Map<NameSymbol, Use>();
  readonly #parts: Printer[] = [];
  readonly #scope = new Scope(reservedWords);
  readonly #imported = new Map<NameSymbol, string>();
  readonly #seen = new Set<TypeExpression>();

  constructor(path: string, ambient?: string) {
    this.path = path;
    this.ambient = ambient;
    this.nameOf = Object.assign(
      (symbol: NameSymbol) => this.#localName(symbol),
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
    if (type.kind === "text" || this.#seen.has(type)) return;
    this.#seen.add(type);
    eachSymbol(type, (symbol) => this.mentionSymbol(symbol, "type"));
  }

  /** Notes that a name is used. */
  mentionSymbol(symbol: NameSymbol, use: Use): void {
    if (use === "value" || !this.#uses.has(symbol)) this.#uses.set(symbol, use);
  }

  /** Keeps a name free for a part of the module that prints it by itself. */
  reserve(name: string): void {
    this.#scope.reserve(name);
  }

  /** Decides the names that the module exports. Globals and what comes from the runtime keep theirs. */
  nameDeclarations(renamed: (declaration: Declaration) => void): void {
    for (const symbol of this.#uses.keys())
      if (symbol.kind !== "declaration") this.#scope.reserve(symbol.name);
    for (const declaration of this.declarations) {
      declaration.name = this.#scope.claim(declaration.wanted);
      if (declaration.name !== declaration.wanted) renamed(declaration);
    }
  }

  /** Decides the names under which the module imports; those of all modules that it imports from are decided. */
  nameImports(): void {
    for (const symbol of this.#uses.keys()) {
      if (symbol.kind !== "declaration" || symbol.module === this) continue;
      this.#imported.set(symbol, this.#scope.claim(symbol.name));
    }
  }

  /** The name of a symbol in this module. */
  readonly nameOf: Names;

  #localName(symbol: NameSymbol): string {
    if (symbol.kind !== "declaration" || symbol.module === this)
      return symbol.name;
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
   * @param runtimeModule - where the types of the runtime are imported from
   */
  print(header: string, runtimeModule: string): string {
    const parts = [header];
    const links = this.#importText(runtimeModule) + this.#reexportText();
    if (links !== "") parts.push(links);
    const body = this.bodyText();
    if (body !== "") parts.push(body);
    if (this.ambient !== undefined) return this.#ambientText(parts);
    if (parts.length === 1) parts.push("export {};\n");
    return parts.join("\n");
  }

  /** The text of all that the module declares, without what stands in front of it. */
  bodyText(): string {
    let text = "";
    for (const part of this.#parts) {
      const printed = part(this.nameOf);
      if (printed !== "") text += text === "" ? printed : `\n${printed}`;
    }
    return text;
  }

  #ambientText([header = "", ...body]: string[]): string {
    let references = "";
    for (const path of this.#origins()) {
      references += `/// <reference path="${relativePath(this.path, path)}.d.ts" />\n`;
    }
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

  #importText(runtimeModule: string): string {
    const links = new Links(this.nameOf.indentation);
    for (const [symbol, use] of this.#uses) {
      if (symbol.kind === "runtime")
        links.add(runtimeModule, "type", symbol.name);
      else if (symbol.kind === "declaration") {
        const origin = symbol.module === this ? symbol.origin : symbol;
        if (origin === undefined) continue;
        links.add(
          specifier(this, origin.module),
          use,
          renaming(origin.name, this.nameOf(symbol)),
        );
      }
    }
    return links.print("import");
  }

  #reexportText(): string {
    const links = new Links(this.nameOf.indentation);
    for (const { origin, name, hasValue } of this.declarations) {
      if (origin === undefined) continue;
      const use = hasValue ? "value" : "type";
      links.add(
        specifier(this, origin.module),
        use,
        renaming(origin.name, name),
      );
    }
    return links.print("export");
  }
}

/** Names by the module they come from, values and types apart. */
class Links {
  readonly #modules = new Map<string, { type: string[]; value: string[] }>();
  readonly #indentation: string;

  constructor(indentation: string) {
    this.#indentation = indentation;
  }

  add(module: string, use: Use, name: string): void {
    let names = this.#modules.get(module);
    if (names === undefined)
      this.#modules.set(module, (names = { type: [], value: [] }));
    names[use].push(name);
  }

  /** One statement a line, or several where it is too wide; sorted, so that the order of use does not matter. */
  print(keyword: "import" | "export"): string {
    let text = "";
    for (const [module, names] of [...this.#modules].sort(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      if (names.value.length > 0)
        text += linkText(
          this.#indentation + keyword,
          names.value.sort(),
          module,
        );
      if (names.type.length > 0)
        text += linkText(
          `${this.#indentation}${keyword} type`,
          names.type.sort(),
          module,
        );
    }
    return text;
  }
}

/** `import { a, b } from "module";`, with what stands in front of the names. */
export function linkText(
  head: string,
  names: string[],
  module: string,
): string {
  const tail = ` from ${JSON.stringify(module)};`;
  const flat = `${head} { ${names.join(", ")} }${tail}`;
  return `${flat.length <= printWidth ? flat : layoutNames(head, names, tail)}\n`;
}

function renaming(name: string, local: string): string {
  return name === local ? name : `${name} as ${local}`;
}

/** How one generated file imports another. */
function specifier(from: Module, to: Module): string {
  return to.ambient ?? `${relativePath(from.path, to.path)}.js`;
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
