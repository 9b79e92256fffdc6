/**
 * A resource that is lent for the time of a call: whoever gets it may use it, but neither dispose of it nor hand it on as
 * their own. It costs nothing at run time, for it is the resource itself.
 */
export type Borrow<T> = Omit<T, typeof Symbol.dispose> & {
  /** There for its owner alone. */
  readonly [Symbol.dispose]?: unknown;
};
