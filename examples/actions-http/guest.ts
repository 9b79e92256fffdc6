/** The HTTP action as a component: world `actions-http`. Bundled and componentized by `build.ts`. */
import {
  close,
  connect,
  createSocket,
  receive,
  send,
  setReadTimeout,
} from "scheduler:core-libs/socket@0.1.0";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

/** The exported interface `http` of the world. */
export const http = {
  /**
   * Fetches a URL with one GET request. Returns the whole response, including the status line and headers. Throws an
   * error with the message as payload.
   */
  get(url: string): string {
    const { family, host, port, path, authority } = parseUrl(url);
    const socket = attempt("Failed to create socket", () =>
      createSocket(family, "tcp"),
    );
    try {
      attempt("Failed to set timeout", () => {
        setReadTimeout(socket, 30_000n);
      });
      attempt("Failed to connect", () => {
        connect(socket, { host, port });
      });
      const request = `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`;
      attempt("Failed to send", () => send(socket, encodeUtf8(request)));
      const text = decodeUtf8(receiveAll(socket));
      if (text === undefined) throw failure("Invalid UTF-8 in the response");
      return text;
    } finally {
      close(socket);
    }
  },
};

function receiveAll(socket: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const piece = attempt("Failed to receive", () => receive(socket, 4_096n));
    // An empty list means that the peer has closed its side of the connection.
    if (piece.length === 0) break;
    pieces.push(piece);
    length += piece.length;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Parses a URL. The JavaScript engines inside components may not have `URL`. */
function parseUrl(url: string): {
  family: "ipv4" | "ipv6";
  host: string;
  port: number;
  path: string;
  authority: string;
} {
  const match =
    /^http:\/\/(\[([\da-fA-F:.]+)\]|[^/?#:@[\]\s]+)(?::(\d{1,5}))?([/?][^#\s]*)?(?:#.*)?$/.exec(
      url,
    );
  if (match === null) throw failure(`Invalid or unsupported URL: ${url}`);
  const [, name = "", ipv6, digits, rest = ""] = match;
  const port = digits === undefined ? 80 : Number(digits);
  if (port > 65_535) throw failure(`Invalid or unsupported URL: ${url}`);
  return {
    family: ipv6 === undefined ? "ipv4" : "ipv6",
    host: ipv6 ?? name,
    port,
    path: rest.startsWith("/") ? rest : `/${rest}`,
    authority: digits === undefined ? name : `${name}:${digits}`,
  };
}

/**
 * Calls a function of the socket interface, which throws socket errors with their name as payload. Converts them to
 * errors whose message contains the name.
 */
function attempt<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const payload =
      typeof error === "object" && error !== null && "payload" in error
        ? error.payload
        : error;
    throw failure(`${what}: ${String(payload)}`);
  }
}

/** Creates the error of a `result`: a guest returns it by throwing an object with the error as `payload`. */
function failure(text: string): Error {
  return Object.assign(new Error(text), { payload: text });
}
