import type { ResourceDescriptor } from "../descriptor.js";
import type { ResolvedResource, TypeScope } from "../resolve-type.js";
import {
  ImportedResource,
  passedResource,
  type HostResource,
} from "./imported-resource.js";
import type { ExportedResource } from "./exported-resource.js";
import { original } from "./exception.js";
import { withoutVersion } from "./name.js";

/**
 * What a resource is to a component. The descriptor alone does not tell: a world may have an interface under several labels, and under each its
 * resources are others.
 */
export interface ResourceIdentity {
  /** The interface as the world has it, or the world. */
  readonly home: TypeScope;
  readonly resource: ResourceDescriptor;
}

/** What a resource is that stands in the type of a function. */
export function identityOf(
  /** Of the function: the interface as the world has it, or the world. */
  scope: TypeScope,
  { scope: declaring, resource }: Omit<ResolvedResource, "name">,
): ResourceIdentity {
  // An interface under a label is a copy, but for its name.
  return {
    home: declaring.types === scope.types ? scope : declaring,
    resource,
  };
}

/** Thrown when a dead component instance is called. `cause` holds the reason for which the instance died. */
export class DeadInstanceError extends Error {
  constructor(cause: unknown) {
    super(
      "the component instance is dead: the implementation of one of its imports threw while the component was suspended, and it cannot be resumed; make a new instance",
      { cause },
    );
    this.name = "DeadInstanceError";
  }
}

/**
 * Thrown when the implementation of an import calls an export while the component waits for that implementation. The
 * call would wait for itself.
 */
export class ReentranceError extends Error {
  constructor(name: string) {
    super(
      `\`${name}\` was called by the implementation of an import, and the component accepts no other call until that implementation has answered (JSPI)`,
    );
    this.name = "ReentranceError";
  }
}

/**
 * When a call of an export may begin. `in-turn`: once no other call is suspended. `beside`: beside others, as `async func` of WIT does. `at-once`: now or
 * never, as constructors do. `whenever`: in turn, and nobody waits for it, as with a resource that is dropped.
 */
export type Turn = "in-turn" | "beside" | "at-once" | "whenever";

/** A call that waits for its turn, or for its end. */
interface PendingCall {
  reject(reason: unknown): void;
}

interface QueuedCall extends PendingCall {
  start(): void;
}

/**
 * The state that the adapters of one component instance share. Pass the same one to {@link toJcoImports} and
 * {@link fromJcoExports}, or let {@link instantiate} do so.
 *
 * It runs one call at a time where calls are suspended, because jco cannot run more. It records why an instance died,
 * and which object represents which resource.
 */
export class ComponentInstance {
  #death: { readonly reason: unknown } | undefined;
  /** A call of an export that is suspended: no other may begin. */
  #suspended = false;
  readonly #running = new Set<PendingCall>();
  readonly #queue: QueuedCall[] = [];
  /** How many calls of exports are on the stack: a suspended component is entered only after its call has returned a promise. */
  #entered = 0;
  /** How many calls of imports are on the stack. */
  #answering = 0;
  readonly #imported: Resources<ImportedResource> = new Map();
  readonly #exported: Resources<ExportedResource> = new Map();
  readonly #passed = new Set<string>();

  /** Whether the instance can still be called. */
  get alive(): boolean {
    return this.#death === undefined;
  }

  /**
   * Ends the instance: calls that are running or waiting reject, and no further call starts.
   *
   * @param reason - the reason with which running calls reject. Waiting calls reject with a {@link DeadInstanceError}
   * whose `cause` is the reason.
   */
  kill(reason: unknown): void {
    if (this.#death !== undefined) return;
    this.#death = { reason };
    for (const call of this.#running) call.reject(original(reason));
    this.#running.clear();
    for (const call of this.#queue.splice(0)) {
      call.reject(new DeadInstanceError(reason));
    }
  }

  /** Whether a call of an export is suspended, so that imports are called from a suspended component. */
  get suspended(): boolean {
    return this.#running.size > 0;
  }

  /** Whether an import that is called now is called by a component that cannot be suspended. */
  get entered(): boolean {
    return this.#entered > 0;
  }

  /** Calls the implementation of an import. */
  answer(
    implementation: (args: unknown[], self: unknown) => unknown,
    args: unknown[],
    self: unknown,
  ): unknown {
    this.#answering++;
    try {
      return implementation(args, self);
    } finally {
      this.#answering--;
    }
  }

  /**
   * Calls an export, immediately or when its turn comes.
   *
   * @param name - `interface#function`, for messages.
   * @param invoke - calls jco. Returns the value, or a promise of it if the component can be suspended.
   * @param finish - converts jco's value to the value that the caller receives.
   * @param fail - converts what jco threw to the value that the caller receives, or throws.
   * @param turn - when the call may start.
   * @param isSuspending - whether the component may be suspended, so that calls take turns.
   */
  call(
    name: string,
    invoke: () => unknown,
    finish: (value: unknown) => unknown,
    fail: (exception: unknown) => unknown,
    turn: Turn,
    isSuspending: boolean,
  ): unknown {
    if (this.#death !== undefined) {
      throw new DeadInstanceError(this.#death.reason);
    }
    const isBusy = this.#suspended || this.#entered > 0;
    if (turn === "in-turn" && isSuspending && isBusy && this.#answering > 0)
      throw new ReentranceError(name);
    if (turn === "at-once" && this.#suspended) {
      throw new TypeError(
        `\`${name}\` cannot wait, and the component accepts no other call until the suspended call has ended (JSPI)`,
      );
    }
    const concurrent = turn === "beside";
    if (this.#suspended && !concurrent) {
      return new Promise((resolve, reject) => {
        this.#queue.push({
          reject,
          start: () => {
            try {
              resolve(this.#start(invoke, finish, fail, concurrent));
            } catch (exception) {
              reject(exception);
            }
          },
        });
      });
    }
    return this.#start(invoke, finish, fail, concurrent);
  }

  #start(
    invoke: () => unknown,
    finish: (value: unknown) => unknown,
    fail: (exception: unknown) => unknown,
    concurrent: boolean,
  ): unknown {
    let returned: unknown;
    this.#entered++;
    try {
      returned = invoke();
    } catch (exception) {
      this.#next();
      return fail(exception);
    } finally {
      this.#entered--;
    }
    if (!isThenable(returned)) {
      this.#next();
      return finish(returned);
    }
    if (!concurrent) this.#suspended = true;
    return new Promise((resolve, reject) => {
      const call: PendingCall = { reject };
      this.#running.add(call);
      const settle = (make: (value: unknown) => unknown, value: unknown) => {
        this.#running.delete(call);
        try {
          resolve(make(value));
        } catch (exception) {
          reject(exception);
        }
        if (!concurrent) {
          this.#suspended = false;
          this.#next();
        }
      };
      returned.then(
        (value) => {
          settle(finish, value);
        },
        (exception: unknown) => {
          settle(fail, exception);
        },
      );
    });
  }

  #next(): void {
    if (!this.#suspended) this.#queue.shift()?.start();
  }

  /**
   * Leaves the resources of interfaces alone: the caller gives jco the implementations as they are.
   *
   * @param interfaces - their names, with or without version.
   * @internal
   */
  passResources(interfaces: Iterable<string>): void {
    for (const name of interfaces) this.#passed.add(name);
  }

  /** Represents a resource that the component imports. @internal */
  hostResource(identity: ResourceIdentity): HostResource {
    const { name } = identity.home;
    return this.#passed.has(name) || this.#passed.has(withoutVersion(name))
      ? passedResource
      : this.importedResource(identity);
  }

  /** What stands for a resource of the host's. @internal */
  importedResource(identity: ResourceIdentity): ImportedResource {
    return once(
      this.#imported,
      identity,
      () => new ImportedResource(identity.resource),
    );
  }

  /** What stands for a resource of the component's, if it exports it. @internal */
  exportedResource({
    home,
    resource,
  }: ResourceIdentity): ExportedResource | undefined {
    return this.#exported.get(home)?.get(resource);
  }

  /** @internal */
  addExportedResource(
    identity: ResourceIdentity,
    make: () => ExportedResource,
  ): ExportedResource {
    return once(this.#exported, identity, make);
  }
}

/** Thrown when the implementation of an import returns a promise, but the component cannot wait for it. */
export class UnawaitedPromiseError extends TypeError {
  constructor(name: string) {
    super(
      `the implementation of \`${name}\` returned a promise, which the component cannot wait for: transpile it with JSPI, naming \`${name}\` as an asynchronous import, or give it a synchronous implementation`,
    );
    this.name = "UnawaitedPromiseError";
  }
}

/** Whether a value is a promise, as `await` sees it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** By the interface that has them in the world, and their descriptors. */
type Resources<T> = Map<TypeScope, Map<ResourceDescriptor, T>>;

function once<T>(
  resources: Resources<T>,
  { home, resource }: ResourceIdentity,
  make: () => T,
): T {
  let members = resources.get(home);
  if (members === undefined) {
    members = new Map<ResourceDescriptor, T>();
    resources.set(home, members);
  }
  let value = members.get(resource);
  if (value === undefined) members.set(resource, (value = make()));
  return value;
}
