import type { TextFile } from "../write/plan.js";

/**
 * Compiles modules of TypeScript to JavaScript with declarations, one by one: what we generate can be compiled without
 * knowing more than the module itself.
 *
 * @param files - paths end in `.ts`.
 * @returns two files for each, ending in `.js` and `.d.ts`.
 */
export async function compileModules(
  files: readonly TextFile[],
): Promise<TextFile[]> {
  // As large as a compiler is: only those who ask for this command pay for it.
  const { ts } = await import("ts-morph");
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    strict: true,
  };
  return files.flatMap(({ path, text }) => {
    const options = {
      fileName: path,
      compilerOptions,
      reportDiagnostics: true,
    };
    const code = ts.transpileModule(text, options);
    const declarations = ts.transpileDeclaration(text, {
      ...options,
      compilerOptions: {
        ...compilerOptions,
        declaration: true,
        isolatedDeclarations: true,
      },
    });
    for (const { messageText } of [
      ...(code.diagnostics ?? []),
      ...(declarations.diagnostics ?? []),
    ]) {
      throw new Error(
        `what was generated for ${path} does not compile: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
    }
    return [
      { path: path.replace(/\.ts$/, ".js"), text: code.outputText },
      { path: path.replace(/\.ts$/, ".d.ts"), text: declarations.outputText },
    ];
  });
}
