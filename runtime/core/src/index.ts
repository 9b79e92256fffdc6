export { err, ok, type Err, type Ok, type Result } from "./result.js";
export type { Option } from "./option.js";
export type * from "./contracts.js";
export type * from "./descriptor.js";
