import { posix } from "node:path";
import { Node, type SourceFile, type Statement } from "ts-morph";
import { compareModules, renaming } from "../emit/links.js";
import type { ImportExtension } from "../emit/options.js";

/** The module and name that an implementation imports a name from. */
interface Origin {
  readonly specifier: string;
  /** The name that the module exports it under. */
  readonly exported: string;
}

/**
 * Adds type imports to a file for names that a generated module declares or imports. Names that the file already
 * imports or declares, and globals, are skipped.
 */
export function addTypeImports(
  file: SourceFile,
  module: SourceFile,
  names: Iterable<string>,
  extension: ImportExtension = "js",
): void {
  const known = declaredNames(file);
  const wanted = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const origin = known.has(name)
      ? undefined
      : originOf(name, module, file, extension);
    if (origin === undefined) continue;
    const imported = renaming(origin.exported, name);
    const list = wanted.get(origin.specifier);
    if (list === undefined) wanted.set(origin.specifier, [imported]);
    else list.push(imported);
  }
  for (const [specifier, imported] of [...wanted].sort(([a], [b]) =>
    compareModules(a, b),
  )) {
    addImport(file, specifier, imported.sort());
  }
}

/** The names declared at the top level of a file, including imported ones. */
function declaredNames(file: SourceFile): ReadonlySet<string> {
  return new Set(file.getLocals().map((symbol) => symbol.getName()));
}

function originOf(
  name: string,
  module: SourceFile,
  file: SourceFile,
  extension: ImportExtension,
): Origin | undefined {
  for (const declaration of module.getImportDeclarations()) {
    for (const named of declaration.getNamedImports()) {
      if ((named.getAliasNode()?.getText() ?? named.getName()) !== name)
        continue;
      return {
        specifier: fromFile(
          declaration.getModuleSpecifierValue(),
          module,
          file,
          extension,
        ),
        exported: named.getName(),
      };
    }
  }
  const isDeclared = module.getInterface(name) ?? module.getTypeAlias(name);
  return isDeclared === undefined
    ? undefined
    : { specifier: fromFile("", module, file, extension), exported: name };
}

/**
 * Converts a specifier of the generated module to one for another file. An empty specifier stands for the module
 * itself.
 */
function fromFile(
  specifier: string,
  module: SourceFile,
  file: SourceFile,
  extension: ImportExtension,
): string {
  // Generated code imports from a versioned subpath; hand-written code imports from the package.
  if (specifier.startsWith("@wit2ts/runtime/")) return "@wit2ts/runtime";
  if (specifier !== "" && !specifier.startsWith(".")) return specifier;
  const target =
    specifier === ""
      ? module.getFilePath().replace(/\.ts$/, `.${extension}`)
      : posix.join(posix.dirname(module.getFilePath()), specifier);
  const way = posix.relative(posix.dirname(file.getFilePath()), target);
  return way.startsWith(".") ? way : `./${way}`;
}

function addImport(
  file: SourceFile,
  specifier: string,
  names: readonly string[],
): void {
  const present = file
    .getImportDeclarations()
    .find(
      (declaration) =>
        declaration.isTypeOnly() &&
        declaration.getModuleSpecifierValue() === specifier &&
        declaration.getNamedImports().length > 0,
    );
  if (present !== undefined) {
    present.addNamedImports([...names]);
    return;
  }
  const text = `import type { ${names.join(", ")} } from ${JSON.stringify(specifier)};`;
  const last = file.getImportDeclarations().at(-1);
  if (last !== undefined) {
    file.insertText(last.getEnd(), `\n${text}`);
    return;
  }
  const head = headEnd(file);
  const rest = file.getFullText().slice(head);
  const gap = rest === "" || /^\r?\n/.test(rest) ? "" : "\n";
  file.insertText(head, `${text}\n${gap}`);
}

/**
 * The offset at which imports can be inserted: after everything that concerns the whole file, which is the `#!` line,
 * directives such as `"use client"`, and comments. A comment directly above the first statement belongs to that
 * statement, so the imports go before it.
 */
function headEnd(file: SourceFile): number {
  const text = file.getFullText();
  const statements = file.getStatements();
  const first = statements.findIndex((each) => !isDirective(each));
  const directive = statements[first - 1];
  const comment = statements[first]
    ?.getLeadingCommentRanges()
    .filter(
      (each) =>
        /^\/\/(?:\/| *@ts-)/.test(each.getText()) ||
        /^[ \t]*\r?\n[ \t]*\r?\n/.test(text.slice(each.getEnd())),
    )
    .at(-1);
  const last = comment?.getEnd() ?? directive?.getEnd();
  if (last === undefined) return /^#!.*\n/.exec(text)?.[0].length ?? 0;
  return (
    last + (/^.*(?:\n[ \t]*\r?)?\n/.exec(text.slice(last))?.[0].length ?? 0)
  );
}

/**
 * Whether a statement is only a string, such as `"use strict";`. At the start of a file, such statements are
 * directives.
 */
function isDirective(statement: Statement): boolean {
  return (
    Node.isExpressionStatement(statement) &&
    Node.isStringLiteral(statement.getExpression())
  );
}
