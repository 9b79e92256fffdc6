import {
  PENDING,
  type Attempt,
  type Datagram,
  type NumericAddress,
} from "../driver.js";
import { systemError } from "../host/errors.js";
import { callGoesOn, callWaits } from "./waiting-calls.js";

/** A socket of the Node driver: what TCP and UDP have in common. The host calls only what fits its protocol and state. */
export abstract class NodeSocket {
  #readReady: (() => void) | undefined = undefined;
  #writeReady: (() => void) | undefined = undefined;

  /** Sets what is called once when `accept` or a receive may go on. The socket has no such wait yet. */
  waitToRead(ready: () => void): void {
    this.#readReady = ready;
    callWaits();
  }

  /** Sets what is called once when any other operation may go on. The socket has no such wait yet. */
  waitToWrite(ready: () => void): void {
    this.#writeReady = ready;
    callWaits();
  }

  /** Gives a wait up, if there is one. */
  unwaitToRead(): void {
    if (this.#readReady === undefined) return;
    this.#readReady = undefined;
    callGoesOn();
  }

  /** Gives a wait up, if there is one. */
  unwaitToWrite(): void {
    if (this.#writeReady === undefined) return;
    this.#writeReady = undefined;
    callGoesOn();
  }

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
    const ready = this.#readReady;
    if (ready === undefined) return;
    this.unwaitToRead();
    ready();
  }

  /** Lets any other waiting operation try again. */
  signalWrite(): void {
    const ready = this.#writeReady;
    if (ready === undefined) return;
    this.unwaitToWrite();
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
