import type {
  FunctionDescriptor,
  InterfaceDescriptor,
  ResourceDescriptor,
  TypeDefinitionDescriptor,
  TypeDescriptor,
  WorldDescriptor,
} from "./descriptor.js";
import { parseType, type ParsedType } from "./parse-type.js";

/** Where names of types are looked up: an interface, or a world for the types of its own. */
export type TypeScope = Pick<
  InterfaceDescriptor | WorldDescriptor,
  "name" | "types"
>;

/** A type that says itself what it is: neither a name nor an alias. */
export type StructuralType =
  | Exclude<ParsedType, { readonly kind: "named" }>
  | Exclude<TypeDefinitionDescriptor, { readonly kind: "alias" | "use" }>;

/** A type without its names, and the scope that the names inside of it are looked up in. */
export interface ResolvedType {
  readonly type: StructuralType;
  readonly scope: TypeScope;
}

/**
 * Follows names, aliases and `use` until a type says itself what it is.
 *
 * @param scope - where the type stands.
 * @param descriptor - the type, as WIT writes it.
 * @returns the type, and the scope in which the names within it mean something.
 * @throws TypeError - if the descriptor has a text that is no type, names a type that it does not define, or defines a name
 * by itself.
 */
export function resolveType(
  scope: TypeScope,
  descriptor: TypeDescriptor,
): ResolvedType {
  const type = parseType(descriptor);
  if (typeof type === "string" || type.kind !== "named") return { type, scope };
  return resolveName(scope, type.name);
}

/**
 * What a name of a type stands for. See {@link resolveType}.
 *
 * @param scope - where the name is mentioned.
 * @param name - as in WIT.
 * @returns the type, and the scope in which the names within it mean something.
 * @throws TypeError - as `resolveType` does.
 */
export function resolveName(scope: TypeScope, name: string): ResolvedType {
  let at = scope;
  let wanted = name;
  // No chain of names is longer than the names there are, unless it runs in a circle.
  for (let steps = 0; steps <= mostSteps; steps++) {
    // Own members only: a type may be called `constructor` or `to-string`.
    const definition = Object.hasOwn(at.types, wanted)
      ? at.types[wanted]
      : undefined;
    if (definition === undefined) {
      throw new TypeError(
        `the descriptor of ${at.name} names a type \`${wanted}\` that it does not define`,
      );
    }
    if (definition.kind === "use") {
      at = definition.from;
      wanted = definition.name;
    } else if (definition.kind === "alias") {
      const type = parseType(definition.type);
      if (typeof type === "string" || type.kind !== "named") {
        return { type, scope: at };
      }
      wanted = type.name;
    } else {
      return { type: definition, scope: at };
    }
  }
  throw new TypeError(
    `the descriptor of ${scope.name} defines the type \`${name}\` by itself`,
  );
}

const mostSteps = 10_000;

/** A resource, and the interface or world that declares it. */
export interface ResolvedResource {
  readonly resource: ResourceDescriptor;
  readonly scope: TypeScope;
  /** Its name in WIT. */
  readonly name: string;
}

/**
 * The resource that a name stands for.
 *
 * @param scope - where the name is mentioned.
 * @param name - as in WIT.
 * @returns the resource, with the name and the scope it was declared under.
 * @throws TypeError - if it stands for something else, or as `resolveType` does.
 */
export function resolveResource(
  scope: TypeScope,
  name: string,
): ResolvedResource {
  const resolved = resolveName(scope, name);
  if (typeof resolved.type !== "string" && resolved.type.kind === "resource") {
    const { type: resource, scope: owner } = resolved;
    const declared = Object.entries(owner.types).find(
      ([, definition]) => definition === resource,
    );
    return { resource, scope: owner, name: declared?.[0] ?? name };
  }
  throw new TypeError(
    `the descriptor of ${scope.name} says that \`${name}\` is a resource, but it is none`,
  );
}

/**
 * Whether an option of these elements is the bare value or `undefined`. Where the element may be `undefined` itself, the
 * option is `{ tag: "some", val }` or `{ tag: "none" }` instead. So it is every other of the options that stand in each
 * other, the innermost first, as jco has it.
 *
 * @param scope - where the option stands.
 * @param element - what it is an option of.
 * @returns whether there is no object around the value.
 */
export function isBareOption(
  scope: TypeScope,
  element: TypeDescriptor,
): boolean {
  const resolved = resolveType(scope, element);
  return !(
    typeof resolved.type === "object" &&
    resolved.type.kind === "option" &&
    isBareOption(resolved.scope, resolved.type.element)
  );
}

/**
 * Whether a function returns a future as a whole, and at once: the thenable is its value then, and nothing to be awaited by those who
 * hand it on.
 */
export function returnsFuture(
  scope: TypeScope,
  { async, result }: FunctionDescriptor,
): boolean {
  if (async === true || result === undefined) return false;
  const { type } = resolveType(scope, result);
  return typeof type === "object" && type.kind === "future";
}

/**
 * The function-level `result` of a function, or undefined where its type is something else.
 *
 * @param scope - the interface or world of the function.
 * @param one - the function.
 * @returns the types of success and failure, each missing where it is `_`, and the scope they stand in.
 */
export function resultType(
  scope: TypeScope,
  one: FunctionDescriptor,
):
  | {
      readonly ok?: TypeDescriptor;
      readonly err?: TypeDescriptor;
      readonly scope: TypeScope;
    }
  | undefined {
  if (one.result === undefined) return undefined;
  const resolved = resolveType(scope, one.result);
  return typeof resolved.type === "object" && resolved.type.kind === "result"
    ? { ...resolved.type, scope: resolved.scope }
    : undefined;
}

/** The function-level `result` whose error jco has thrown; undefined where there is none, or jco returns it whole. */
export function thrownResult(
  scope: TypeScope,
  one: FunctionDescriptor,
): ReturnType<typeof resultType> {
  return one.errors === "returned" ? undefined : resultType(scope, one);
}
