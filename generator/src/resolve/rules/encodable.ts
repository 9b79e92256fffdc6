import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { DiagnosticArguments } from "../../diagnostics/catalogue.js";
import type {
  FunctionType,
  Identifier,
  InterfaceItem,
  Item,
  Parameter,
  ResourceDefinition,
  Type,
  TypeDefinition,
  World,
} from "../../syntax/ast.js";
import type { SourceFile } from "../../syntax/source.js";

/** The warnings of this rule. */
type EncodableCode =
  | "empty-type"
  | "too-many-flags"
  | "duplicate-member"
  | "name-clash"
  | "zero-length-list"
  | "stream-of-char";

/** The most flags that one type can have in a component. */
const mostFlags = 32;

/**
 * Warns of what is accepted, and yet cannot be encoded as a component: the rules are those of the component model's
 * validation (https://github.com/WebAssembly/component-model, design/mvp/Explainer.md).
 *
 * @param items the items of a file
 * @param isUnusual whether the file is, see `ast.ts`
 */
export function checkEncodable(
  items: readonly Item[],
  isUnusual: boolean,
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): void {
  const check = new EncodableCheck(source, isUnusual, diagnostics);
  for (const item of items) {
    if (item.kind === "nested-package")
      checkEncodable(item.items, isUnusual, source, diagnostics);
    else if (item.kind === "interface") check.interface(item.items);
    else if (item.kind === "world") check.world(item);
  }
}

class EncodableCheck {
  readonly #source: SourceFile;
  /** If not, types need no look, and names that differ do so in more than case. */
  readonly #isUnusual: boolean;
  readonly #diagnostics: DiagnosticCollector;

  constructor(
    source: SourceFile,
    isUnusual: boolean,
    diagnostics: DiagnosticCollector,
  ) {
    this.#source = source;
    this.#isUnusual = isUnusual;
    this.#diagnostics = diagnostics;
  }

  interface(items: readonly InterfaceItem[]): void {
    if (!this.#isUnusual) {
      for (const item of items)
        if (item.kind !== "use" && item.kind !== "function")
          this.#definition(item);
      return;
    }
    const names = new Map<string, Identifier>();
    for (const item of items) {
      if (item.kind === "use") {
        for (const { name, alias } of item.names)
          this.#name(alias ?? name, names);
      } else {
        this.#name(item.name, names);
        if (item.kind === "function") this.#function(item.func);
        else this.#definition(item);
      }
    }
  }

  world(world: World): void {
    for (const item of world.items) {
      if (item.kind === "import" || item.kind === "export") {
        const extern = item.item;
        if (extern.kind === "extern-inline") this.interface(extern.items);
        else if (extern.kind === "extern-function") this.#function(extern.func);
      } else if (item.kind !== "use" && item.kind !== "include")
        this.#definition(item);
    }
  }

  #definition(item: TypeDefinition): void {
    switch (item.kind) {
      case "type":
        this.#type(item.type);
        break;
      case "record":
        if (item.fields.length === 0)
          this.#empty(item.name, "record", "fields");
        this.#members(item.fields, "field");
        for (const field of item.fields) this.#type(field.type);
        break;
      case "flags":
        if (item.flags.length === 0) this.#empty(item.name, "flags", "flags");
        if (item.flags.length > mostFlags) {
          const { name } = item.name;
          this.#report("too-many-flags", item.name, {
            name,
            count: item.flags.length,
          });
        }
        this.#members(item.flags, "flag");
        break;
      case "variant":
        this.#members(item.cases, "case");
        for (const { type } of item.cases)
          if (type !== undefined) this.#type(type);
        break;
      case "enum":
        this.#members(item.cases, "case");
        break;
      case "resource":
        this.#resource(item);
        break;
    }
  }

  /** The name of a resource's function must differ from that of the resource, for `[method]r.r` counts as `r`. */
  #resource(item: ResourceDefinition): void {
    const names = new Map<string, Identifier>();
    for (const member of item.methods) {
      if (member.kind === "constructor") {
        if (!this.#isUnusual) continue;
        this.#parameters(member.params);
        if (member.result !== undefined) this.#type(member.result);
        continue;
      }
      if (this.#isSame(member.name.name, item.name.name)) {
        this.#report(
          "name-clash",
          member.name,
          { name: member.name.name, first: item.name.name },
          item.name,
        );
      }
      if (!this.#isUnusual) continue;
      this.#name(member.name, names);
      this.#function(member.func, member.kind === "method");
    }
  }

  #isSame(left: string, right: string): boolean {
    return this.#isUnusual
      ? left.toLowerCase() === right.toLowerCase()
      : left === right;
  }

  #function(type: FunctionType, isMethod = false): void {
    if (!this.#isUnusual) return;
    this.#parameters(type.params, isMethod);
    if (type.result !== undefined) this.#type(type.result);
  }

  #parameters(params: readonly Parameter[], isMethod = false): void {
    this.#members(params, "parameter");
    for (const { name, type } of params) {
      if (
        isMethod &&
        name.name !== "self" &&
        name.name.toLowerCase() === "self"
      ) {
        this.#report("duplicate-member", name, {
          what: "parameter",
          first: "self",
        });
      }
      this.#type(type);
    }
  }

  #type(type: Type): void {
    if (!this.#isUnusual) return;
    switch (type.kind) {
      case "list":
        if (type.length === 0) this.#report("zero-length-list", type, {});
        this.#type(type.element);
        break;
      case "option":
        this.#type(type.element);
        break;
      case "stream":
        if (type.element?.kind === "primitive" && type.element.name === "char")
          this.#report("stream-of-char", type, {});
        if (type.element !== undefined) this.#type(type.element);
        break;
      case "future":
        if (type.element !== undefined) this.#type(type.element);
        break;
      case "map":
        this.#type(type.key);
        this.#type(type.value);
        break;
      case "result":
        if (type.ok !== undefined) this.#type(type.ok);
        if (type.err !== undefined) this.#type(type.err);
        break;
      case "tuple":
        if (type.elements.length === 0)
          this.#report("empty-type", type, {
            what: "tuple",
            members: "elements",
          });
        for (const element of type.elements) this.#type(element);
        break;
      case "primitive":
      case "named":
      case "own":
      case "borrow":
      case "missing":
        break;
    }
  }

  /** Members of one type, or parameters, must differ in more than case. */
  #members(
    members: readonly { readonly name: Identifier }[],
    what: string,
  ): void {
    if (members.length < 2 || !this.#mayRepeat(members)) return;
    const seen = new Map<string, Identifier>();
    for (const { name } of members) {
      const key = name.name.toLowerCase();
      const first = seen.get(key);
      if (first === undefined) seen.set(key, name);
      // Two parameters of one name are an error, and reported as that.
      else if (what !== "parameter" || first.name !== name.name) {
        this.#report(
          "duplicate-member",
          name,
          { what, first: first.name },
          first,
        );
      }
    }
  }

  /** A quick look before the proper one: whether two of a few names could be equal ignoring case. Of many, always. */
  #mayRepeat(members: readonly { readonly name: Identifier }[]): boolean {
    if (members.length > 12) return true;
    for (let index = 1; index < members.length; index++) {
      const name = members[index]?.name.name ?? "";
      for (let other = 0; other < index; other++) {
        const candidate = members[other]?.name.name ?? "";
        if (candidate.length === name.length && this.#isSame(candidate, name))
          return true;
      }
    }
    return false;
  }

  /** Names of one interface, or of one resource, must differ in more than case. Equal ones have been reported already. */
  #name(name: Identifier, seen: Map<string, Identifier>): void {
    const key = name.name.toLowerCase();
    const first = seen.get(key);
    if (first === undefined) seen.set(key, name);
    else if (first.name !== name.name)
      this.#report(
        "name-clash",
        name,
        { name: name.name, first: first.name },
        first,
      );
  }

  #empty(name: Identifier, what: string, members: string): void {
    this.#report("empty-type", name, {
      what: `${what} \`${name.name}\``,
      members,
    });
  }

  #report<Code extends EncodableCode>(
    code: Code,
    at: { readonly start: number; readonly end: number },
    values: DiagnosticArguments<Code>,
    first?: Identifier,
  ): void {
    const source = this.#source;
    const related =
      first === undefined
        ? []
        : [
            {
              source,
              start: first.start,
              end: first.end,
              message: "first here",
            },
          ];
    this.#diagnostics.report(
      code,
      { source, start: at.start, end: at.end },
      values,
      { related },
    );
  }
}
