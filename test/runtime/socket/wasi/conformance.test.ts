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
// Both shims have the same sockets, and only addresses depend on the address family: one of each is enough, unless a
// thorough run is requested.
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
        // The shim does not report the error: its `receive` does not wake up before another datagram arrives.
        refusedDatagrams: false,
        // WASI 0.2 has no such option.
        sharedAddresses: false,
        // The shim binds by listening, and closes connections that arrive before `start-listen`.
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
