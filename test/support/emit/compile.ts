import { execFile, type ExecFileException } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** The compilers that must accept generated code, by the names of their installed packages. */
export const compilers = [
  "typescript-5.8",
  "typescript-5.9",
  "typescript",
  "typescript-7",
] as const;

/** The name of an installed compiler. */
export type Compiler = (typeof compilers)[number];

/** The path of a compiler's program. */
export const programOf = (compiler: Compiler): string =>
  join(root, "node_modules", compiler, "bin/tsc");

/** The strictest options, so that generated code compiles with any options of a user. */
export const strictest = {
  target: "es2022",
  lib: ["es2022", "esnext.disposable"],
  module: "nodenext",
  moduleResolution: "nodenext",
  types: [],
  noEmit: true,
  declaration: true,
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  erasableSyntaxOnly: true,
  isolatedDeclarations: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
};

/**
 * The number of compilers to run at once. One takes a gigabyte of memory for the largest inputs, and most of a
 * processor.
 */
const mostAtOnce = 2;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Compiles files with an installed compiler. They are written to a temporary directory inside the repository, so that
 * they resolve the runtime as a user's files would. Concurrent calls are queued.
 *
 * @param files - the texts by their paths
 * @param options - options that override the strictest options
 * @returns the lines of the compiler's output that contain errors
 */
export async function compile(
  files: Iterable<readonly [path: string, text: string]>,
  compiler: Compiler = "typescript-7",
  options: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  while (running >= mostAtOnce)
    await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  mkdirSync(join(root, ".cache"), { recursive: true });
  const directory = mkdtempSync(join(root, ".cache/types-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const configuration = {
      compilerOptions: { ...strictest, ...options },
      include: ["**/*.ts"],
    };
    writeFileSync(
      join(directory, "tsconfig.json"),
      JSON.stringify(configuration),
    );
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    const { failure, output } = await run([
      programOf(compiler),
      "--project",
      directory,
    ]);
    const lines = output.split("\n").filter((line) => line.includes("error"));
    if (failure !== null && lines.length === 0)
      lines.push(`${compiler} failed: ${failure.message}`);
    return lines;
  } finally {
    rmSync(directory, { recursive: true, force: true });
    running--;
    waiting.shift()?.();
  }
}

function run(
  args: readonly string[],
): Promise<{ failure: ExecFileException | null; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--max-old-space-size=4096", ...args],
      { maxBuffer: 1 << 28 },
      (failure, stdout, stderr) => {
        resolve({ failure, output: `${stdout}${stderr}` });
      },
    );
  });
}
