/**
 * A component that exports the socket interface, implemented on top of the `wasi:sockets` that it imports: world
 * `socket-over-wasi`.
 */
import { Socket } from "@wit2ts/core-libs/socket";
import { toJcoImports, type JcoImports } from "@wit2ts/runtime/jco";
import { createWasiSocket } from "@wit2ts/socket/wasi/guest";

export const socket: JcoImports = toJcoImports(Socket, createWasiSocket());
