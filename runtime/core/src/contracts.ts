/** The key under which a descriptor carries its contracts, for the compiler alone. */
export declare const contracts: unique symbol;

/**
 * The TypeScript types generated for a WIT interface or world: `sync` and `async` for an interface, as far as they were
 * generated; for a world what it imports and exports, and the same with the asynchronous contracts of its interfaces.
 */
export interface Contracts {
  readonly sync?: unknown;
  readonly async?: unknown;
  readonly imports?: unknown;
  readonly exports?: unknown;
  readonly asyncImports?: unknown;
  readonly asyncExports?: unknown;
}
