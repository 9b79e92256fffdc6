import type {
  Function,
  Interface,
  Model,
  Package,
  Stability,
  TypeDefinition,
  TypeId,
  World,
  WorldItem,
} from "../model/model.js";
import {
  externName,
  functionForm,
  interfaceName,
  interfaceOf,
  typeOf,
} from "../model/queries.js";
import { structureText } from "../model/structure-text.js";
import { definingWord, functionText, referenceText } from "./type-text.js";

/** The functions of each resource, by its id. */
type ResourceFunctions = ReadonlyMap<TypeId, readonly Function[]>;

/** A line of the tree and its child lines. */
interface Branch {
  readonly text: string;
  readonly children: readonly Branch[];
}

/** Functions that colour parts of the tree. */
export interface TreePaint {
  /** Colours a keyword of an item, such as `interface` or `record`. */
  readonly word: (text: string) => string;
  /** Colours less important parts: gates and the lines of the tree. */
  readonly faint: (text: string) => string;
}

/** Options of {@link renderTree}. */
export interface TreeOptions {
  /** Colours. Default: none. */
  readonly paint?: TreePaint;
}

const plain: TreePaint = { word: (text) => text, faint: (text) => text };

/**
 * Formats a model as a tree for people: packages, their interfaces with types and functions, and their worlds with
 * imports and exports. Types are in WIT syntax, and items are shown with their gates.
 *
 * @returns lines, each terminated by LF.
 */
export function renderTree(model: Model, options: TreeOptions = {}): string {
  const paint = options.paint ?? plain;
  const tree = new TreeBuilder(model, paint);
  return model.packages
    .map((item) => {
      const { text, children } = tree.package(item);
      return `${text}\n${lines(children, "", paint)}`;
    })
    .join("\n");
}

function lines(
  branches: readonly Branch[],
  indent: string,
  paint: TreePaint,
): string {
  let text = "";
  for (const [index, branch] of branches.entries()) {
    const isLast = index === branches.length - 1;
    text += `${paint.faint(`${indent}${isLast ? "└─ " : "├─ "}`)}${branch.text}\n`;
    text += lines(branch.children, `${indent}${isLast ? "   " : "│  "}`, paint);
  }
  return text;
}

class TreeBuilder {
  readonly #model: Model;
  readonly #paint: TreePaint;

  constructor(model: Model, paint: TreePaint) {
    this.#model = model;
    this.#paint = paint;
  }

  package(item: Package): Branch {
    const children: Branch[] = [];
    for (const interface_ of item.interfaces.values())
      children.push(this.#interface(interfaceOf(this.#model, interface_)));
    for (const world of item.worlds.values()) {
      const found = this.#model.worlds[world];
      if (found !== undefined) children.push(this.#world(found));
    }
    return { text: `${this.#paint.word("package")} ${item.name}`, children };
  }

  #interface(item: Interface): Branch {
    const text = `${this.#paint.word("interface")} ${item.name ?? ""}${this.#gate(item.stability)}`;
    return { text, children: this.#members(item) };
  }

  #members(item: Interface): Branch[] {
    const functions = byResource(item.functions.values());
    const members: Branch[] = [];
    for (const id of item.types.values())
      members.push(this.#type(id, functions));
    for (const member of item.functions.values()) {
      if (functionForm(member.kind).resource === undefined)
        members.push(this.#function(member));
    }
    return members;
  }

  #world(item: World): Branch {
    const children: Branch[] = [];
    const entries = [...item.imports.values()];
    const functions = byResource(
      entries.flatMap((entry) => ("function" in entry ? [entry.function] : [])),
    );
    for (const [key, entry] of item.imports) {
      // The functions of a resource are listed below the resource.
      if (
        "function" in entry &&
        functionForm(entry.function.kind).resource !== undefined
      )
        continue;
      children.push(this.#worldItem("import", key, item.imports, functions));
    }
    for (const key of item.exports.keys())
      children.push(this.#worldItem("export", key, item.exports, functions));
    return {
      text: `${this.#paint.word("world")} ${item.name}${this.#gate(item.stability)}`,
      children,
    };
  }

  #worldItem(
    direction: "import" | "export",
    key: string,
    items: ReadonlyMap<string, WorldItem>,
    functions: ResourceFunctions,
  ): Branch {
    const word = this.#paint.word(direction);
    const item = items.get(key) as WorldItem;
    if ("type" in item) return this.#type(item.type, functions);
    if ("function" in item) {
      return {
        text: `${word} ${this.#functionText(item.function)}`,
        children: [],
      };
    }
    const { id, stability } = item.interface;
    const target = interfaceOf(this.#model, id);
    const gate = this.#gate(stability);
    if (target.name === null) {
      return {
        text: `${word} ${key}: ${this.#paint.word("interface")}${gate}`,
        children: this.#members(target),
      };
    }
    const name = externName(this.#model, key, items);
    const label =
      name === key ? `${key}: ${interfaceName(this.#model, id) ?? ""}` : name;
    return { text: `${word} ${label}${gate}`, children: [] };
  }

  #type(id: TypeId, functions: ResourceFunctions): Branch {
    const item = typeOf(this.#model, id);
    const gate = this.#gate(item.stability);
    const name = item.name ?? "";
    const source = this.#usedFrom(item);
    if (source !== undefined) {
      return {
        text: `${this.#paint.word("use")} ${source}${gate}`,
        children: [],
      };
    }
    const word = definingWord(item);
    const head = `${this.#paint.word(word)} ${name}`;
    if (word === "resource")
      return {
        text: `${head}${gate}`,
        children: (functions.get(id) ?? []).map((member) =>
          this.#function(member),
        ),
      };
    const body = structureText(item.kind, (inner) =>
      referenceText(this.#model, inner),
    );
    return {
      text: `${head}${word === "type" ? " =" : ""} ${body}${gate}`,
      children: [],
    };
  }

  /** Returns `ns:package/interface.{name as alias}` for a type that a `use` takes from another interface. */
  #usedFrom(item: TypeDefinition): string | undefined {
    const { kind, owner, name } = item;
    if (
      typeof kind === "string" ||
      !("type" in kind) ||
      typeof kind.type !== "number"
    )
      return undefined;
    const target = typeOf(this.#model, kind.type);
    if (
      target.owner === null ||
      !("interface" in target.owner) ||
      target.name === null
    )
      return undefined;
    if (
      owner !== null &&
      "interface" in owner &&
      owner.interface === target.owner.interface
    )
      return undefined;
    const from = interfaceName(this.#model, target.owner.interface);
    if (from === undefined) return undefined;
    return `${from}.{${target.name === name ? target.name : `${target.name} as ${name ?? ""}`}}`;
  }

  #function(item: Function): Branch {
    return { text: this.#functionText(item), children: [] };
  }

  #functionText(item: Function): string {
    const { form } = functionForm(item.kind);
    const text = `${functionText(this.#model, item)}${this.#gate(item.stability)}`;
    if (form === "freestanding") return `${item.name}: ${text}`;
    if (form === "constructor")
      return `${this.#paint.word("constructor")}${text}`;
    return `${item.name.slice(item.name.indexOf(".") + 1)}: ${form === "static" ? "static " : ""}${text}`;
  }

  #gate(stability: Stability | undefined): string {
    if (stability === undefined) return "";
    const [gate, deprecated] =
      "stable" in stability
        ? [`@since ${stability.stable.since}`, stability.stable.deprecated]
        : [
            `@unstable ${stability.unstable.feature}`,
            stability.unstable.deprecated,
          ];
    return this.#paint.faint(
      `  ${gate}${deprecated === undefined ? "" : `, @deprecated ${deprecated}`}`,
    );
  }
}

/** Groups the functions of resources by resource. */
function byResource(functions: Iterable<Function>): Map<number, Function[]> {
  const groups = new Map<number, Function[]>();
  for (const item of functions) {
    const resource = functionForm(item.kind).resource;
    if (resource === undefined) continue;
    const group = groups.get(resource);
    if (group === undefined) groups.set(resource, [item]);
    else group.push(item);
  }
  return groups;
}
