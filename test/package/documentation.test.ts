import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** The declaration files in a package's `exports`, except patterns. */
function declarationsOf(folder: string): string[] {
  const manifest = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  ) as { exports: unknown };
  const found = new Set<string>();
  const gather = (value: unknown): void => {
    if (typeof value === "string") {
      if (value.endsWith(".d.ts") && !value.includes("*"))
        found.add(join(root, folder, value));
    } else if (typeof value === "object" && value !== null)
      Object.values(value).forEach(gather);
  };
  gather(manifest.exports);
  return [...found];
}

/** Yields each export of a package once, with its declarations. */
function* exportsOf(folder: string) {
  const files = declarationsOf(folder);
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: ["node"],
  });
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol =
        (exported.flags & ts.SymbolFlags.Alias) === 0
          ? exported
          : checker.getAliasedSymbol(exported);
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      const documentation = ts.displayPartsToString(
        symbol.getDocumentationComment(checker),
      );
      const declarations = symbol.declarations ?? [];
      yield { name: exported.name, documentation, declarations, checker };
    }
  }
}

/** The parameters, and `@returns`, that the documentation of a function lacks. */
function missingTags(
  declaration: ts.FunctionDeclaration,
  checker: ts.TypeChecker,
): string[] {
  const tags = ts.getJSDocTags(declaration);
  const described = tags
    .filter(ts.isJSDocParameterTag)
    .map(({ name }) => name.getText());
  const missing = declaration.parameters
    .map(({ name }) => name.getText())
    .filter((name) => !described.includes(name));
  const signature = checker.getSignatureFromDeclaration(declaration);
  const returned =
    signature &&
    checker.typeToString(checker.getReturnTypeOfSignature(signature));
  if (
    returned !== "void" &&
    returned !== "Promise<void>" &&
    !tags.some(({ tagName }) => tagName.text === "returns")
  )
    missing.push("@returns");
  return missing;
}

describe.each(["generator", "runtime/core", "runtime/socket"])(
  "the public API of %s",
  (folder) => {
    it("is documented, including the parameters and the result of each function", () => {
      const faults: string[] = [];
      let functions = 0;
      for (const each of exportsOf(folder)) {
        const { name, documentation, declarations, checker } = each;
        const [first] = declarations;
        if (first === undefined || ts.isSourceFile(first)) continue;
        // Modules that jco can map an import to export the functions of a contract, which documents them.
        const { fileName } = first.getSourceFile();
        if (ts.isVariableDeclaration(first) && fileName.includes("/jco/node"))
          continue;
        if (documentation === "") faults.push(`${name} has no documentation`);
        if (!ts.isFunctionDeclaration(first)) continue;
        functions++;
        for (const missing of missingTags(first, checker))
          faults.push(`${name} does not say ${missing}`);
      }
      expect(functions).toBeGreaterThan(5);
      expect(faults).toEqual([]);
    });
  },
);
