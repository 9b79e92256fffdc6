import {
  PENDING,
  type Attempt,
  type Datagram,
  type NumericAddress,
} from "../driver.js";
import { systemError } from "../host/errors.js";

/** A socket of the Node driver: what TCP and UDP have in common. The host calls only what fits its protocol and state. */
export abstract class NodeSocket {
  /** Called once when `accept` or a receive may go on. */
  readReady: (() => void) | undefined = undefined;
  /** Called once when any other operation may go on. */
  writeReady: (() => void) | undefined = undefined;

  abstract tryBind(
    address: NumericAddress,
    reuseAddress: boolean,
  ): Attempt<void>;
  abstract tryConnect(address: NumericAddress): Attempt<void>;
  abstract localAddress(): NumericAddress;
  abstract peerAddress(): NumericAddress;
  abstract close(): void;

  tryListen(_backlog: number): Attempt<void> {
    throw unsupported();
  }
  tryAccept(): Attempt<NodeSocket> {
    throw unsupported();
  }
  trySend(_data: Uint8Array, _hold: boolean): Attempt<number> {
    throw unsupported();
  }
  tryReceive(_maxLength: number): Attempt<Uint8Array> {
    throw unsupported();
  }
  trySendTo(
    _data: Uint8Array,
    _address: NumericAddress | undefined,
    _hold: boolean,
  ): Attempt<void> {
    throw unsupported();
  }
  tryReceiveFrom(_maxLength: number): Attempt<Datagram> {
    throw unsupported();
  }

  /** Lets a waiting `accept` or receive try again. */
  signalRead(): void {
    const ready = this.readReady;
    if (ready === undefined) return;
    this.readReady = undefined;
    ready();
  }

  /** Lets any other waiting operation try again. */
  signalWrite(): void {
    const ready = this.writeReady;
    if (ready === undefined) return;
    this.writeReady = undefined;
    ready();
  }
}

/** Whether an operation has a value. */
export function isDone<T>(attempt: Attempt<T>): attempt is T {
  return attempt !== PENDING;
}

function unsupported(): Error {
  return systemError("EOPNOTSUPP", "the protocol has no such operation");
}
