/** The key under which a descriptor carries its contracts, for the compiler alone. */
export declare const contracts: unique symbol;

/**
 * The TypeScript types generated for a WIT interface or world: `sync` and `async` for an interface, as far as they were
 * generated, `imports` and `exports` for a world.
 */
export interface Contracts {
  readonly sync?: unknown;
  readonly async?: unknown;
  readonly imports?: unknown;
  readonly exports?: unknown;
}
