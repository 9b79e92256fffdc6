import * as clocks from "@bytecodealliance/preview2-shim/clocks";
import * as io from "@bytecodealliance/preview2-shim/io";
import * as sockets from "@bytecodealliance/preview2-shim/sockets";
import { unwrap } from "@wit2ts/runtime";
import { createWasiSocket } from "@wit2ts/socket/wasi";

/** Sends a request by TCP, and blocks the thread for up to five seconds until the response arrives. */
export function ask(port: number, question: string): string {
  using socket = createWasiSocket({ clocks, io, sockets });
  const handle = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.setReadTimeout(handle, 5_000n));
  unwrap(socket.connect(handle, { host: "127.0.0.1", port }));
  unwrap(socket.send(handle, new TextEncoder().encode(question)));
  const answer = socket.receive(handle, 4096n);
  if (answer.tag === "err") return `No answer: ${answer.val}`;
  return new TextDecoder().decode(answer.val);
}
