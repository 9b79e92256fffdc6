/** The asynchronous runner: calls return promises, which settle once the driver can finish them. */
import { SocketError, type AsyncSocket } from "@wit2ts/core-libs/socket";
import { ok, type Result } from "@wit2ts/runtime";
import type { AsyncDriver, DriverSupports } from "../driver.js";
import type { Lane, SocketEntry } from "./entry.js";
import { refusal } from "./errors.js";
import { SocketHost, type OpenHandle, type SocketOptions } from "./host.js";
import type { Outcome, PendingOperation, Waiting } from "./operation.js";

/** An asynchronous socket backend: the asynchronous contract of the WIT interface, and members for its owner. */
export interface AsyncSocketBackend extends AsyncSocket, AsyncDisposable {
  /** What the backend supports. */
  readonly supports: DriverSupports;
  /** Returns the sockets that are open, for example to find leaks. */
  openHandles(): readonly OpenHandle[];
  /**
   * Closes every socket. Pending calls return `connection-aborted`, and no socket can be created afterwards. Resolves
   * when the backend holds no more resources.
   */
  dispose(): Promise<void>;
}

/** The maximum delay that {@link AsyncDriver.clock} accepts, which is that of `setTimeout`. */
const longestDelay = 0x7fff_ffff;

/**
 * Creates an asynchronous backend from a driver.
 *
 * @param driver - the network. It belongs to the backend from now on.
 * @param options - the policy and limits of the guest.
 * @returns the backend. The caller owns it and disposes of it.
 * @throws SyntaxError - if the policy has an unknown or invalid rule, or a pattern that cannot be parsed.
 * @throws RangeError - if a limit is unknown, not a number, or less than 1.
 */
export function createAsyncSocket<S extends object, L extends object>(
  driver: AsyncDriver<S, L>,
  options?: SocketOptions,
): AsyncSocketBackend {
  const host = new SocketHost<S, L>(driver, options);
  const runner = new AwaitingRunner(driver);
  host.onClose = (entry) => {
    runner.abort(entry);
  };
  let disposal: Promise<void> | undefined;
  const dispose = (): Promise<void> => {
    disposal ??= (async () => {
      host.dispose();
      await driver.dispose?.();
    })();
    return disposal;
  };
  return {
    supports: driver.supports,
    createSocket: (family, protocol) =>
      Promise.resolve(host.createSocket(family, protocol)),
    connect: (socket, address) => runner.run(host.connect(socket, address)),
    bind: (socket, address) => runner.run(host.bind(socket, address)),
    listen: (socket, backlog) => runner.run(host.listen(socket, backlog)),
    accept: (socket) => runner.run(host.accept(socket)),
    send: (socket, data) => runner.runSend(host.send(socket, data)),
    receive: (socket, maxLen) => runner.run(host.receive(socket, maxLen)),
    sendTo: (socket, data, address) =>
      runner.runSend(host.sendTo(socket, data, address)),
    receiveFrom: (socket, maxLen) =>
      runner.run(host.receiveFrom(socket, maxLen)),
    close: (socket) => Promise.resolve(host.close(socket)),
    setReadTimeout: (socket, timeoutMs) =>
      Promise.resolve(host.setReadTimeout(socket, timeoutMs)),
    setWriteTimeout: (socket, timeoutMs) =>
      Promise.resolve(host.setWriteTimeout(socket, timeoutMs)),
    setReuseAddress: (socket, reuse) =>
      Promise.resolve(host.setReuseAddress(socket, reuse)),
    getLocalAddress: (socket) => Promise.resolve(host.getLocalAddress(socket)),
    getPeerAddress: (socket) => Promise.resolve(host.getPeerAddress(socket)),
    openHandles: () => host.openHandles(),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

class AwaitingRunner<S extends object, L extends object> {
  readonly #driver: AsyncDriver<S, L>;
  /** The last success of a `send`, and a promise that is resolved with it. */
  #sent: Result<bigint, SocketError> = ok(0n);
  #sentPromise = Promise.resolve(this.#sent);

  constructor(driver: AsyncDriver<S, L>) {
    this.#driver = driver;
  }

  run<T>(outcome: Outcome<T>): Promise<Result<T, SocketError>> {
    if (outcome.tag !== "pending") return Promise.resolve(outcome);
    const promise = new Promise<Result<T, SocketError>>((resolve) => {
      outcome.resolve = resolve;
    });
    const { lane, timeout } = outcome;
    const isFirst = lane.first === undefined;
    lane.push(outcome);
    if (timeout !== Infinity) this.#setTimer(outcome, lane, timeout);
    if (isFirst) this.#wait(lane, outcome);
    return promise;
  }

  /**
   * Does the same as {@link run}. Successive messages often have the same length and thus the same (cached) result
   * object, so the promise is reused for it.
   */
  runSend(outcome: Outcome<bigint>): Promise<Result<bigint, SocketError>> {
    if (outcome === this.#sent) return this.#sentPromise;
    const promise = this.run(outcome);
    if (outcome.tag === "ok") {
      this.#sent = outcome;
      this.#sentPromise = promise;
    }
    return promise;
  }

  /** Ends every call that waits on a socket. Called before the socket is closed. */
  abort(entry: SocketEntry<S>): void {
    this.#abort(entry.readLane);
    this.#abort(entry.writeLane);
  }

  #abort(lane: Lane | undefined): void {
    const first = lane?.first;
    if (lane === undefined || first === undefined) return;
    this.#unwait(first);
    lane.first = undefined;
    lane.last = undefined;
    for (let each: Waiting | undefined = first; each !== undefined;) {
      each.cancelTimer?.();
      each.fail(
        refusal(SocketError.ConnectionAborted, "the socket was closed"),
      );
      each = each.next;
    }
  }

  #wait(lane: Lane, first: Waiting): void {
    lane.ready ??= () => {
      this.#advance(lane);
    };
    this.#driver.wait(first.target as S | L, first.readiness, lane.ready);
  }

  #unwait(first: Waiting): void {
    this.#driver.unwait(first.target as S | L, first.readiness);
  }

  /** Tries the calls of a lane in order until one has to continue waiting. */
  #advance(lane: Lane): void {
    for (;;) {
      const { first } = lane;
      if (first === undefined) return;
      if (!first.advance()) {
        // A policy is code of the embedder and may have closed the socket meanwhile.
        if (lane.first === first) this.#wait(lane, first);
        return;
      }
      if (lane.first === first) lane.remove(first);
      first.cancelTimer?.();
    }
  }

  #setTimer<T>(
    operation: PendingOperation<T>,
    lane: Lane,
    timeout: number,
  ): void {
    const { clock } = this.#driver;
    const deadline = clock.now() + timeout;
    const schedule = (delay: number): void => {
      const cancel = clock.schedule(Math.min(delay, longestDelay), () => {
        const rest = deadline - clock.now();
        if (rest > 0) schedule(rest);
        else this.#expire(operation, lane);
      });
      operation.cancelTimer = cancel;
    };
    schedule(timeout);
  }

  #expire(operation: Waiting, lane: Lane): void {
    operation.cancelTimer = undefined;
    const wasFirst = lane.first === operation;
    if (wasFirst) this.#unwait(operation);
    lane.remove(operation);
    operation.expire();
    if (wasFirst) this.#advance(lane);
  }
}
