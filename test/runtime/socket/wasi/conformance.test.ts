import {
  closeNodePeers,
  createNodePeer,
  createWatchdog,
  socketConformance,
} from "@wit2ts/socket/conformance";
import { createWasiSocket, wasiSupports } from "@wit2ts/socket/wasi";
import { afterAll, describe, expect, it } from "vitest";
import { isThorough } from "../../../support/thorough.js";
import { loadShim, shims, withNames } from "./support.js";
import { TrackedHost } from "./tracked-host.js";

const watchdog = await createWatchdog();
// The sockets of the two are the same, and nothing below the addresses knows of a family: one of each will do, unless
// every test is asked for.
const tested = isThorough ? shims : shims.slice(0, 1);

afterAll(async () => {
  await watchdog.stop();
  await closeNodePeers();
});

for (const name of tested) {
  const shim = await loadShim(name);
  describe(`wasi, over ${name}`, () => {
    socketConformance({
      describe,
      it,
      expect,
      supports: {
        ...wasiSupports,
        concurrent: false,
        ipv6: isThorough,
        // The shim keeps the error to itself: its `receive` says nothing before another datagram comes.
        refusedDatagrams: false,
        // WASI 0.2 has no such option.
        sharedAddresses: false,
        // The shim binds by listening, and closes what comes before `start-listen`.
        refusesBeforeListen: false,
      },
      watchdog,
      create: async ({ options, names }) => {
        const host = new TrackedHost(withNames(shim, names));
        const peer = await createNodePeer();
        const socket = createWasiSocket(host.imports, options);
        return {
          socket,
          peer,
          [Symbol.asyncDispose]: async () => {
            expect(host.account()).toEqual([]);
          },
        };
      },
    });
  });
}
