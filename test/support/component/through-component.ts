// Small components for tests, built in milliseconds from WebAssembly text by jco's own tools.
//
// `throughComponent` puts a component between a caller and an implementation: a guest that imports an interface and
// exports the same one, and hands every call on. So a test of an implementation becomes a test of it from inside of a component:
//
//     const socket = await throughComponent({
//       descriptor: Socket,
//       wit: await readFile("wit/socket.wit", "utf8"),
//       implementation: backend,            // `Socket` with mode "sync", `AsyncSocket` with mode "jspi"
//       mode: "sync",                       // "jspi" needs an engine with `hasJspi`
//     });
//     socket.createSocket("ipv4", "tcp");   // caller → jco → guest → jco → backend, and back
//
// What jco makes is cached in `.cache/components` by the hash of all that went in. The pieces are there for guests of
// one's own: `transpileComponent` and `loadComponent` in `build.ts` take WIT and WebAssembly text, and
// `forwardingGuest` and its `allocator` stand in `forwarding-guest.ts`.
//
// For whole worlds, with resources, labels and functions of their own, `forwardingWorld` makes the guest from the model, and
// `forwardingComponent` in `transpile-forwarding.ts` has the command transpile it; `exercise` calls all that such a component has.
import type { InterfaceDescriptor } from "@wit2ts/runtime";
import {
  ComponentInstance,
  fromJcoExports,
  toJcoImports,
  type AsyncContract,
  type Implementation,
  type SyncContract,
} from "@wit2ts/runtime/jco";
import {
  forwardingSource,
  functionNames,
  hasJspi,
  loadComponent,
  type Mode,
} from "./build.js";

type ContractsOf<D> = D extends InterfaceDescriptor<infer C> ? C : never;

/** The ways through a component that this engine has. */
export const ways: readonly {
  readonly name: string;
  readonly mode: Mode;
  readonly direct: boolean;
}[] = (hasJspi ? (["sync", "jspi"] as const) : (["sync"] as const)).flatMap(
  (mode) => [
    { name: mode, mode, direct: false },
    { name: `${mode}, bound directly`, mode, direct: true },
  ],
);

/** What stands on the far side of the component, and how it is run. */
export interface Forwarding<D extends InterfaceDescriptor, M extends Mode> {
  readonly descriptor: D;
  /** The WIT text whose first package holds the interface. */
  readonly wit: string;
  readonly implementation: Implementation<ContractsOf<D>>;
  readonly mode: M;
  readonly instance?: ComponentInstance;
  /** Bind the functions to the core of the component directly, with nothing of jco in between. False where absent. */
  readonly direct?: boolean;
}

/** Returns the interface as a component exports it that forwards every call to `implementation`. */
export async function throughComponent<
  D extends InterfaceDescriptor,
  M extends Mode,
>({
  descriptor,
  wit,
  implementation,
  mode,
  instance = new ComponentInstance(),
  direct = false,
}: Forwarding<D, M>): Promise<
  M extends "sync"
    ? SyncContract<ContractsOf<D>>
    : AsyncContract<ContractsOf<D>>
> {
  const names = functionNames(descriptor);
  const instantiate = await loadComponent(forwardingSource(descriptor, wit), {
    mode,
    asyncImports: names,
    asyncExports: names,
    versioned: [descriptor.name],
    ...(direct && { jco: { importBindings: "hybrid" } }),
  });
  const exports = await instantiate(undefined, {
    [descriptor.name]: toJcoImports(descriptor, implementation, {
      instance,
      ...(direct && { async: mode === "jspi" }),
    }),
  });
  const exported = exports[descriptor.name];
  if (typeof exported !== "object" || exported === null) {
    throw new Error(`the component does not export ${descriptor.name}`);
  }
  const contract: unknown =
    mode === "sync"
      ? fromJcoExports(descriptor, exported, { instance })
      : fromJcoExports(descriptor, exported, { instance, async: true });
  return contract as Awaited<ReturnType<typeof throughComponent<D, M>>>;
}
