/**
 * The kinds of tokens, as small integers, because the hot path of the lexer compares only numbers. {@link isKeyword}
 * relies on the order: the keywords come last.
 */
export const Token = {
  endOfFile: 0,
  /** Invalid text that was already reported. The parser reports no further error for it. */
  invalid: 1,
  identifier: 2,
  /** `%name` */
  escapedIdentifier: 3,
  integer: 4,
  string: 5,

  equals: 6,
  comma: 7,
  colon: 8,
  period: 9,
  semicolon: 10,
  leftParenthesis: 11,
  rightParenthesis: 12,
  leftBrace: 13,
  rightBrace: 14,
  lessThan: 15,
  greaterThan: 16,
  arrow: 17,
  star: 18,
  at: 19,
  slash: 20,
  plus: 21,
  minus: 22,

  underscore: 23,
  as: 24,
  async: 25,
  bool: 26,
  borrow: 27,
  char: 28,
  constructor: 29,
  enum: 30,
  errorContext: 31,
  export: 32,
  f32: 33,
  f64: 34,
  flags: 35,
  from: 36,
  func: 37,
  future: 38,
  import: 39,
  include: 40,
  interface: 41,
  list: 42,
  map: 43,
  option: 44,
  own: 45,
  package: 46,
  record: 47,
  resource: 48,
  result: 49,
  s8: 50,
  s16: 51,
  s32: 52,
  s64: 53,
  static: 54,
  stream: 55,
  stringKeyword: 56,
  tuple: 57,
  type: 58,
  u8: 59,
  u16: 60,
  u32: 61,
  u64: 62,
  use: 63,
  variant: 64,
  with: 65,
  world: 66,
} as const;

/** One of {@link Token}. */
export type Token = (typeof Token)[keyof typeof Token];

/** All keywords, with their tokens. */
export const keywords: ReadonlyMap<string, Token> = new Map<string, Token>([
  ["_", Token.underscore],
  ["as", Token.as],
  ["async", Token.async],
  ["bool", Token.bool],
  ["borrow", Token.borrow],
  ["char", Token.char],
  ["constructor", Token.constructor],
  ["enum", Token.enum],
  ["error-context", Token.errorContext],
  ["export", Token.export],
  ["f32", Token.f32],
  ["f64", Token.f64],
  ["flags", Token.flags],
  ["from", Token.from],
  ["func", Token.func],
  ["future", Token.future],
  ["import", Token.import],
  ["include", Token.include],
  ["interface", Token.interface],
  ["list", Token.list],
  ["map", Token.map],
  ["option", Token.option],
  ["own", Token.own],
  ["package", Token.package],
  ["record", Token.record],
  ["resource", Token.resource],
  ["result", Token.result],
  ["s8", Token.s8],
  ["s16", Token.s16],
  ["s32", Token.s32],
  ["s64", Token.s64],
  ["static", Token.static],
  ["stream", Token.stream],
  ["string", Token.stringKeyword],
  ["tuple", Token.tuple],
  ["type", Token.type],
  ["u8", Token.u8],
  ["u16", Token.u16],
  ["u32", Token.u32],
  ["u64", Token.u64],
  ["use", Token.use],
  ["variant", Token.variant],
  ["with", Token.with],
  ["world", Token.world],
]);

/** Whether a token is a keyword: a word that can be used as a name only with a `%` in front. */
export function isKeyword(token: Token): boolean {
  return token >= Token.underscore;
}

/** The text of each punctuation token. */
const punctuation: ReadonlyMap<Token, string> = new Map<Token, string>([
  [Token.equals, "="],
  [Token.comma, ","],
  [Token.colon, ":"],
  [Token.period, "."],
  [Token.semicolon, ";"],
  [Token.leftParenthesis, "("],
  [Token.rightParenthesis, ")"],
  [Token.leftBrace, "{"],
  [Token.rightBrace, "}"],
  [Token.lessThan, "<"],
  [Token.greaterThan, ">"],
  [Token.arrow, "->"],
  [Token.star, "*"],
  [Token.at, "@"],
  [Token.slash, "/"],
  [Token.plus, "+"],
  [Token.minus, "-"],
]);

/** Describes an expected token in a message, such as "`;`" or "a name". */
export function describeToken(token: Token): string {
  const mark = punctuation.get(token);
  if (mark !== undefined) return `\`${mark}\``;
  for (const [word, keyword] of keywords)
    if (keyword === token) return `\`${word}\``;
  switch (token) {
    case Token.identifier:
    case Token.escapedIdentifier:
      return "a name";
    case Token.integer:
      return "a number";
    case Token.string:
      return "a string in double quotes";
    default:
      return "the end of the file";
  }
}
