/**
 * What the calling thread and the worker of a synchronous bridge say to each other.
 *
 * A call is written into shared memory and announced by a message, since the worker runs an event loop; the answer is written into shared
 * memory and announced by a word that the caller sleeps on. Buffers that turned out too small are replaced by
 * larger ones, which travel in messages: the caller can take a message without an event loop.
 */
import type { MessagePort } from "node:worker_threads";
import type { InterfaceDescriptor } from "../descriptor.js";

/** The words of the control block. */
export const controlWords = 3;
/** The caller sleeps on this word: {@link idle}, or what woke it. */
export const stateWord = 0;
/** How many bytes the answer has. */
export const lengthWord = 1;

/** Not zero once the supervisor has started: from then on nothing goes unseen. */
export const supervisedWord = 2;

/** Nothing has happened yet. */
export const idle = 0;
/** The worker is ready, or the answer is there: a value in shared memory. */
export const answered = 1;
/** The call failed: a {@link Thrown} is in the port. */
export const failed = 2;
/** The worker is gone, whatever was under way: a {@link Thrown} is in the supervisor's port. */
export const fatal = 3;

/** How large a buffer is at first. */
export const initialCapacity = 65_536;

/** An exception on its way to another thread. */
export interface Thrown {
  readonly kind: "thrown";
  readonly exception: PortableException;
}

/** A buffer that takes the place of the one before it. */
export interface NewBuffer {
  readonly kind: "buffer";
  readonly buffer: SharedArrayBuffer;
}

/** Calls a function, by its place in the descriptor; the arguments are in the request buffer. */
export interface CallMessage {
  readonly kind: "call";
  readonly index: number;
  readonly length: number;
  /** The request buffer, where it is a new one. */
  readonly buffer?: SharedArrayBuffer;
}

/** Ends the implementation; answered when it has ended. */
export interface EndMessage {
  readonly kind: "end";
}

/** What the worker starts with. */
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

/** What the supervisor starts with. */
export interface SupervisorStart extends WorkerStart {
  readonly supervisorPort: MessagePort;
  /** The worker, as a script. */
  readonly script: string;
  readonly resourceLimits: Readonly<Record<string, number>> | undefined;
  /** Options of Node's that the worker gets. */
  readonly execArgv: readonly string[];
}

/** An exception as plain data. */
export interface PortableException {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** As system errors have it. */
  readonly code: string | undefined;
  readonly cause: PortableException | undefined;
}

/** Makes plain data of whatever was thrown, though its own code may throw, and what it says of itself may be anything. */
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
    code: text(code),
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

/** Makes an `Error` of it again: of the same built-in class, with the same name, message, stack, code and cause. */
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
