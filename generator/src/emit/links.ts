import { layoutNames, printWidth } from "./layout.js";

/** How a symbol of elsewhere is used: for the compiler alone, or at run time too. */
export type Use = "type" | "value";

/** What one statement imports or exports, under the names that it has here. */
interface Clauses {
  readonly type: string[];
  readonly value: string[];
  /** Whole modules, and what they export by default. */
  readonly whole: string[];
}

/** The imports of a file, or what it exports again: one statement for each module, and for what stands for a whole one. */
export class Links {
  readonly #modules = new Map<string, Clauses>();
  readonly #keyword: string;
  readonly #indentation: string;

  constructor(keyword: "import" | "export", indentation: string) {
    this.#keyword = keyword;
    this.#indentation = indentation;
  }

  /** Adds a name, or what stands between the braces where it is renamed. */
  add(module: string, use: Use, name: string): void {
    this.#clauses(module)[use].push(name);
  }

  /** Adds `* as name`, or the name of what is exported by default. */
  addWhole(module: string, clause: string): void {
    this.#clauses(module).whole.push(clause);
  }

  #clauses(module: string): Clauses {
    let clauses = this.#modules.get(module);
    if (clauses === undefined)
      this.#modules.set(module, (clauses = { type: [], value: [], whole: [] }));
    return clauses;
  }

  /** Sorted, so that the order of use does not matter. */
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

/** Packages first, then files. */
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
