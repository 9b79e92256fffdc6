/** Converts errors that `wasi:sockets` and `wasi:io` return to errors that a driver throws. */
import { SocketError } from "@wit2ts/core-libs/socket";
import { PENDING, type Attempt } from "../driver.js";
import { socketErrorOfCode, systemError } from "../host/errors.js";
import type { Result } from "@wit2ts/runtime";
import type { Error as IoError } from "./generated/wasi/io/streams.js";
import type { ErrorCode } from "./generated/wasi/sockets/network.js";

/**
 * Returns the value of a call, or throws its error. The code is that of WASI, which is in the socket host's table of codes.
 *
 * @param name - the name of the function, for the message.
 */
export function valueOf<T>(result: Result<T, ErrorCode>, name: string): T {
  if (result.tag === "ok") return result.val;
  throw systemError(result.val, `${name} of wasi:sockets failed`);
}

/** Like {@link valueOf}, but returns `PENDING` for `would-block`: the call has to be repeated. */
export function attemptOf<T>(
  result: Result<T, ErrorCode>,
  name: string,
): Attempt<T> {
  return result.tag === "err" && result.val === "would-block"
    ? PENDING
    : valueOf(result, name);
}

/**
 * How hosts describe errors of broken connections, for example `Connection reset by peer (os error 104)`. The numbers are
 * those of Linux, BSD and Windows. The descriptions of Windows depend on the language of the user.
 */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/connection[ -]?reset|os error (104|54|10054)\b/i, "ECONNRESET"],
  [/broken[ -]?pipe|os error (32|10058)\b/i, "EPIPE"],
  [/connection[ -]?abort|os error (103|53|10053)\b/i, "ECONNABORTED"],
  [/connection[ -]?refused|os error (111|61|10061)\b/i, "ECONNREFUSED"],
  [/timed[ -]?out|timeout|os error (110|60|10060)\b/i, "ETIMEDOUT"],
  [
    /unreachable|no route to host|(host|network)[ -]?(is )?down|os error (10050|10051|10064|10065)\b/i,
    "EHOSTUNREACH",
  ],
];

/**
 * Converts the error of a broken connection. `wasi:io` provides only its text. The function that returns its code,
 * `network-error-code`, is unstable in WASI 0.2, and a component that imports it does not start on a host without it.
 *
 * @param error - the error of the host. This function disposes of it.
 */
export function streamError(error: IoError): Error {
  let text: string;
  try {
    text = error.toDebugString();
  } finally {
    error[Symbol.dispose]();
  }
  const words = text.match(/\bE[A-Z]{4,}\b/g) ?? [];
  const code =
    // Not every such word is an error code: `ERROR` is not.
    words.find((word) => socketErrorOfCode(word) !== SocketError.Other) ??
    phrases.find(([phrase]) => phrase.test(text))?.[1] ??
    words[0] ??
    "unknown";
  return systemError(code, text);
}
