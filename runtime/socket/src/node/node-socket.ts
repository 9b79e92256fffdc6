import {
  PENDING,
  type Attempt,
  type Datagram,
  type NumericAddress,
} from "../driver.js";
import { systemError } from "../host/errors.js";
import { releaseProcess, retainProcess } from "./process-lifetime.js";

/**
 * Base class of the TCP and UDP sockets of the Node driver. The host calls only the operations that fit the protocol and
 * the state.
 */
export abstract class NodeSocket {
  #readReady: (() => void) | undefined = undefined;
  #writeReady: (() => void) | undefined = undefined;

  /** Registers a callback, called once when `accept` or a receive may succeed. There must be no such wait yet. */
  waitToRead(ready: () => void): void {
    this.#readReady = ready;
    retainProcess();
  }

  /** Registers a callback, called once when any other operation may succeed. There must be no such wait yet. */
  waitToWrite(ready: () => void): void {
    this.#writeReady = ready;
    retainProcess();
  }

  /** Cancels the wait of {@link waitToRead}, if there is one. */
  unwaitToRead(): void {
    if (this.#readReady === undefined) return;
    this.#readReady = undefined;
    releaseProcess();
  }

  /** Cancels the wait of {@link waitToWrite}, if there is one. */
  unwaitToWrite(): void {
    if (this.#writeReady === undefined) return;
    this.#writeReady = undefined;
    releaseProcess();
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

  /** Ends the wait of `accept` or a receive, so that the host tries the operation again. */
  signalRead(): void {
    const ready = this.#readReady;
    if (ready === undefined) return;
    this.unwaitToRead();
    ready();
  }

  /** Ends the wait of any other operation, so that the host tries it again. */
  signalWrite(): void {
    const ready = this.#writeReady;
    if (ready === undefined) return;
    this.unwaitToWrite();
    ready();
  }
}

/** Whether an attempt returned a value, not {@link PENDING}. */
export function isDone<T>(attempt: Attempt<T>): attempt is T {
  return attempt !== PENDING;
}

function unsupported(): Error {
  return systemError("EOPNOTSUPP", "the protocol has no such operation");
}
