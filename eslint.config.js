import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const node = {
  Buffer: "readonly",
  URL: "readonly",
  TextDecoder: "readonly",
  TextEncoder: "readonly",
  clearTimeout: "readonly",
  console: "readonly",
  performance: "readonly",
  process: "readonly",
  setImmediate: "readonly",
  setTimeout: "readonly",
};

export default defineConfig(
  globalIgnores([
    "**/dist/",
    "**/out/",
    "**/.cache/",
    "test/fixtures/",
    // A project of its own, compiled by a test.
    "test/package/consumer/",
    // Generated code is checked by compiling it, and by Prettier; nobody edits it.
    "generated/",
    "test/support/**/generated/",
    "examples/**/generated/",
    "runtime/socket/src/wasi/generated/",
  ]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["vitest.config.ts"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        {
          considerDefaultExhaustiveForUnions: true,
          requireDefaultForNonUnion: false,
        },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        {
          argsIgnorePattern: "^_",
          varsIgnorePattern: "^_",
          caughtErrors: "all",
          ignoreRestSiblings: true,
        },
      ],
      // `void` is what WIT's `result<_, E>` is in TypeScript, so it stands as a type argument everywhere.
      "@typescript-eslint/no-invalid-void-type": [
        "error",
        { allowInGenericTypeArguments: true },
      ],
      // Numbers and bigints in a template read well and cannot go wrong.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNever: true },
      ],
      // An empty function is how "nothing to release" is said.
      "@typescript-eslint/no-empty-function": "off",
      // `while (true)` with a `return` inside is the plain way to write a loop that waits.
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      // The compiler's own options say how an index signature is read.
      "@typescript-eslint/dot-notation": "off",
      // Both shapes are used on purpose: an interface for what is implemented, a type for data.
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-indexed-object-style": "off",
      // Calls everything unsafe that narrows with the type guards of a library whose classes have private constructors.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // `x as T` behind a bounds check is the cheap form on hot paths; `!` says less about why.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/unified-signatures": "off",
      "@typescript-eslint/prefer-promise-reject-errors": [
        "error",
        { allowThrowingUnknown: true, allowThrowingAny: false },
      ],
      "@typescript-eslint/only-throw-error": [
        "error",
        { allowThrowingUnknown: true, allowRethrowing: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "exit",
          message:
            "Set process.exitCode, or return the code: only scripts end the process.",
        },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "TSEnumDeclaration",
          message: "Not erasable: use a union and an `as const` object.",
        },
        {
          selector: "TSParameterProperty",
          message: "Not erasable: declare the field.",
        },
      ],
    },
  },
  {
    // The front end, the emitter and the library are to run in a browser: only `host` and the command touch Node.
    files: [
      "generator/src/{syntax,diagnostics,model,resolve,inspect,emit}/**/*.ts",
      "generator/src/*.ts",
      "runtime/core/src/**/*.ts",
    ],
    ignores: ["runtime/core/src/{jco,sync}/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^node:", message: "This part runs in a browser too." },
          ],
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts", "examples/**/*.ts"],
    rules: {
      "no-console": "off",
      // `expect(x.method)` and `toEqual(expect.anything())` are what a test is made of.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            {
              from: "package",
              name: ["it", "describe", "test"],
              package: "vitest",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: { globals: node },
  },
);
