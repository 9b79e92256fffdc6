import {
  type ClassDeclaration,
  type ClassExpression,
  Node,
  type ObjectLiteralExpression,
  type SourceFile,
} from "ts-morph";
import type { Member } from "./contract.js";
import { SkeletonError } from "./skeleton-error.js";

/** What can be completed: a class, or an object literal. */
export type Target =
  ClassDeclaration | ClassExpression | ObjectLiteralExpression;

/**
 * The class of a name, or the object literal that a variable of that name holds.
 *
 * @throws {@link SkeletonError} if the name stands for something else, be it imported.
 */
export function findTarget(file: SourceFile, name: string): Target | undefined {
  const found = targetIn(file, name);
  if (found !== undefined) return found;
  const other = file
    .getLocals()
    .find((symbol) => symbol.getName() === name)
    ?.getDeclarations()
    // A class may have the name of an interface: it has the members of both.
    .find((declaration) => !Node.isInterfaceDeclaration(declaration));
  if (other === undefined) return undefined;
  throw new SkeletonError(
    `${placeOf(other)}: \`${name}\` is neither a class nor an object literal`,
  );
}

function targetIn(file: SourceFile, name: string): Target | undefined {
  const value =
    file.getClass(name) ??
    unwrapped(file.getVariableDeclaration(name)?.getInitializer());
  return isTarget(value) ? value : undefined;
}

/** An expression without what is said about its type. */
export function unwrapped(value: Node | undefined): Node | undefined {
  let inner = value;
  while (
    Node.isSatisfiesExpression(inner) ||
    Node.isAsExpression(inner) ||
    Node.isParenthesizedExpression(inner)
  ) {
    inner = inner.getExpression();
  }
  return inner;
}

/**
 * The members that a class or object lacks: those that it neither holds itself nor has from a class or an object of the same
 * file.
 *
 * @throws {@link SkeletonError} if some seem to be missing, but it has members from elsewhere: to add one of those would take
 *   its place.
 */
export function missingMembers(
  target: Target,
  members: readonly Member[],
): readonly Member[] {
  const present = new Presence();
  present.take(target);
  const missing = members.filter((member) => !present.keys.has(keyOf(member)));
  if (missing.length > 0 && present.elsewhere !== undefined)
    throw membersFrom(present.elsewhere);
  return missing;
}

/** What a member is known by: static ones and those of instances may have the same name. */
function keyOf(member: Member): string {
  return (member.isStatic ? "static " : "") + plainName(member.name);
}

/** A name without the quotes it may stand in. */
export function plainName(name: string): string {
  return /^(["']).*\1$/.test(name) ? name.slice(1, -1) : name;
}

/** Gathers what is there. */
class Presence {
  /** As {@link keyOf} has them. */
  readonly keys = new Set<string>();
  /** What members come from that are not known. */
  elsewhere: Node | undefined = undefined;
  readonly #seen = new Set<Target>();

  take(target: Target): void {
    // A class that extends itself is the compiler's to refuse.
    if (this.#seen.has(target)) return;
    this.#seen.add(target);
    if (Node.isObjectLiteralExpression(target)) this.#takeObject(target);
    else this.#takeClass(target);
  }

  #takeObject(target: ObjectLiteralExpression): void {
    for (const property of target.getProperties()) {
      if (Node.isSpreadAssignment(property))
        this.#takeFrom(property.getExpression());
      else this.keys.add(plainName(property.getName()));
    }
  }

  #takeClass(target: ClassDeclaration | ClassExpression): void {
    for (const member of target.getMembers()) {
      if (Node.isClassStaticBlockDeclaration(member)) continue;
      if (Node.isConstructorDeclaration(member)) {
        this.keys.add("constructor");
        for (const parameter of member.getParameters())
          if (parameter.isParameterProperty())
            this.keys.add(parameter.getName());
        continue;
      }
      const isStatic = "isStatic" in member && member.isStatic();
      this.keys.add((isStatic ? "static " : "") + plainName(member.getName()));
    }
    const base = target.getExtends()?.getExpression();
    if (base !== undefined) this.#takeFrom(base);
  }

  #takeFrom(expression: Node): void {
    const value = unwrapped(expression);
    const found = Node.isIdentifier(value)
      ? targetIn(value.getSourceFile(), value.getText())
      : value;
    if (isTarget(found)) this.take(found);
    else this.elsewhere ??= expression;
  }
}

function isTarget(node: Node | undefined): node is Target {
  return (
    Node.isObjectLiteralExpression(node) ||
    Node.isClassDeclaration(node) ||
    Node.isClassExpression(node)
  );
}

function membersFrom(elsewhere: Node): SkeletonError {
  const text = elsewhere.getText().replaceAll(/\s+/g, " ");
  const name = text.length > longestQuote ? "elsewhere" : `\`${text}\``;
  return new SkeletonError(
    `${placeOf(elsewhere)}: members come from ${name} and may include those that are missing here; add the missing members by hand: the compiler lists them`,
  );
}

/** Longer expressions are not quoted. */
const longestQuote = 40;

function placeOf(node: Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndColumnAtPos(node.getStart());
  return `${file.getFilePath()}:${line}`;
}
