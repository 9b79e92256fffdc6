import { Socket } from "@wit2ts/core-libs/socket";
import { toJcoImports, type JcoImports } from "@wit2ts/runtime/jco";
import { createWasiSocket } from "@wit2ts/socket/wasi/guest";

/** What the component exports: the socket interface. */
export const socket: JcoImports = toJcoImports(Socket, createWasiSocket());
