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
    // A separate project, which a test compiles.
    "test/package/consumer/",
    // Generated code is not edited by hand. It is checked by the compiler and by Prettier.
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
      // `void` represents the `_` of WIT's `result<_, E>`, so it occurs as a type argument everywhere.
      "@typescript-eslint/no-invalid-void-type": [
        "error",
        { allowInGenericTypeArguments: true },
      ],
      // Numbers, bigints and booleans in a template are readable and safe.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNever: true },
      ],
      // An empty function states that there is nothing to release.
      "@typescript-eslint/no-empty-function": "off",
      // `while (true)` with a `return` inside is the clearest form of a loop that waits.
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      // `noPropertyAccessFromIndexSignature` in the compiler options demands bracket notation for index signatures.
      "@typescript-eslint/dot-notation": "off",
      // Both forms are used deliberately: interfaces for what is implemented, types for data.
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-indexed-object-style": "off",
      // False positives for values that are narrowed by the type guards of a library whose classes have private
      // constructors.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // `x as T` after a bounds check costs nothing on hot paths; `!` would not show the type.
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
    // The front end, the emitter and the library must run in browsers: only `host` and the command use Node.
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
      // `expect(x.method)` and `toEqual(expect.anything())` are essential in tests.
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
