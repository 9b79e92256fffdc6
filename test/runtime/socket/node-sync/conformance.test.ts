import {
  closeNodePeers,
  createNodePeer,
  createWatchdog,
  socketConformance,
} from "@wit2ts/socket/conformance";
import type { Socket, SocketAddress } from "@wit2ts/core-libs/socket";
import { map } from "@wit2ts/runtime";
import { nodeSupports } from "@wit2ts/socket/node";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { afterAll, describe, expect, it } from "vitest";
import { createBlockingSocket } from "../../../../runtime/socket/dist/host/blocking.js";
import { resolveLimits } from "../../../../runtime/socket/dist/host/limits.js";
import type { UserLookup } from "../../../../runtime/socket/src/node-sync/lookups.js";
import { NodeSyncDriver } from "../../../../runtime/socket/dist/node-sync/driver.js";
import { isThorough } from "../../../support/thorough.js";

const watchdog = await createWatchdog();

afterAll(async () => {
  await watchdog.stop();
  await closeNodePeers();
});

/** Copies lent bytes immediately, as a component does, which has its own memory. */
function copying(socket: Socket): Socket {
  return {
    ...socket,
    receive: (handle, length) =>
      map(socket.receive(handle, length), (data) => data.slice()),
    receiveFrom: (handle, length) =>
      map(
        socket.receiveFrom(handle, length),
        ([data, sender]): [Uint8Array, SocketAddress] => [data.slice(), sender],
      ),
  };
}

/** `borrow` only changes how bytes are handed over, which `rings.test.ts` tests too. */
const ways = [
  { waits: "after a while", borrow: false },
  { waits: "at once", borrow: false },
  { waits: "after a while", borrow: true },
] as const;

describe.each(isThorough ? ways : ways.filter(({ borrow }) => !borrow))(
  "node-sync, waiting in the kernel $waits, borrow $borrow",
  ({ waits, borrow }) => {
    socketConformance({
      describe,
      it,
      expect,
      // Neither lending nor the rings depend on the address family: one is enough, unless a thorough run is requested.
      supports: {
        concurrent: false,
        ...nodeSupports,
        ipv6: nodeSupports.ipv6 && isThorough && !borrow,
      },
      watchdog,
      create: async ({ options, names }) => {
        const peer = await createNodePeer();
        const lookup: UserLookup = (name, family) =>
          (names[name] ?? []).filter(
            (address) => address.includes(":") === (family === "ipv6"),
          );
        const socket =
          waits === "at once"
            ? createBlockingSocket(
                new NodeSyncDriver({
                  limits: resolveLimits(options.limits),
                  lookup,
                  borrow,
                  sleepsBeforeBlocking: 0,
                }),
                options,
              )
            : createNodeSyncSocket({ ...options, borrow, lookup });
        return {
          socket: borrow ? copying(socket) : socket,
          peer,
          [Symbol.asyncDispose]: async () => {
            socket.dispose();
            await peer[Symbol.asyncDispose]();
          },
        };
      },
    });
  },
);
