/** The key under which a descriptor carries its contract types. It exists for the compiler only. */
export declare const contracts: unique symbol;

/**
 * The TypeScript types generated for a WIT interface or world.
 *
 * For an interface: `sync` and `async`, each if it was generated. For a world: `imports` and `exports` with the
 * synchronous contracts of its interfaces, and `asyncImports` and `asyncExports` with the asynchronous ones.
 */
export interface Contracts {
  readonly sync?: unknown;
  readonly async?: unknown;
  readonly imports?: unknown;
  readonly exports?: unknown;
  readonly asyncImports?: unknown;
  readonly asyncExports?: unknown;
}
