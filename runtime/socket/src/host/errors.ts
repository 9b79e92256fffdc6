/**
 * The only place that maps errors. Every failure below the host carries a code, and this module alone decides which of
 * the ten errors of the WIT interface the caller receives. The original error is kept as the cause.
 */
import { SocketError } from "@wit2ts/core-libs/socket";
import { err, setCause, type Result } from "@wit2ts/runtime";

/** Maps the codes of the operating system, of Node and of `wasi:sockets` to errors of the socket interface. */
const table: ReadonlyMap<string, SocketError> = new Map<string, SocketError>([
  ["ECONNREFUSED", SocketError.ConnectionRefused],

  ["ECONNRESET", SocketError.ConnectionReset],
  ["EPIPE", SocketError.ConnectionReset],
  ["ESHUTDOWN", SocketError.ConnectionReset],
  ["ERR_STREAM_WRITE_AFTER_END", SocketError.ConnectionReset],

  ["ECONNABORTED", SocketError.ConnectionAborted],
  // The codes of libuv and Node for an operation whose socket is closed while it is in progress.
  ["ECANCELED", SocketError.ConnectionAborted],
  ["ERR_SOCKET_CLOSED", SocketError.ConnectionAborted],
  ["ERR_SOCKET_CLOSED_BEFORE_CONNECTION", SocketError.ConnectionAborted],
  ["ERR_STREAM_DESTROYED", SocketError.ConnectionAborted],

  ["ENETUNREACH", SocketError.NetworkUnreachable],
  ["ENETDOWN", SocketError.NetworkUnreachable],
  ["EHOSTUNREACH", SocketError.NetworkUnreachable],
  ["EHOSTDOWN", SocketError.NetworkUnreachable],
  // Linux reports this for an ICMP message of type 3, code 8 (source host isolated).
  ["ENONET", SocketError.NetworkUnreachable],

  ["EADDRINUSE", SocketError.AddressInUse],

  ["EADDRNOTAVAIL", SocketError.AddressNotAvailable],
  ["ENOTFOUND", SocketError.AddressNotAvailable],
  // The codes of `dns.resolve4` and related functions for a name that has no address, or for which none was found.
  ["ENODATA", SocketError.AddressNotAvailable],
  ["ENONAME", SocketError.AddressNotAvailable],
  ["EBADNAME", SocketError.AddressNotAvailable],
  ["EBADFAMILY", SocketError.AddressNotAvailable],
  ["ESERVFAIL", SocketError.AddressNotAvailable],
  ["EREFUSED", SocketError.AddressNotAvailable],
  ["ENOTIMP", SocketError.AddressNotAvailable],
  ["EFORMERR", SocketError.AddressNotAvailable],
  ["EBADRESP", SocketError.AddressNotAvailable],
  ["EBADQUERY", SocketError.AddressNotAvailable],
  // The query was cancelled, by `Resolver.cancel` or with its resolver.
  ["ECANCELLED", SocketError.AddressNotAvailable],
  ["EDESTRUCTION", SocketError.AddressNotAvailable],
  // A DNS query timed out. Not to be confused with `ETIMEDOUT`.
  ["ETIMEOUT", SocketError.AddressNotAvailable],

  ["ETIMEDOUT", SocketError.Timeout],
  ["ERR_SOCKET_CONNECTION_TIMEOUT", SocketError.Timeout],

  ["EAGAIN", SocketError.WouldBlock],
  ["EWOULDBLOCK", SocketError.WouldBlock],
  ["EINPROGRESS", SocketError.WouldBlock],

  ["EINVAL", SocketError.InvalidInput],
  ["EAFNOSUPPORT", SocketError.InvalidInput],
  ["EDESTADDRREQ", SocketError.InvalidInput],
  ["EISCONN", SocketError.InvalidInput],
  ["ENOTCONN", SocketError.InvalidInput],
  ["EBADF", SocketError.InvalidInput],
  ["ENOTSOCK", SocketError.InvalidInput],
  ["EMSGSIZE", SocketError.InvalidInput],
  ["EPROTOTYPE", SocketError.InvalidInput],

  // The error-code of wasi:sockets 0.2. Codes that have the same name in both interfaces need an entry too: without
  // one they would become `other`.
  ["invalid-argument", SocketError.InvalidInput],
  ["invalid-state", SocketError.InvalidInput],
  ["datagram-too-large", SocketError.InvalidInput],
  ["timeout", SocketError.Timeout],
  ["would-block", SocketError.WouldBlock],
  ["address-not-bindable", SocketError.AddressNotAvailable],
  ["name-unresolvable", SocketError.AddressNotAvailable],
  ["temporary-resolver-failure", SocketError.AddressNotAvailable],
  ["permanent-resolver-failure", SocketError.AddressNotAvailable],
  ["remote-unreachable", SocketError.NetworkUnreachable],
  ["connection-refused", SocketError.ConnectionRefused],
  ["connection-reset", SocketError.ConnectionReset],
  ["connection-aborted", SocketError.ConnectionAborted],
  ["address-in-use", SocketError.AddressInUse],
  // The remaining codes (access-denied, not-supported, out-of-memory, concurrency-conflict, not-in-progress,
  // new-socket-limit, unknown) and every code that is not listed (such as EACCES, EPERM, EMFILE, ENFILE, ENOBUFS and
  // ENOMEM) become `other`.
]);

/**
 * Converts an error code, such as `ECONNREFUSED`, `EAI_AGAIN` or `ERR_INVALID_ARG_TYPE`, to an error of the contract.
 *
 * @param code - the code of a system error (errno), of `getaddrinfo`, or of a Node error.
 * @returns the error of the contract, or `other` for a code without an equivalent.
 */
export function socketErrorOfCode(code: string): SocketError {
  const named = table.get(code);
  if (named !== undefined) return named;
  if (code.startsWith("EAI_")) return SocketError.AddressNotAvailable;
  // Node's errors for invalid arguments, such as ERR_INVALID_ARG_VALUE and, below, ERR_SOCKET_BAD_PORT.
  if (code.startsWith("ERR_INVALID_") || code.startsWith("ERR_OUT_OF_RANGE")) {
    return SocketError.InvalidInput;
  }
  if (code.startsWith("ERR_SOCKET_BAD_")) return SocketError.InvalidInput;
  // A call that the state of the socket does not allow, such as ERR_SOCKET_DGRAM_IS_CONNECTED.
  if (code.startsWith("ERR_SOCKET_DGRAM_")) return SocketError.InvalidInput;
  return SocketError.Other;
}

/** Returns the code of any thrown value. For an `AggregateError`, it is the code of the last of its errors. */
function codeOf(cause: unknown): string | undefined {
  let error = cause;
  for (let depth = 0; depth < 8; depth++) {
    if (typeof error !== "object" || error === null) return undefined;
    const errors: unknown = "errors" in error ? error.errors : undefined;
    if (Array.isArray(errors) && errors.length > 0) {
      error = errors[errors.length - 1];
      continue;
    }
    return "code" in error && typeof error.code === "string"
      ? error.code
      : undefined;
  }
  return undefined;
}

/**
 * Converts anything that a driver threw to an error of the contract.
 *
 * @param cause - a system error, a Node error, or any other value.
 * @returns the error of the contract for the `code` of the cause, or `other` if there is no code.
 */
export function socketErrorOf(cause: unknown): SocketError {
  const code = codeOf(cause);
  return code === undefined ? SocketError.Other : socketErrorOfCode(code);
}

/** The errors that describe a connection or a wait, and therefore not a lookup. */
const aboutConnections: ReadonlySet<SocketError> = new Set<SocketError>([
  SocketError.ConnectionRefused,
  SocketError.ConnectionReset,
  SocketError.ConnectionAborted,
  SocketError.NetworkUnreachable,
  SocketError.Timeout,
  SocketError.WouldBlock,
]);

/**
 * Converts an error of a lookup. A resolver that cannot reach a name server fails with an error of that connection,
 * such as `ECONNREFUSED`. It must not look like an error of the requested peer, so it becomes a lookup failure.
 *
 * @param cause - the error that the resolver threw.
 * @param name - the name that was looked up.
 * @returns the error to throw instead: `EAI_AGAIN` with the original as its `cause`, or the original itself.
 */
export function lookupError(cause: unknown, name: string): unknown {
  if (!aboutConnections.has(socketErrorOf(cause))) return cause;
  const error = systemError("EAI_AGAIN", `${name} could not be looked up`);
  error.cause = cause;
  return error;
}

/** Converts a value that a driver, a policy or a resolver threw to a failure, whose cause is that value. */
export function failure(cause: unknown): Result<never, SocketError> {
  return setCause(err(socketErrorOf(cause)), cause);
}

/**
 * Creates a failure that the host itself detects, with the reason as its cause. The cause is a string and not an
 * `Error`, because a guest that polls would pay for a stack trace each time.
 */
export function refusal(
  error: SocketError,
  reason: string,
): Result<never, SocketError> {
  return setCause(err(error), reason);
}

/** Creates the failure of a call that the state of the socket does not allow. */
export function wrongState(state: string): Result<never, SocketError> {
  return refusal(SocketError.InvalidInput, `the socket is ${state}`);
}

/**
 * Creates an error in the form of a system error, for conditions that the host or a driver detects itself.
 *
 * @param code - the code, such as `EADDRINUSE`.
 * @param message - the message for humans. The code is appended to it.
 * @returns an error with that `code`, for a driver to throw.
 */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${message} (${code})`), { code });
}
