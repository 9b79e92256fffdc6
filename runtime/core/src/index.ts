export { fromByteChunks, toByteChunks } from "./byte-chunks.js";
export { causeOf, setCause } from "./cause.js";
export {
  andThen,
  collect,
  err,
  isErr,
  isOk,
  map,
  mapErr,
  match,
  ok,
  unwrap,
  unwrapErr,
  unwrapOr,
  type Err,
  type ErrValue,
  type Ok,
  type OkValues,
  type Result,
} from "./result.js";
export { WitError, type WitErrorOptions } from "./wit-error.js";
export type { Borrow } from "./borrow.js";
export { reclaim } from "./reclaim.js";
export type { Option } from "./option.js";
export type * from "./contracts.js";
export type * from "./descriptor.js";
export {
  isBareOption,
  resolveName,
  resolveResource,
  resolveType,
  resultType,
  type ResolvedResource,
  type ResolvedType,
  type StructuralType,
  type TypeScope,
} from "./resolve-type.js";
export {
  checkArguments,
  checkValue,
  InvalidValueError,
} from "./check-value.js";
