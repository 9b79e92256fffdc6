/** Words that may not name a parameter or a binding of a module (ECMA-262 12.7.2, strict code), or would mislead. */
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
  // Nothing else leads to a global whose name a type has: see the skeletons of implementations.
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
 * No object or class that is to be implemented can have a function of its own by these names: the one it has already, and
 * with the other it would be a promise to whoever awaits a function that returns it.
 */
export const reservedMembers: ReadonlySet<string> = new Set([
  "constructor",
  "then",
]);

/** No class can have a static function by these names, the latter without being written in another way. */
export const reservedStatics: ReadonlySet<string> = new Set([
  "prototype",
  "constructor",
]);

/** Names that Windows gives to devices: no file or folder can have them, with or without an extension. */
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
