/** The blocking runner: calls that cannot finish immediately block the thread. */
import { SocketError, type Socket } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import {
  PENDING,
  type BlockingDriver,
  type DriverSupports,
} from "../driver.js";
import { DeadlockError } from "../deadlock.js";
import { failure, refusal } from "./errors.js";
import { SocketHost, type OpenHandle, type SocketOptions } from "./host.js";
import type { Outcome } from "./operation.js";

/** A blocking socket backend: the synchronous contract of the WIT interface, and members for its owner. */
export interface BlockingSocketBackend extends Socket, Disposable {
  /** What the backend supports. */
  readonly supports: DriverSupports;
  /** Returns the sockets that are open, for example to find leaks. */
  openHandles(): readonly OpenHandle[];
  /** Closes every socket. No socket can be created afterwards. */
  dispose(): void;
}

/**
 * Creates a blocking backend from a driver.
 *
 * @param driver - the network. It belongs to the backend from now on.
 * @param options - the policy and limits of the guest.
 * @returns the backend. The caller owns it and disposes of it.
 * @throws SyntaxError - if the policy has an unknown or invalid rule, or a pattern that cannot be parsed.
 * @throws RangeError - if a limit is unknown, not a number, or less than 1.
 */
export function createBlockingSocket<S extends object, L extends object>(
  driver: BlockingDriver<S, L>,
  options?: SocketOptions,
): BlockingSocketBackend {
  const host = new SocketHost<S, L>(driver, options);
  const run = <T>(outcome: Outcome<T>): Result<T, SocketError> =>
    outcome.tag === "pending" ? block(driver, outcome) : outcome;
  let isDisposed = false;
  const dispose = (): void => {
    if (isDisposed) return;
    isDisposed = true;
    host.dispose();
    driver.dispose?.();
  };
  return {
    supports: driver.supports,
    createSocket: (family, protocol) => host.createSocket(family, protocol),
    connect: (socket, address) => run(host.connect(socket, address)),
    bind: (socket, address) => run(host.bind(socket, address)),
    listen: (socket, backlog) => run(host.listen(socket, backlog)),
    accept: (socket) => run(host.accept(socket)),
    send: (socket, data) => run(host.send(socket, data)),
    receive: (socket, maxLen) => run(host.receive(socket, maxLen)),
    sendTo: (socket, data, address) => run(host.sendTo(socket, data, address)),
    receiveFrom: (socket, maxLen) => run(host.receiveFrom(socket, maxLen)),
    close: (socket) => host.close(socket),
    setReadTimeout: (socket, timeoutMs) =>
      host.setReadTimeout(socket, timeoutMs),
    setWriteTimeout: (socket, timeoutMs) =>
      host.setWriteTimeout(socket, timeoutMs),
    setReuseAddress: (socket, reuse) => host.setReuseAddress(socket, reuse),
    getLocalAddress: (socket) => host.getLocalAddress(socket),
    getPeerAddress: (socket) => host.getPeerAddress(socket),
    openHandles: () => host.openHandles(),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/** Waits and tries again until the call finishes or times out. */
function block<S extends object, L extends object, T>(
  driver: BlockingDriver<S, L>,
  operation: Extract<Outcome<T>, { readonly tag: "pending" }>,
): Result<T, SocketError> {
  const { timeout } = operation;
  const deadline =
    timeout === Infinity ? Infinity : driver.clock.now() + timeout;
  for (;;) {
    const isExpired = deadline !== Infinity && driver.clock.now() >= deadline;
    // Also called after the deadline: the driver then processes pending events, so that polls with a timeout of 0 make
    // progress.
    try {
      driver.block(operation.target as S | L, operation.readiness, deadline);
    } catch (cause) {
      // Leaves the socket in the state that a timeout leaves it in; the error result itself is not needed.
      if (operation.entry.state !== "closed") operation.expired();
      if (cause instanceof DeadlockError) throw cause;
      return failure(cause);
    }
    // A driver may run code of the embedder while it blocks, such as the events of a memory network.
    if (operation.entry.state === "closed")
      return refusal(SocketError.ConnectionAborted, "the socket was closed");
    const attempt = operation.attempt();
    if (attempt !== PENDING) return attempt;
    if (isExpired) return operation.expired();
  }
}
