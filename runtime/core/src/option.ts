/**
 * An optional value where `undefined` would not do, because the value itself may be one: the outer layers of
 * `option<option<T>>`.
 */
export type Option<T> =
  { readonly tag: "some"; readonly val: T } | { readonly tag: "none" };
