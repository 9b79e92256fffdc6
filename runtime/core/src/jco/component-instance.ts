import type { ResourceDescriptor } from "../descriptor.js";
import type { ResolvedResource, TypeScope } from "../resolve-type.js";
import {
  ImportedResource,
  passedResource,
  type HostResource,
} from "./imported-resource.js";
import type { ExportedResource } from "./exported-resource.js";
import { unwrapHostException } from "./exception.js";
import { withoutVersion } from "./name.js";

/**
 * The identity of a resource in a component. The descriptor alone does not identify a resource: a world may have an
 * interface under several labels, and the interface has distinct resources under each label.
 */
export interface ResourceIdentity {
  /** The descriptor of the interface under its name in the world, or the descriptor of the world. */
  readonly home: TypeScope;
  readonly resource: ResourceDescriptor;
}

/** Returns the identity of a resource that occurs in the type of a function. */
export function identityOf(
  /** The scope of the function: the interface under its name in the world, or the world. */
  scope: TypeScope,
  { scope: declaring, resource }: Omit<ResolvedResource, "name">,
): ResourceIdentity {
  // The descriptor of a labeled interface is a copy that differs only in `name`, so it has the same `types` object.
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
 * When a call of an export may start:
 *
 * - `in-turn`: when no other call is suspended.
 * - `beside`: concurrently with other calls, for an `async func`.
 * - `at-once`: immediately or not at all, for constructors.
 * - `whenever`: in turn, but the caller does not wait for it, for dropping a resource.
 */
export type Turn = "in-turn" | "beside" | "at-once" | "whenever";

/** A call that is queued or running. */
interface PendingCall {
  reject(reason: unknown): void;
}

interface QueuedCall extends PendingCall {
  /** Does not throw. */
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
  /** Whether a call of an export is suspended, so that only calls with the turn `beside` may start. */
  #suspended = false;
  readonly #running = new Set<PendingCall>();
  readonly #queue: QueuedCall[] = [];
  /** Whether queued calls are being started. */
  #isStarting = false;
  /**
   * The number of calls of exports on the stack. A call that can be suspended is not among them when the component
   * runs: jco enters the component only after the call has returned a promise.
   */
  #entered = 0;
  /** The number of calls of imports on the stack. */
  #answering = 0;
  readonly #imported: Resources<ImportedResource> = new Map();
  readonly #exported: Resources<ExportedResource> = new Map();
  readonly #passed = new Set<string>();
  readonly #adapted = new Set<string>();

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
    for (const call of this.#running) call.reject(unwrapHostException(reason));
    this.#running.clear();
    for (const call of this.#queue.splice(0)) {
      call.reject(new DeadInstanceError(reason));
    }
  }

  /**
   * Whether a call of an export has returned a promise that is still pending. Imports are then called by a component
   * that can be suspended, unless {@link entered} is true.
   */
  get suspended(): boolean {
    return this.#running.size > 0;
  }

  /** Whether the caller of an import that is called now is a component that cannot be suspended. */
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

  /** Starts queued calls, until one is suspended. A loop: calls that return at once would fill the stack otherwise. */
  #next(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    while (!this.#suspended) {
      const call = this.#queue.shift();
      if (call === undefined) break;
      call.start();
    }
    this.#isStarting = false;
  }

  /**
   * Leaves the resources of interfaces alone: the caller gives jco the implementations as they are.
   *
   * @param interfaces - their names. Those without version stand for every version.
   * @param adapted - the full names of the interfaces whose implementations are adapted even so, such as another version.
   * @internal
   */
  passResources(interfaces: Iterable<string>, adapted: Iterable<string>): void {
    for (const name of interfaces) this.#passed.add(name);
    for (const name of adapted) this.#adapted.add(name);
  }

  /** Represents a resource that the component imports. @internal */
  hostResource(identity: ResourceIdentity): HostResource {
    const { name } = identity.home;
    const isPassed =
      !this.#adapted.has(name) &&
      (this.#passed.has(name) || this.#passed.has(withoutVersion(name)));
    return isPassed ? passedResource : this.importedResource(identity);
  }

  /** Returns the representation of a resource of the host. @internal */
  importedResource(identity: ResourceIdentity): ImportedResource {
    return once(
      this.#imported,
      identity,
      () => new ImportedResource(identity.resource),
    );
  }

  /** Returns the representation of a resource that the component exports, or `undefined`. @internal */
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

/** Whether a value is a thenable, which `await` treats as a promise. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** Resources by {@link ResourceIdentity}: `home`, then `resource`. */
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
