import type { Family, NumericAddress, Protocol } from "../driver.js";
import type { Waiting } from "./operation.js";
import type { ReceiveOperation } from "./receive-operation.js";

/**
 * The state of a socket. `failed` is a TCP socket whose `connect` failed: it can only be closed, because the driver's
 * socket has already been given back.
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

/** The calls that wait in one direction of a socket, the first of them for the driver, the others for their turn. */
export class Lane {
  first: Waiting | undefined = undefined;
  last: Waiting | undefined = undefined;
  /** Made by the awaiting runner when the lane first waits: tries the first call again. */
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

/** What the host knows of one socket. */
export class SocketEntry<S extends object> {
  readonly handle: number;
  readonly family: Family;
  readonly protocol: Protocol;
  /** The driver's socket. */
  readonly socket: S;
  state: SocketState;
  /**
   * In milliseconds; where absent, calls wait for ever. `Infinity` would do as well, but the engine keeps such a number
   * outside the object.
   */
  readTimeout: number | undefined = undefined;
  writeTimeout: number | undefined = undefined;
  reuseAddress = false;
  /** The peer of a connected UDP socket, in canonical form. */
  peer: NumericAddress | undefined = undefined;
  /** The lane of {@link reads}, if there has been a call for it. */
  readLane: Lane | undefined = undefined;
  /** The lane of {@link writes}, if there has been a call for it. */
  writeLane: Lane | undefined = undefined;
  /** The last numeric destination that passed the checks, and its host as the caller wrote it. */
  destination:
    { readonly host: string; readonly numeric: NumericAddress } | undefined =
    undefined;
  /** The operation of a `receive` that has ended, for the next one that has to wait. */
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

  /** `accept`, `receive`, `receive-from`. */
  get reads(): Lane {
    return (this.readLane ??= new Lane());
  }

  /** All other calls. */
  get writes(): Lane {
    return (this.writeLane ??= new Lane());
  }
}
