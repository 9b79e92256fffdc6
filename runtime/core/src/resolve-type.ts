import type {
  FunctionDescriptor,
  InterfaceDescriptor,
  ResourceDescriptor,
  TypeDefinitionDescriptor,
  TypeDescriptor,
  WorldDescriptor,
} from "./descriptor.js";
import { parseType, type ParsedType } from "./parse-type.js";

/**
 * The scope in which type names are looked up: an interface, or a world for the types that the world itself declares.
 */
export type TypeScope = Pick<
  InterfaceDescriptor | WorldDescriptor,
  "name" | "types"
>;

/** A type with its structure: neither a name nor an alias. */
export type StructuralType =
  | Exclude<ParsedType, { readonly kind: "named" }>
  | Exclude<TypeDefinitionDescriptor, { readonly kind: "alias" | "use" }>;

/** A structural type, and the scope in which the names inside it are looked up. */
export interface ResolvedType {
  readonly type: StructuralType;
  readonly scope: TypeScope;
}

/**
 * Follows names, aliases and `use` until it reaches a structural type.
 *
 * @param scope - the scope in which the type is used.
 * @param descriptor - the type in WIT syntax.
 * @returns the structural type, and the scope in which the names inside it are looked up.
 * @throws TypeError - if the descriptor contains text that is not a type, names a type that it does not define, or
 * defines a name in terms of itself.
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
 * Resolves a type name to its structural type, as {@link resolveType} does.
 *
 * @param scope - the scope in which the name is used.
 * @param name - the name in WIT.
 * @returns the structural type, and the scope in which the names inside it are looked up.
 * @throws TypeError - under the conditions of {@link resolveType}.
 */
export function resolveName(scope: TypeScope, name: string): ResolvedType {
  let at = scope;
  let wanted = name;
  // The limit detects cyclic definitions: real chains of names are far shorter.
  for (let steps = 0; steps <= mostSteps; steps++) {
    // Look up own properties only: a type may be called `constructor`, which every object inherits.
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
    `the descriptor of ${scope.name} defines the type \`${name}\` in terms of itself`,
  );
}

const mostSteps = 10_000;

/** A resource, and the interface or world that declares it. */
export interface ResolvedResource {
  readonly resource: ResourceDescriptor;
  readonly scope: TypeScope;
  /** The name in WIT. */
  readonly name: string;
}

/**
 * Resolves a type name to the resource it refers to.
 *
 * @param scope - the scope in which the name is used.
 * @param name - the name in WIT.
 * @returns the resource, with the name and the scope under which it is declared.
 * @throws TypeError - if the name refers to something else, or under the conditions of {@link resolveType}.
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
    `the descriptor of ${scope.name} uses \`${name}\` as a resource, but it is not a resource`,
  );
}

/**
 * Tells whether an `option` of an element type is represented as the bare value or `undefined`.
 *
 * If the element itself may be `undefined`, the option is `{ tag: "some", val }` or `{ tag: "none" }` instead. In
 * nested options the two forms therefore alternate: the innermost option is bare, the next one is not, and so on. jco
 * uses the same representation.
 *
 * @param scope - the scope in which the option is used.
 * @param element - the element type of the option.
 * @returns `true` if no object wraps the value.
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
 * Whether a function that is not `async` returns a bare future. Its return value is then a thenable, which code that
 * passes it on must not await.
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
 * Returns the function-level `result` type of a function.
 *
 * @param scope - the interface or world of the function.
 * @param one - the function.
 * @returns the `ok` and `err` types, each absent where it is `_`, and the scope in which they are looked up;
 * `undefined` if the function does not return a `result`.
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

/**
 * Returns the function-level `result` type of a function if jco uses exceptions for its errors; `undefined` if the
 * function has no such type, or jco passes the whole `result` as a value.
 */
export function thrownResult(
  scope: TypeScope,
  one: FunctionDescriptor,
): ReturnType<typeof resultType> {
  return one.errors === "returned" ? undefined : resultType(scope, one);
}
