import type { Family, NumericAddress, Protocol } from "../driver.js";
import type { Waiting } from "./operation.js";
import type { ReceiveOperation } from "./receive-operation.js";

/**
 * The state of a socket. `failed` is a TCP socket whose `connect` failed: it can only be closed, because the socket of
 * the driver is already closed.
 */
export type SocketState =
  | "unbound"
  | "binding"
  | "bound"
  | "listening"
  | "connecting"
  | "connected"
  | "failed"
  | "closed";

/** The calls that wait in one direction of a socket. The first waits for the driver, the others wait for their turn. */
export class Lane {
  first: Waiting | undefined = undefined;
  last: Waiting | undefined = undefined;
  /** The callback of the asynchronous runner that tries the first call again. Created when the lane first waits. */
  ready: (() => void) | undefined = undefined;

  push(operation: Waiting): void {
    if (this.last === undefined) this.first = operation;
    else this.last.next = operation;
    this.last = operation;
  }

  remove(operation: Waiting): void {
    if (operation === this.first && operation === this.last) {
      this.first = undefined;
      this.last = undefined;
      return;
    }
    let before: Waiting | undefined;
    for (let each = this.first; each !== undefined; each = each.next) {
      if (each === operation) {
        if (before === undefined) this.first = each.next;
        else before.next = each.next;
        if (this.last === each) this.last = before;
        each.next = undefined;
        return;
      }
      before = each;
    }
  }
}

/** The state that the host keeps for one socket. */
export class SocketEntry<S extends object> {
  readonly handle: number;
  readonly family: Family;
  readonly protocol: Protocol;
  /** The driver's socket. */
  readonly socket: S;
  state: SocketState;
  /**
   * In milliseconds. If `undefined`, calls wait without a limit. It is not `Infinity`, because V8 allocates a separate
   * heap number for that value.
   */
  readTimeout: number | undefined = undefined;
  writeTimeout: number | undefined = undefined;
  reuseAddress = false;
  /** The peer of a connected UDP socket, in canonical form. */
  peer: NumericAddress | undefined = undefined;
  /** The lane of {@link reads}, if it has been created. */
  readLane: Lane | undefined = undefined;
  /** The lane of {@link writes}, if it has been created. */
  writeLane: Lane | undefined = undefined;
  /** The last numeric destination that passed the checks, and its host as the guest wrote it. */
  destination:
    { readonly host: string; readonly numeric: NumericAddress } | undefined =
    undefined;
  /** The operation of a finished `receive`, for reuse by the next one that has to wait. */
  spareReceive: ReceiveOperation<S> | undefined = undefined;

  constructor(
    handle: number,
    family: Family,
    protocol: Protocol,
    socket: S,
    state: SocketState,
  ) {
    this.handle = handle;
    this.family = family;
    this.protocol = protocol;
    this.socket = socket;
    this.state = state;
  }

  /** The lane of `accept`, `receive` and `receive-from`. Created lazily. */
  get reads(): Lane {
    return (this.readLane ??= new Lane());
  }

  /** The lane of all other calls that may wait. Created lazily. */
  get writes(): Lane {
    return (this.writeLane ??= new Lane());
  }
}
