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
      "{character} may not stand in WIT, not even in a comment: {reason}",
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
    message: "{what} may be nested 100 deep at most",
  },
  "misplaced-package": {
    severity: "error",
    message: "a package may not stand inside a nested package",
  },
  "misplaced-package-header": {
    severity: "error",
    message: "the header `package {name};` must be the first thing in its file",
  },
  "misplaced-attribute": {
    severity: "error",
    message: "attributes may not stand in front of {what}",
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
      "this file belongs to package `{name}`, another file of the same package to `{previous}`",
  },
  "repeated-package-docs": {
    severity: "error",
    message: "the package is documented in another file already",
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
    message: "packages depend on one another: {path}",
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
    message: "definitions depend on one another: {path}",
  },

  // Types.
  "no-cases": {
    severity: "error",
    message: "the {kind} `{name}` has no cases, so it would have no values",
  },
  "not-a-resource": {
    severity: "error",
    message: "`{name}` is not a resource, so there are no handles to it",
  },
  "invalid-map-key": {
    severity: "error",
    message:
      "`{found}` cannot be the key of a map: only `bool`, integers, `char` and `string` can, written out",
  },
  "borrow-in-result": {
    severity: "error",
    message:
      "`{name}` returns a type with a `borrow` in it, which is not possible",
  },
  "constructor-result": {
    severity: "error",
    message:
      "what a constructor says it returns is a `result` with its resource as `ok`, not `{found}`; to return just the resource it says nothing",
  },

  // Worlds.
  "duplicate-world-item": {
    severity: "error",
    message: "the world {direction}s {what} `{name}` already",
  },
  "repeated-interface": {
    severity: "error",
    message: "the world {direction}s interface `{name}` already",
  },
  "names-differ-in-case": {
    severity: "error",
    message:
      "{direction} `{name}` differs from {direction} `{first}` in case alone",
  },
  "unknown-included-name": {
    severity: "error",
    message:
      "world `{world}` has nothing called `{name}` that could be renamed",
  },
  "include-conflict": {
    severity: "error",
    message: "{direction} `{name}` of world `{world}` is in this world already",
  },
  "stability-conflict": {
    severity: "error",
    message:
      "interface `{name}` is included with a stability other than it has here already",
  },
  "import-and-export": {
    severity: "error",
    message:
      "world `{world}` exports `{needed}`, but must import it too for what `{exported}` uses",
  },

  // Gates.
  "repeated-attribute": {
    severity: "error",
    message: "`@{name}` stands here twice",
  },
  "conflicting-attributes": {
    severity: "error",
    message: "an item is either `@since` a version or `@unstable`, not both",
  },
  "lone-deprecated": {
    severity: "error",
    message: "`@deprecated` needs `@since` or `@unstable` beside it",
  },
  "gate-without-version": {
    severity: "error",
    message:
      "`@since` needs a version of the package, but package `{package}` has none",
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
      "{what} is called `{name}` in TypeScript, for its own name is taken",
  },
  "ambient-module-clash": {
    severity: "warning",
    message:
      "guests of two worlds import different modules as `{name}`, and only one can be declared: it is as `{first}` has it, and not as `{second}`, whose adapters are right nevertheless",
  },
  "pattern-without-match": {
    severity: "error",
    message: "`{pattern}` fits no {what} in the input{known}",
  },
  "feature-without-items": {
    severity: "warning",
    message:
      "nothing in the input is `@unstable` behind the feature `{feature}`",
  },

  // Definitions that are accepted, but cannot be encoded as a component or have no effect.
  "empty-type": {
    severity: "warning",
    message: "{what} has no {members}, and so a component cannot have it",
  },
  "too-many-flags": {
    severity: "warning",
    message:
      "flags `{name}` has {count} flags, but a component can have 32 at most",
  },
  "duplicate-member": {
    severity: "warning",
    message:
      "there is a {what} `{first}` already, and a component cannot have two names that differ in case at most",
  },
  "name-clash": {
    severity: "warning",
    message:
      "`{name}` and `{first}` differ in case at most, and so a component cannot have both",
  },
  "zero-length-list": {
    severity: "warning",
    message: "a list of no elements cannot be in a component",
  },
  "stream-of-char": {
    severity: "warning",
    message: "a stream of `char` cannot be in a component",
  },
  "hidden-definition": {
    severity: "warning",
    message:
      "this definition of `{name}` has no effect, for the name is used from elsewhere further on",
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
