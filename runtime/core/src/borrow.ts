/**
 * A resource that is lent for the duration of a call. The borrower may use it, but must neither dispose of it nor
 * pass it on as an owned resource. There is no wrapper at run time: the value is the resource itself.
 */
export type Borrow<T> = Omit<T, typeof Symbol.dispose> & {
  /** Available to the owner only. */
  readonly [Symbol.dispose]?: unknown;
};
