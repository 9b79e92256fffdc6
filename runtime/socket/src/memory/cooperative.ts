import type { Socket, SocketError } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import { PENDING, type Readiness } from "../driver.js";
import { SocketHost, type SocketOptions } from "../host/host.js";
import type { Outcome } from "../host/operation.js";
import type { VirtualClock } from "./clock.js";
import type { Lookup, MemoryDriver } from "./driver.js";
import type { AnySocket } from "./machine.js";

/** The value that a program yields when it waits; opaque to the program. */
export interface Pause {
  /** Calls `resume` once, when the program should check again. */
  arm(resume: () => void): void;
}

/**
 * The socket interface for programs that run beside a blocking call. Each function is a generator, called with
 * `yield*`, which lets the rest of the network continue while it waits.
 */
export type CooperativeSocket = {
  readonly [Name in keyof Socket]: (
    ...parameters: Parameters<Socket[Name]>
  ) => Generator<Pause, ReturnType<Socket[Name]>, void>;
} & {
  /** Waits for a number of milliseconds of the network's time. */
  sleep(milliseconds: number): Generator<Pause, void, void>;
};

/** A program on a machine of a memory network. It runs until its first wait when it is spawned. */
export type Program<T> = (
  socket: CooperativeSocket,
) => Generator<Pause, T, void>;

/** A spawned program. */
export interface Process<T> {
  /** Whether the program has ended. */
  readonly isFinished: boolean;
  /** Resolves with the return value of the program, or rejects with what it threw. */
  readonly finished: Promise<T>;
  /**
   * Closes all sockets of the program and does not resume it. If the program had not ended, `finished` never settles.
   */
  stop(): void;
}

/** Runs a program; see `MemoryMachine.spawn`. */
export function spawn<T>(
  driver: MemoryDriver,
  options: SocketOptions | undefined,
  program: Program<T>,
): Process<T> {
  const host = new SocketHost<AnySocket, Lookup>(driver, options);
  const generator = program(createCooperativeSocket(host, driver.clock));
  let isFinished = false;
  let isStopped = false;
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const finished = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  const advance = (): void => {
    if (isStopped) return;
    try {
      const next = generator.next();
      if (next.done !== true) {
        next.value.arm(advance);
        return;
      }
      isFinished = true;
      resolve(next.value);
    } catch (error) {
      isFinished = true;
      reject(error);
    }
  };
  advance();
  return {
    get isFinished() {
      return isFinished;
    },
    finished,
    stop: () => {
      isStopped = true;
      host.dispose();
    },
  };
}

function createCooperativeSocket(
  host: SocketHost<AnySocket, Lookup>,
  clock: VirtualClock,
): CooperativeSocket {
  const run = <T>(outcome: Outcome<T>) => runCall(clock, outcome);
  return {
    createSocket: (family, protocol) =>
      run(host.createSocket(family, protocol)),
    connect: (socket, address) => run(host.connect(socket, address)),
    bind: (socket, address) => run(host.bind(socket, address)),
    listen: (socket, backlog) => run(host.listen(socket, backlog)),
    accept: (socket) => run(host.accept(socket)),
    send: (socket, data) => run(host.send(socket, data)),
    receive: (socket, maxLen) => run(host.receive(socket, maxLen)),
    sendTo: (socket, data, address) => run(host.sendTo(socket, data, address)),
    receiveFrom: (socket, maxLen) => run(host.receiveFrom(socket, maxLen)),
    close: (socket) => run(host.close(socket)),
    setReadTimeout: (socket, timeoutMs) =>
      run(host.setReadTimeout(socket, timeoutMs)),
    setWriteTimeout: (socket, timeoutMs) =>
      run(host.setWriteTimeout(socket, timeoutMs)),
    setReuseAddress: (socket, reuse) =>
      run(host.setReuseAddress(socket, reuse)),
    getLocalAddress: (socket) => run(host.getLocalAddress(socket)),
    getPeerAddress: (socket) => run(host.getPeerAddress(socket)),
    *sleep(milliseconds) {
      yield { arm: (resume) => void clock.schedule(milliseconds, resume) };
    },
  };
}

/** The cooperative runner: yields while a call waits. A program makes one call at a time, so no lane is needed. */
function* runCall<T>(
  clock: VirtualClock,
  outcome: Outcome<T>,
): Generator<Pause, Result<T, SocketError>, void> {
  if (outcome.tag !== "pending") return outcome;
  const deadline = clock.now() + outcome.timeout;
  for (;;) {
    yield pause(
      clock,
      outcome.target as AnySocket | Lookup,
      outcome.readiness,
      deadline,
    );
    const attempt = outcome.attempt();
    if (attempt !== PENDING) return attempt;
    if (clock.now() >= deadline) return outcome.expired();
  }
}

function pause(
  clock: VirtualClock,
  target: AnySocket | Lookup,
  readiness: Readiness,
  deadline: number,
): Pause {
  return {
    arm: (resume) => {
      let isOver = false;
      const cancellations: (() => void)[] = [];
      const resumeOnce = (): void => {
        if (isOver) return;
        isOver = true;
        target.waiters.delete(readiness);
        for (const callOff of cancellations) callOff();
        resume();
      };
      target.waiters.watch(readiness, () => {
        // Resume from a clock event, in case a blocking call runs the network, or from a microtask, in case promises
        // do, whichever comes first.
        cancellations.push(clock.schedule(0, resumeOnce));
        queueMicrotask(resumeOnce);
      });
      if (deadline !== Infinity)
        cancellations.push(clock.schedule(deadline - clock.now(), resumeOnce));
    },
  };
}
