import {
  type ClassDeclaration,
  type ClassExpression,
  Node,
  type ObjectLiteralExpression,
  type SourceFile,
} from "ts-morph";
import type { Member } from "./contract.js";
import { SkeletonError } from "./skeleton-error.js";

/** What can be completed: a class or an object literal. */
export type Target =
  ClassDeclaration | ClassExpression | ObjectLiteralExpression;

/**
 * Finds the class of a name, or the object literal that a variable of that name is initialised with.
 *
 * @throws {@link SkeletonError} if the name stands for something else, including an import.
 */
export function findTarget(file: SourceFile, name: string): Target | undefined {
  const found = targetIn(file, name);
  if (found !== undefined) return found;
  const other = file
    .getLocals()
    .find((symbol) => symbol.getName() === name)
    ?.getDeclarations()
    // A class and an interface may share a name; TypeScript merges them.
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

/** An expression without parentheses and type annotations (`as`, `satisfies`). */
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
 * The members that a class or object lacks: those that it neither declares nor takes from a class or object of the same
 * file.
 *
 * @throws {@link SkeletonError} if some seem to be missing, but it also takes members from an unknown source: an added
 *   member could override one of those.
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

/** The key of a member. Static and instance members may have the same name. */
function keyOf(member: Member): string {
  return (member.isStatic ? "static " : "") + plainName(member.name);
}

/** A name without its quotes, if it has any, and without the brackets around them: `f` for `["f"]`. */
export function plainName(name: string): string {
  return (
    /^(["'])(.*)\1$/.exec(name)?.[2] ??
    /^\[\s*(["'`])(.*)\1\s*\]$/.exec(name)?.[2] ??
    name
  );
}

/** Collects the members that are present. */
class Presence {
  /** In the format of {@link keyOf}. */
  readonly keys = new Set<string>();
  /** The first expression from which members of unknown names come, if there is one. */
  elsewhere: Node | undefined = undefined;
  readonly #seen = new Set<Target>();

  take(target: Target): void {
    // A class that extends itself would cause endless recursion. The compiler reports it.
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
