/**
 * An optional value that `undefined` cannot express, because the value itself may be `undefined`, such as the outer
 * option of `option<option<T>>`.
 */
export type Option<T> =
  { readonly tag: "some"; readonly val: T } | { readonly tag: "none" };
