/** From what `wasi:sockets` and `wasi:io` return to the errors that a driver throws. */
import { PENDING, type Attempt } from "../driver.js";
import { systemError } from "../host/errors.js";
import type { Result } from "@wit2ts/runtime";
import type { Error as IoError } from "./generated/wasi/io/streams.js";
import type { ErrorCode } from "./generated/wasi/sockets/network.js";

/**
 * The value of a call, or its error thrown under its own code, which the table of the host knows.
 *
 * @param name - of the function, for the message.
 */
export function valueOf<T>(result: Result<T, ErrorCode>, name: string): T {
  if (result.tag === "ok") return result.val;
  throw systemError(result.val, `${name} of wasi:sockets failed`);
}

/** The same, where `would-block` says that the call has to be made again. */
export function attemptOf<T>(
  result: Result<T, ErrorCode>,
  name: string,
): Attempt<T> {
  return result.tag === "err" && result.val === "would-block"
    ? PENDING
    : valueOf(result, name);
}

/** What the errors of broken connections are called in the texts of hosts, such as `Connection reset by peer (os error 104)`. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/connection[ -]?reset/i, "ECONNRESET"],
  [/broken[ -]?pipe/i, "EPIPE"],
  [/connection[ -]?aborted/i, "ECONNABORTED"],
  [/connection[ -]?refused/i, "ECONNREFUSED"],
  [/timed[ -]?out|timeout/i, "ETIMEDOUT"],
  [/unreachable|network[ -]?(is )?down/i, "EHOSTUNREACH"],
];

/**
 * The error of a broken connection. `wasi:io` tells it as text alone: the function that gives its code, `network-error-code`, is
 * unstable in WASI 0.2, and a component that imports it does not start on a host without it.
 *
 * @param error - is disposed of.
 */
export function streamError(error: IoError): Error {
  let text: string;
  try {
    text = error.toDebugString();
  } finally {
    error[Symbol.dispose]();
  }
  const code =
    /\bE[A-Z]{4,}\b/.exec(text)?.[0] ??
    phrases.find(([phrase]) => phrase.test(text))?.[1] ??
    "unknown";
  return systemError(code, text);
}
