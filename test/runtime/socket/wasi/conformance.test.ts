import {
  closeNodePeers,
  createNodePeer,
  createWatchdog,
  socketConformance,
} from "@wit2ts/socket/conformance";
import { createWasiSocket, wasiSupports } from "@wit2ts/socket/wasi";
import { afterAll, describe, expect, it } from "vitest";
import { shimWithNames } from "./support.js";
import { TrackedHost } from "./tracked-host.js";

const watchdog = await createWatchdog();

afterAll(async () => {
  await watchdog.stop();
  await closeNodePeers();
});

describe("wasi, over preview2-shim", () => {
  socketConformance({
    describe,
    it,
    expect,
    supports: {
      ...wasiSupports,
      concurrent: false,
      // The shim keeps the error to itself: its `receive` says nothing before another datagram comes.
      refusedDatagrams: false,
      // WASI 0.2 has no such option.
      sharedAddresses: false,
      // The shim binds by listening, and closes what comes before `start-listen`.
      refusesBeforeListen: false,
    },
    watchdog,
    create: async ({ options, names }) => {
      const host = new TrackedHost(shimWithNames(names));
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
