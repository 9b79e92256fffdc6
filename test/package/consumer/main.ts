import { unwrap } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";
import {
  type AsyncSocket,
  SocketError,
} from "./out/scheduler/core-libs/socket.js";

const decode = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const hello = Uint8Array.from("hello", (character) => character.charCodeAt(0));

await using backend = createNodeSocket();
const socket: AsyncSocket = backend;

const server = unwrap(await socket.createSocket("ipv4", "tcp"));
unwrap(await socket.bind(server, { host: "127.0.0.1", port: 0 }));
const address = unwrap(await socket.getLocalAddress(server));

// The server is bound but not listening yet, so connections are refused.
const early = unwrap(await socket.createSocket("ipv4", "tcp"));
const refused = await socket.connect(early, address);
if (refused.tag === "err" && refused.val === SocketError.ConnectionRefused)
  console.log(refused.val);

unwrap(await socket.listen(server, 1));
const client = unwrap(await socket.createSocket("ipv4", "tcp"));
const [accepted, connected] = await Promise.all([
  socket.accept(server),
  socket.connect(client, address),
]);
unwrap(connected);
const peer = unwrap(accepted);
unwrap(await socket.send(client, hello));
unwrap(await socket.send(peer, unwrap(await socket.receive(peer, 1_024n))));
console.log(`echoed: ${decode(unwrap(await socket.receive(client, 1_024n)))}`);
