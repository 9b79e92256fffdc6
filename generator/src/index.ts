export type * from "./syntax/ast.js";
