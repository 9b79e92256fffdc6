import { layoutNames, printWidth } from "./layout.js";

/** How an imported symbol is used: only as a type, or also as a value at run time. */
export type Use = "type" | "value";

/** What is imported from, or re-exported from, one module: the texts of import or export specifiers. */
interface Clauses {
  readonly type: string[];
  readonly value: string[];
  /** Namespace imports (`* as name`) and default imports. */
  readonly whole: string[];
}

/** The imports or the re-exports of a file: one statement per module, plus one per namespace or default import. */
export class Links {
  readonly #modules = new Map<string, Clauses>();
  readonly #keyword: string;
  readonly #indentation: string;

  constructor(keyword: "import" | "export", indentation: string) {
    this.#keyword = keyword;
    this.#indentation = indentation;
  }

  /** Adds a named specifier: `name` or `name as local`. */
  add(module: string, use: Use, name: string): void {
    this.#clauses(module)[use].push(name);
  }

  /** Adds a namespace import, `* as name`, or the local name of a default import. */
  addWhole(module: string, clause: string): void {
    this.#clauses(module).whole.push(clause);
  }

  #clauses(module: string): Clauses {
    let clauses = this.#modules.get(module);
    if (clauses === undefined)
      this.#modules.set(module, (clauses = { type: [], value: [], whole: [] }));
    return clauses;
  }

  /** Prints the statements. They are sorted, so that the output does not depend on the order of use. */
  print(): string {
    const head = this.#indentation + this.#keyword;
    let text = "";
    for (const module of [...this.#modules.keys()].sort(compareModules)) {
      const { type, value, whole } = this.#clauses(module);
      const tail = ` from ${JSON.stringify(module)};`;
      for (const clause of whole) text += `${head} ${clause}${tail}\n`;
      type.sort();
      if (value.length > 0) {
        const names = [...value.sort(), ...type.map((name) => `type ${name}`)];
        text += linkText(head, names, tail);
      } else if (type.length > 0) text += linkText(`${head} type`, type, tail);
    }
    return text;
  }
}

/** Orders module specifiers: packages first, then relative paths. */
export function compareModules(a: string, b: string): number {
  const isFile = a.startsWith(".");
  if (isFile !== b.startsWith(".")) return isFile ? 1 : -1;
  return a < b ? -1 : 1;
}

function linkText(head: string, names: string[], tail: string): string {
  const flat = `${head} { ${names.join(", ")} }${tail}`;
  return `${flat.length <= printWidth ? flat : layoutNames(head, names, tail)}\n`;
}

/** `name`, or `name as local`. */
export function renaming(name: string, local: string): string {
  return name === local ? name : `${name} as ${local}`;
}
