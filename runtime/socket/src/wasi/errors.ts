/** From what `wasi:sockets` and `wasi:io` return to the errors that a driver throws. */
import { SocketError } from "@wit2ts/core-libs/socket";
import { PENDING, type Attempt } from "../driver.js";
import { socketErrorOfCode, systemError } from "../host/errors.js";
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

/**
 * What the errors of broken connections are called in the texts of hosts, such as `Connection reset by peer (os error 104)`. The
 * numbers are those of Linux, of BSD, and of Windows, whose words depend on the language of its user.
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
  const words = text.match(/\bE[A-Z]{4,}\b/g) ?? [];
  const code =
    // Not every such word is a code: `ERROR` is none.
    words.find((word) => socketErrorOfCode(word) !== SocketError.Other) ??
    phrases.find(([phrase]) => phrase.test(text))?.[1] ??
    words[0] ??
    "unknown";
  return systemError(code, text);
}
