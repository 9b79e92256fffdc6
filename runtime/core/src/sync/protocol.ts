/**
 * The protocol between the calling thread and the worker of a synchronous bridge.
 *
 * A call is written into shared memory and signaled by a message, because the worker runs an event loop. The answer is
 * written into shared memory and signaled by a word that the caller waits on. A buffer that is too small is replaced by
 * a larger one, which is sent in a message: the caller can receive messages without an event loop.
 */
import type { MessagePort } from "node:worker_threads";
import type { InterfaceDescriptor } from "../descriptor.js";

/** The number of words in the control block. */
export const controlWords = 3;
/** The word that the caller waits on: {@link idle}, or the reason for waking it. */
export const stateWord = 0;
/** The length of the answer in bytes. */
export const lengthWord = 1;

/** Nonzero once the supervisor has started. From then on, the death of the worker is detected. */
export const supervisedWord = 2;

/** There is no answer yet. */
export const idle = 0;
/** The worker is ready, or the call has returned: its value is in shared memory. */
export const answered = 1;
/** The call, or the start of the implementation, failed: a {@link Thrown} is in the port. */
export const failed = 2;
/** The worker has died, or could not be started: a {@link Thrown} is in the supervisor's port. */
export const fatal = 3;

/** The initial size of a buffer in bytes. */
export const initialCapacity = 65_536;

/** A message that passes an exception to another thread. */
export interface Thrown {
  readonly kind: "thrown";
  readonly exception: PortableException;
}

/** A message with a buffer that replaces the previous one. */
export interface NewBuffer {
  readonly kind: "buffer";
  readonly buffer: SharedArrayBuffer;
}

/** Calls a function, given by its index in the descriptor. The arguments are in the request buffer. */
export interface CallMessage {
  readonly kind: "call";
  readonly index: number;
  readonly length: number;
  /** The request buffer, if it is a new one. */
  readonly buffer?: SharedArrayBuffer;
}

/** Disposes of the implementation. Answered when that is done. */
export interface EndMessage {
  readonly kind: "end";
}

/** The `workerData` of the worker. */
export interface WorkerStart {
  readonly descriptor: InterfaceDescriptor;
  readonly module: string;
  readonly exportName: string;
  readonly options: unknown;
  readonly control: SharedArrayBuffer;
  readonly answer: SharedArrayBuffer;
  readonly request: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** The `workerData` of the supervisor. */
export interface SupervisorStart extends WorkerStart {
  readonly supervisorPort: MessagePort;
  /** The script of the worker. */
  readonly script: string;
  readonly resourceLimits: Readonly<Record<string, number>> | undefined;
  /** The Node options for the worker. */
  readonly execArgv: readonly string[];
}

/** An exception as plain data. */
export interface PortableException {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The `code` of a system error or `DOMException`. */
  readonly code: string | number | undefined;
  readonly cause: PortableException | undefined;
}

/** Converts any thrown value to plain data. Its accessors may throw, and its properties may have any type. */
export function portable(exception: unknown, depth = 4): PortableException {
  try {
    return exception instanceof Error
      ? portableError(exception, depth)
      : anonymous(String(exception));
  } catch {
    return anonymous("what was thrown has no text");
  }
}

function portableError(error: Error, depth: number): PortableException {
  const name: unknown = error.name;
  const message: unknown = error.message;
  const stack: unknown = error.stack;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    name: text(name) ?? "Error",
    message: String(message),
    stack: text(stack),
    code: typeof code === "number" ? code : text(code),
    cause:
      cause === undefined || depth === 0
        ? undefined
        : portable(cause, depth - 1),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function anonymous(message: string): PortableException {
  return {
    name: "Error",
    message,
    stack: undefined,
    code: undefined,
    cause: undefined,
  };
}

const errorClasses: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/**
 * Converts plain data back to an `Error` of the same built-in class, with the same name, message, stack, code and
 * cause.
 */
export function revive(exception: PortableException): Error {
  const { name, message, stack, code, cause } = exception;
  const ErrorClass = Object.hasOwn(errorClasses, name)
    ? (errorClasses[name] ?? Error)
    : Error;
  const error = new ErrorClass(
    message,
    cause === undefined ? undefined : { cause: revive(cause) },
  );
  if (error.name !== name) hidden(error, "name", name);
  if (stack !== undefined) hidden(error, "stack", stack);
  if (code !== undefined) Object.assign(error, { code });
  return error;
}

function hidden(error: Error, key: string, value: string): void {
  Object.defineProperty(error, key, {
    value,
    configurable: true,
    writable: true,
  });
}
