// Small components for tests, which jco's own tools build from WebAssembly text in milliseconds.
//
// `throughComponent` puts a component between a caller and an implementation. The component imports and exports the
// interface, and forwards every call, so that tests of an implementation also test it as an import of a component:
//
//     const socket = await throughComponent({
//       descriptor: Socket,
//       wit: await readFile("wit/socket.wit", "utf8"),
//       implementation: backend,            // `Socket` with mode "sync", `AsyncSocket` with mode "jspi"
//       mode: "sync",                       // "jspi" needs an engine with `hasJspi`
//     });
//     socket.createSocket("ipv4", "tcp");   // caller → jco → guest → jco → backend, and back
//
// jco's output is cached in `.cache/components` by the hash of all inputs. The parts can also be used for other guests:
// `transpileComponent` and `loadComponent` in `build.ts` take WIT and WebAssembly text, and `forwarding-guest.ts` exports
// `forwardingGuest` and its `allocator`.
//
// For whole worlds, with resources, labels and world-level functions, `forwardingWorld` writes the guest from the model,
// `forwardingComponent` in `test-component.ts` transpiles it with the command, and `exercise` calls all of its functions.
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

/** The ways of calling through a component that this engine supports. */
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

/** The implementation behind the component, and how the component is run. */
export interface Forwarding<D extends InterfaceDescriptor, M extends Mode> {
  readonly descriptor: D;
  /** A WIT text whose first package contains the interface. */
  readonly wit: string;
  readonly implementation: Implementation<ContractsOf<D>>;
  readonly mode: M;
  readonly instance?: ComponentInstance;
  /**
   * Whether to bind the functions directly to the component's core module, without jco's code in between. Default:
   * `false`.
   */
  readonly direct?: boolean;
}

/** Returns the exported interface of a component that forwards every call to `implementation`. */
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
