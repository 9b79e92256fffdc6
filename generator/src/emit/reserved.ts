/** Words that cannot name a parameter or a binding of a module (ECMA-262 12.7.2, strict mode), or would be misleading. */
export const reservedWords: ReadonlySet<string> = new Set([
  "arguments",
  "await",
  "break",
  "case",
  "catch",
  "class",
  "const",
  "continue",
  "debugger",
  "default",
  "delete",
  "do",
  "else",
  "enum",
  "eval",
  "export",
  "extends",
  "false",
  "finally",
  "for",
  "function",
  // Skeletons of implementations write `globalThis.Error` if a type named `Error` shadows the global.
  "globalThis",
  "if",
  "implements",
  "import",
  "in",
  "instanceof",
  "interface",
  "let",
  "new",
  "null",
  "package",
  "private",
  "protected",
  "public",
  "return",
  "static",
  "super",
  "switch",
  "this",
  "throw",
  "true",
  "try",
  "typeof",
  "undefined",
  "var",
  "void",
  "while",
  "with",
  "yield",
]);

/**
 * Names that a function of an object or class to be implemented cannot have. Every object already has a `constructor`,
 * and an object with a method `then` is a thenable, which `await` and promises would unwrap.
 */
export const reservedMembers: ReadonlySet<string> = new Set([
  "constructor",
  "then",
]);

/**
 * Names that a static function of a class cannot have. A static `prototype` is a syntax error, and TypeScript accepts a
 * static `constructor` only as a computed name.
 */
export const reservedStatics: ReadonlySet<string> = new Set([
  "prototype",
  "constructor",
]);

/** Device names on Windows. No file or directory can have such a name, with or without an extension. */
export const reservedFiles: ReadonlySet<string> = new Set([
  "aux",
  "com0",
  "com1",
  "com2",
  "com3",
  "com4",
  "com5",
  "com6",
  "com7",
  "com8",
  "com9",
  "con",
  "lpt0",
  "lpt1",
  "lpt2",
  "lpt3",
  "lpt4",
  "lpt5",
  "lpt6",
  "lpt7",
  "lpt8",
  "lpt9",
  "nul",
  "prn",
]);
