import type { Function, Model, TypeReference } from "../model/model.js";
import { contentLines } from "./documentation.js";
import { errorConvention } from "./error-convention.js";
import {
  globalType,
  withoutUndefined,
  type TypeExpression,
} from "./expression.js";
import { flatType, type Names } from "./flat.js";
import { isConstructor, isMethod } from "./functions.js";
import type { Keys } from "./keys.js";
import { layoutMethod, printWidth, type ParameterLayout } from "./layout.js";
import type { Module } from "./module.js";
import { parameterOwnership, resultOwnership } from "./ownership.js";
import { isFuture, isOptional, resolveAlias } from "./resolve-alias.js";
import type { NameSymbol } from "./symbols.js";
import type { Flavour, TypeMapper } from "./type-mapper.js";

/** Gives declarations their names in their own modules, for use in comments, which need no imports. */
const ownNames: Names = Object.assign(({ name }: NameSymbol) => name, {
  indentation: "",
});

/** The signature of a function in TypeScript. */
export interface Signature {
  readonly parameters: readonly ParameterLayout[];
  readonly result: TypeExpression;
}

/** How errors are thrown: as the `payload` of an error, as by componentize-js, or bare, as by jco's shim for WASI. */
export type Thrown = "as-payload" | "bare";

/** Makes the signatures of functions. */
export class Signatures {
  readonly #model: Model;
  readonly #types: TypeMapper;
  readonly #keys: Keys;
  readonly #promised: ReadonlySet<Function>;
  readonly #thrown: Thrown | undefined;
  readonly #parameterNames = new Map<Function, readonly string[]>();
  readonly #promises = new Map<TypeExpression, TypeExpression>();

  /**
   * @param promised - the functions that return promises in both contracts
   * @param thrown - how errors are thrown, or `undefined` if they are returned
   */
  constructor(
    model: Model,
    types: TypeMapper,
    keys: Keys,
    promised: ReadonlySet<Function>,
    thrown?: Thrown,
  ) {
    this.#model = model;
    this.#types = types;
    this.#keys = keys;
    this.#promised = promised;
    this.#thrown = thrown;
  }

  /**
   * The signature of a function in a contract. In the asynchronous one, every function returns a promise or a future,
   * except constructors, which are always synchronous.
   */
  of(item: Function, flavour: Flavour): Signature {
    const parameters = isMethod(item) ? item.params.slice(1) : item.params;
    const result = this.#types.typeOf(this.#returned(item), flavour);
    const waits =
      this.#promised.has(item) ||
      (flavour === "async" &&
        !isConstructor(item) &&
        !isFuture(this.#model, item.result));
    return {
      parameters: this.#parameters(item, parameters, flavour),
      result: waits ? this.#promise(result) : result,
    };
  }

  /** The type that a function returns: if errors are thrown, only the `ok` part of a `result`. */
  #returned(item: Function): TypeReference | null | undefined {
    const { result } = item;
    if (
      this.#thrown === undefined ||
      errorConvention(this.#model, result) !== "thrown"
    )
      return result;
    const kind = resolveAlias(this.#model, result as TypeReference);
    return typeof kind === "object" && "result" in kind
      ? kind.result.ok
      : result;
  }

  #promise(result: TypeExpression): TypeExpression {
    let promise = this.#promises.get(result);
    if (promise === undefined)
      this.#promises.set(result, (promise = globalType("Promise", result)));
    return promise;
  }

  #parameters(
    item: Function,
    parameters: readonly {
      readonly name: string;
      readonly type: TypeReference;
    }[],
    flavour: Flavour,
  ): ParameterLayout[] {
    let names = this.#parameterNames.get(item);
    if (names === undefined) {
      names = this.#keys.parameters(
        parameters.map(({ name }) => name),
        item,
      );
      this.#parameterNames.set(item, names);
    }
    let required = parameters.length;
    while (
      required > 0 &&
      isOptional(this.#model, parameters[required - 1]?.type ?? "bool")
    )
      required--;
    return parameters.map(({ type }, index) => {
      const expression = this.#types.typeOf(type, flavour);
      const optional = index >= required;
      return {
        name: names[index] ?? "",
        optional,
        type: optional ? withoutUndefined(expression) : expression,
      };
    });
  }

  /**
   * The `@param`, `@returns` and `@throws` lines of a function: the documentation of parameters from WIT, who owns the
   * resources in parameters and result, and thrown errors. Call it only after names have been assigned.
   */
  notes(item: Function, signature: Signature): string[] {
    const notes: string[] = [];
    const first = isMethod(item) ? 1 : 0;
    for (let index = first; index < item.params.length; index++) {
      const parameter = item.params[index];
      if (parameter === undefined) continue;
      const { docs, type } = parameter;
      const ownership = parameterOwnership(this.#model, type);
      const name = signature.parameters[index - first]?.name ?? "";
      const lines = docs === undefined ? [] : contentLines(docs.contents);
      const last = lines.pop();
      if (last !== undefined)
        lines.push(ownership === undefined ? last : `${last} (${ownership})`);
      else if (ownership !== undefined) lines.push(ownership);
      lines.forEach((line, at) =>
        notes.push(at === 0 ? `@param ${name} - ${line}` : line),
      );
    }
    const returned = isConstructor(item) ? undefined : this.#returned(item);
    const ownership =
      returned === null || returned === undefined
        ? undefined
        : resultOwnership(this.#model, returned);
    if (ownership !== undefined) notes.push(`@returns ${ownership}`);
    const thrown = this.#thrownNote(item);
    if (thrown !== undefined) notes.push(thrown);
    return notes;
  }

  /** The `@throws` line. It documents the type of thrown errors, which the signature does not contain. */
  #thrownNote({ result }: Function): string | undefined {
    if (
      this.#thrown === undefined ||
      errorConvention(this.#model, result) !== "thrown"
    )
      return undefined;
    const kind = resolveAlias(this.#model, result as TypeReference);
    if (typeof kind !== "object" || !("result" in kind)) return undefined;
    const { err } = kind.result;
    const isBare = this.#thrown === "bare";
    if (err === null)
      return isBare
        ? "@throws `undefined` if the function fails"
        : "@throws if the function fails, without a `payload`";
    const type = flatType(this.#types.typeOf(err, "sync"), ownNames);
    return isBare
      ? `@throws the error itself if the function fails: \`${type}\``
      : `@throws if the function fails, with the error as \`payload\`: \`${type}\``;
  }
}

/** Records the symbols that a signature mentions. */
export function recordSignature(
  module: Module,
  { parameters, result }: Signature,
): void {
  parameters.forEach(({ type }) => {
    module.recordType(type);
  });
  module.recordType(result);
}

/** `name(parameters): result;` in an interface, on one line or, if it is too wide, on several. */
export function methodText(
  name: string,
  { parameters, result }: Signature,
  names: Names,
  indentation: string,
): string {
  const flat = `${indentation}${name}(${flatParameters(parameters, names)}): ${flatType(result, names)};`;
  if (flat.length <= printWidth) return `${flat}\n`;
  return `${layoutMethod(name, parameters, result, names, indentation)}\n`;
}

/** `constructor(parameters);` in a class. */
export function constructorText(
  { parameters }: Signature,
  names: Names,
  indentation: string,
): string {
  const flat = `${indentation}constructor(${flatParameters(parameters, names)});`;
  if (flat.length <= printWidth) return `${flat}\n`;
  return `${layoutMethod("constructor", parameters, undefined, names, indentation)}\n`;
}

/** Parameters on one line. */
export function flatParameters(
  parameters: readonly ParameterLayout[],
  names: Names,
): string {
  let text = "";
  parameters.forEach(({ name, optional, type }) => {
    text += `${text === "" ? "" : ", "}${name}${optional ? "?" : ""}: ${flatType(type, names)}`;
  });
  return text;
}
