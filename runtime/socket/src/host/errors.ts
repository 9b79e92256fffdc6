/**
 * The one table that names errors. Whatever goes wrong below the host carries a code, and this table alone decides
 * which of the ten errors of the WIT the caller sees; the error itself is kept as the cause.
 */
import { SocketError } from "@wit2ts/core-libs/socket";
import { err, setCause, type Result } from "@wit2ts/runtime";

/** Codes of the system, of Node and of `wasi:sockets`, to errors of the socket interface. */
const table: ReadonlyMap<string, SocketError> = new Map<string, SocketError>([
  ["ECONNREFUSED", SocketError.ConnectionRefused],

  ["ECONNRESET", SocketError.ConnectionReset],
  ["EPIPE", SocketError.ConnectionReset],
  ["ESHUTDOWN", SocketError.ConnectionReset],
  ["ERR_STREAM_WRITE_AFTER_END", SocketError.ConnectionReset],

  ["ECONNABORTED", SocketError.ConnectionAborted],
  // What libuv and Node say of an operation whose socket was closed under it.
  ["ECANCELED", SocketError.ConnectionAborted],
  ["ERR_SOCKET_CLOSED", SocketError.ConnectionAborted],
  ["ERR_SOCKET_CLOSED_BEFORE_CONNECTION", SocketError.ConnectionAborted],
  ["ERR_STREAM_DESTROYED", SocketError.ConnectionAborted],

  ["ENETUNREACH", SocketError.NetworkUnreachable],
  ["ENETDOWN", SocketError.NetworkUnreachable],
  ["EHOSTUNREACH", SocketError.NetworkUnreachable],
  ["EHOSTDOWN", SocketError.NetworkUnreachable],
  // What Linux makes of a router that says that the host is isolated (ICMP 3, 8).
  ["ENONET", SocketError.NetworkUnreachable],

  ["EADDRINUSE", SocketError.AddressInUse],

  ["EADDRNOTAVAIL", SocketError.AddressNotAvailable],
  ["ENOTFOUND", SocketError.AddressNotAvailable],
  // What `dns.resolve4` and its like answer for a name that has no address, or none they could find.
  ["ENODATA", SocketError.AddressNotAvailable],
  ["ENONAME", SocketError.AddressNotAvailable],
  ["EBADNAME", SocketError.AddressNotAvailable],
  ["EBADFAMILY", SocketError.AddressNotAvailable],
  ["ESERVFAIL", SocketError.AddressNotAvailable],
  ["EREFUSED", SocketError.AddressNotAvailable],
  ["ENOTIMP", SocketError.AddressNotAvailable],
  ["EFORMERR", SocketError.AddressNotAvailable],
  ["EBADRESP", SocketError.AddressNotAvailable],
  // Not `ETIMEDOUT`: the time that the name servers had.
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

  // wasi:sockets 0.2, error-code. What stands under the same name here and there needs an entry too: without one
  // it would be `other`.
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
  // new-socket-limit, unknown) and all that stands nowhere here (EACCES, EPERM, EMFILE, ENFILE, ENOBUFS, ENOMEM) are
  // `other`.
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
  // Node's complaints about arguments, such as ERR_SOCKET_BAD_PORT and ERR_INVALID_ARG_VALUE.
  if (code.startsWith("ERR_INVALID_") || code.startsWith("ERR_OUT_OF_RANGE")) {
    return SocketError.InvalidInput;
  }
  if (code.startsWith("ERR_SOCKET_BAD_")) return SocketError.InvalidInput;
  // A call that the state of the socket does not allow, such as ERR_SOCKET_DGRAM_IS_CONNECTED.
  if (code.startsWith("ERR_SOCKET_DGRAM_")) return SocketError.InvalidInput;
  return SocketError.Other;
}

/** Reads the code of anything that was thrown; of several errors at once, the last one's. */
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

/** What says something of a connection, or of a wait. */
const aboutConnections: ReadonlySet<SocketError> = new Set<SocketError>([
  SocketError.ConnectionRefused,
  SocketError.ConnectionReset,
  SocketError.ConnectionAborted,
  SocketError.NetworkUnreachable,
  SocketError.Timeout,
  SocketError.WouldBlock,
]);

/**
 * The error of a look-up. A resolver that finds no name server gets the errors of a connection, `ECONNREFUSED` say, and must
 * not be taken for the peer that was asked for: it is a failure of the look-up then, like any other.
 *
 * @param cause - what the resolver threw.
 * @param name - what was looked up.
 * @returns what to throw in its place: `EAI_AGAIN`, with the cause as its `cause`; or the cause itself.
 */
export function lookupError(cause: unknown, name: string): unknown {
  if (!aboutConnections.has(socketErrorOf(cause))) return cause;
  const error = systemError("EAI_AGAIN", `${name} could not be looked up`);
  error.cause = cause;
  return error;
}

/** The failure for something that a driver, a policy or a resolver threw; `causeOf` of the runtime gives it back. */
export function failure(cause: unknown): Result<never, SocketError> {
  return setCause(err(socketErrorOf(cause)), cause);
}

/**
 * A failure that the host itself decides on, with the reason in words as its cause: words and no `Error`, because a
 * guest that polls would pay for a stack trace each time.
 */
export function refusal(
  error: SocketError,
  reason: string,
): Result<never, SocketError> {
  return setCause(err(error), reason);
}

/** The failure of a call that the state of the socket does not allow. */
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
