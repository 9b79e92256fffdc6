import { createNodeSocket } from "@wit2ts/socket/node";
import { unwrap } from "@wit2ts/runtime";

/** Sends a GET request by HTTP/1.1, and returns the whole response. */
export async function get(
  host: string,
  port: number,
  path: string,
): Promise<string> {
  await using socket = createNodeSocket();

  const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.setReadTimeout(handle, 10_000n));
  unwrap(await socket.setWriteTimeout(handle, 10_000n));

  const connected = await socket.connect(handle, { host, port });
  if (connected.tag === "err") {
    if (connected.val === "connection-refused")
      return "The server is not running.";
    return `Failed to connect: ${connected.val}`;
  }

  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  unwrap(await socket.send(handle, new TextEncoder().encode(request)));

  const decoder = new TextDecoder("utf-8", { fatal: true });
  let answer = "";
  for (;;) {
    const part = unwrap(await socket.receive(handle, 4096n));
    if (part.length === 0) break; // The peer has finished.
    answer += decoder.decode(part, { stream: true });
  }
  return answer + decoder.decode();
}
