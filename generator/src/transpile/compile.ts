import type { TextFile } from "../write/plan.js";

/**
 * Compiles TypeScript modules to JavaScript and declarations. Each generated module can be compiled in isolation.
 *
 * @param files - their paths end in `.ts`.
 * @returns two files for each, ending in `.js` and `.d.ts`.
 */
export async function compileModules(
  files: readonly TextFile[],
): Promise<TextFile[]> {
  // Loaded on demand: it contains the whole compiler, which no other command but `implement` needs.
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
