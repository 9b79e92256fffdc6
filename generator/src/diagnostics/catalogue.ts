import type { Severity } from "./diagnostic.js";

/**
 * Every problem that the tool can report: its code, severity and message. `{name}` in a message is replaced by an
 * argument of {@link DiagnosticCollector.report}. Codes are part of the API and do not change within a major version;
 * messages may. Each code is explained in `docs/diagnostics.md`, with an example that a test runs.
 */
export const catalogue = {
  // The text of a file.
  "forbidden-character": {
    severity: "error",
    message:
      "{character} is not allowed in WIT, not even in comments: {reason}",
  },
  "unexpected-character": {
    severity: "error",
    message: "{characters} has no meaning in WIT",
  },
  "unterminated-comment": {
    severity: "error",
    message: "this comment is never closed",
  },
  "unterminated-string": {
    severity: "error",
    message: "this string is never closed",
  },
  "invalid-string": { severity: "error", message: "{reason}" },

  // Syntax.
  "unexpected-token": {
    severity: "error",
    message: "expected {expected}, found {found}",
  },
  "keyword-as-name": {
    severity: "error",
    message: "expected {expected}, found the keyword `{keyword}`",
  },
  "invalid-name": {
    severity: "error",
    message: "`{name}` is not a valid name: {reason}",
  },
  "invalid-version": {
    severity: "error",
    message: "`{version}` is not a valid version: {reason}",
  },
  "invalid-length": {
    severity: "error",
    message:
      "a list of {length} elements is too long: at most 4294967295 are possible",
  },
  "nesting-too-deep": {
    severity: "error",
    message: "{what} can be nested at most 100 deep",
  },
  "misplaced-package": {
    severity: "error",
    message: "a nested package cannot contain a package",
  },
  "misplaced-package-header": {
    severity: "error",
    message: "the header `package {name};` must be the first thing in its file",
  },
  "misplaced-attribute": {
    severity: "error",
    message: "attributes are not allowed before {what}",
  },
  "unknown-attribute": {
    severity: "error",
    message: "unknown attribute `@{name}`",
  },

  // Files.
  "path-not-found": {
    severity: "error",
    message: "there is no file or directory `{path}`",
  },
  "path-unreadable": {
    severity: "error",
    message: "`{path}` cannot be read: {reason}",
  },
  "no-wit-files": {
    severity: "error",
    message: "there is no file `*.wit` in the directory `{path}`",
  },
  "wit-in-wasm": {
    severity: "error",
    message:
      "`{path}` is WebAssembly; WIT encoded in it is not supported, so turn it into text with `wasm-tools component wit`",
  },
  "invalid-utf8": {
    severity: "error",
    message: "this is not UTF-8, as WIT must be",
  },

  // Packages.
  "missing-package-header": {
    severity: "error",
    message: "`{path}` has no header such as `package example:name;`",
  },
  "package-mismatch": {
    severity: "error",
    message:
      "this file declares package `{name}`, but another file of the same package declares `{previous}`",
  },
  "repeated-package-docs": {
    severity: "error",
    message: "the package is already documented in another file",
  },
  "duplicate-package": {
    severity: "error",
    message: "package `{name}` is defined twice",
  },
  "unknown-package": {
    severity: "error",
    message: "package `{name}` was not found",
  },
  "unknown-package-item": {
    severity: "error",
    message: "package `{package}` has no {what} `{name}`",
  },
  "package-cycle": {
    severity: "error",
    message: "packages depend on each other: {path}",
  },

  // Names.
  "unknown-type": { severity: "error", message: "unknown type `{name}`" },
  "unknown-used-type": {
    severity: "error",
    message: "interface `{interface}` has no type `{name}`",
  },
  "unknown-item": {
    severity: "error",
    message: "there is no interface or world `{name}` in this package",
  },
  "wrong-kind": {
    severity: "error",
    message: "`{name}` is {found}, but {expected} is needed here",
  },
  "duplicate-name": { severity: "error", message: "`{name}` is defined twice" },
  "dependency-cycle": {
    severity: "error",
    message: "definitions depend on each other: {path}",
  },

  // Types.
  "no-cases": {
    severity: "error",
    message: "the {kind} `{name}` has no cases, so it has no values",
  },
  "not-a-resource": {
    severity: "error",
    message: "`{name}` is not a resource, so there are no handles to it",
  },
  "invalid-map-key": {
    severity: "error",
    message:
      "`{found}` cannot be the key of a map; only `bool`, integer types, `char` and `string` can, and not through an alias",
  },
  "borrow-in-result": {
    severity: "error",
    message:
      "`{name}` returns a type that contains a `borrow`, which is not allowed",
  },
  "constructor-result": {
    severity: "error",
    message:
      "a constructor can declare only a `result` with its resource as `ok`, not `{found}`; without a declared result it returns the resource",
  },

  // Worlds.
  "duplicate-world-item": {
    severity: "error",
    message: "the world already {direction}s {what} `{name}`",
  },
  "repeated-interface": {
    severity: "error",
    message: "the world already {direction}s interface `{name}`",
  },
  "names-differ-in-case": {
    severity: "error",
    message:
      "{direction} `{name}` differs from {direction} `{first}` only in case",
  },
  "unknown-included-name": {
    severity: "error",
    message: "world `{world}` has nothing named `{name}` to rename",
  },
  "include-conflict": {
    severity: "error",
    message: "this world already has {direction} `{name}` of world `{world}`",
  },
  "stability-conflict": {
    severity: "error",
    message:
      "interface `{name}` is included with a different stability than it already has here",
  },
  "import-and-export": {
    severity: "error",
    message:
      "world `{world}` exports `{needed}`, but must also import it for the types that `{exported}` uses",
  },

  // Gates.
  "repeated-attribute": {
    severity: "error",
    message: "`@{name}` is given twice",
  },
  "conflicting-attributes": {
    severity: "error",
    message: "an item cannot be both `@since` and `@unstable`",
  },
  "lone-deprecated": {
    severity: "error",
    message: "`@deprecated` requires `@since` or `@unstable`",
  },
  "gate-without-version": {
    severity: "error",
    message:
      "`@since` requires a package with a version, but package `{package}` has none",
  },
  "gate-of-future-version": {
    severity: "error",
    message:
      "`@since` version {since} is later than package `{package}` itself",
  },
  "gated-reference": {
    severity: "error",
    message:
      "this refers to {what} that is `@unstable`, and its feature is not enabled",
  },
  "gated-world-type": {
    severity: "error",
    message:
      "type `{name}` of a world is `@unstable`, and its feature is not enabled; only types of interfaces can be left out",
  },
  "ungated-type": {
    severity: "error",
    message:
      "type `{name}` is in {owner} that is `@unstable`, and its feature is not enabled, so it must be `@unstable`, too",
  },

  // The output.
  "name-changed": {
    severity: "note",
    message:
      "{what} is called `{name}` in TypeScript, because its own name is taken",
  },
  "ambient-module-clash": {
    severity: "warning",
    message:
      "guests of two worlds import different modules named `{name}`, and only one can be declared: that of `{first}`; the adapters of `{second}` are correct nevertheless",
  },
  "pattern-without-match": {
    severity: "error",
    message: "`{pattern}` matches no {what} in the input{known}",
  },
  "feature-without-items": {
    severity: "warning",
    message: "nothing in the input is `@unstable` with the feature `{feature}`",
  },

  // Definitions that are accepted, but cannot be encoded as a component or have no effect.
  "empty-type": {
    severity: "warning",
    message: "{what} has no {members}, so a component cannot contain it",
  },
  "too-many-flags": {
    severity: "warning",
    message:
      "flags `{name}` has {count} flags, but a component supports at most 32",
  },
  "duplicate-member": {
    severity: "warning",
    message:
      "there is already a {what} `{first}`, and names in a component must differ in more than case",
  },
  "name-clash": {
    severity: "warning",
    message:
      "`{name}` and `{first}` differ at most in case, so a component cannot contain both",
  },
  "zero-length-list": {
    severity: "warning",
    message: "a component cannot contain a list of length 0",
  },
  "stream-of-char": {
    severity: "warning",
    message: "a component cannot contain a stream of `char`",
  },
  "hidden-definition": {
    severity: "warning",
    message:
      "this definition of `{name}` has no effect, because a later `use` defines the name again",
  },

  // The run.
  "too-many-problems": {
    severity: "note",
    message: "{count} more problems are not shown",
  },
} as const satisfies Record<string, { severity: Severity; message: string }>;

/** The code of a problem. */
export type DiagnosticCode = keyof typeof catalogue;

/** The placeholders of a message. */
type Placeholders<Message extends string> =
  Message extends `${string}{${infer Name}}${infer Rest}`
    ? Name | Placeholders<Rest>
    : never;

/** The arguments that the message of a problem requires: exactly one for each placeholder. */
export type DiagnosticArguments<Code extends DiagnosticCode> = Readonly<
  Record<Placeholders<(typeof catalogue)[Code]["message"]>, string | number>
>;
