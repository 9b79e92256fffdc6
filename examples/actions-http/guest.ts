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

/** What the world exports: the interface `http`. */
export const http = {
  /** Fetches a URL with one GET request; the whole response, its head included. Throws the error's text. */
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
    // An empty list is the end.
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

/** Where a URL leads. The engines of components need not have `URL`. */
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

/** Runs a call; a socket error, which is thrown with its name as the payload, becomes an error of ours that names it. */
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

/** How a guest returns the error of a `result`: thrown, as `payload`. */
function failure(text: string): Error {
  return Object.assign(new Error(text), { payload: text });
}
