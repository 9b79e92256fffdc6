/**
 * The conformance suite from inside a component: every call enters a component, which forwards it to the import under
 * test. Calls block on every engine; where the engine supports JSPI, the suite also runs with suspended calls.
 */
import { Socket } from "@wit2ts/core-libs/socket";
import {
  closeNodePeers,
  createNodePeer,
  createWatchdog,
  socketConformance,
} from "@wit2ts/socket/conformance";
import { createNodeSocket, nodeSupports } from "@wit2ts/socket/node";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { hasJspi } from "../../../support/component/build.js";
import { throughComponent } from "../../../support/component/through-component.js";
import { isThorough } from "../../../support/thorough.js";

const wit = await readFile(
  new URL("../../../../wit/socket.wit", import.meta.url),
  "utf8",
);
const watchdog = await createWatchdog();

afterAll(async () => {
  await watchdog.stop();
  await closeNodePeers();
});

// An instance runs one call at a time, and arguments of a component are converted to their types.
// The backends' own tests cover both address families.
const supports = {
  ...nodeSupports,
  concurrent: false,
  untyped: false,
  ipv6: false,
};

// Bound as `wit2ts transpile` does it. `forwarding-socket.test.ts` of the runtime makes each call once from inside a
// component, in every mode; this runs the whole suite.
describe.runIf(isThorough)("from inside a component, blocking", () => {
  socketConformance({
    describe,
    it,
    expect,
    supports,
    watchdog,
    create: async ({ options, names }) => {
      const peer = await createNodePeer();
      const backend = createNodeSyncSocket({
        ...options,
        borrow: true,
        lookup: (name, family) =>
          (names[name] ?? []).filter(
            (address) => address.includes(":") === (family === "ipv6"),
          ),
      });
      const socket = await throughComponent({
        descriptor: Socket,
        wit,
        implementation: backend,
        mode: "sync",
        direct: true,
      });
      return {
        socket,
        peer,
        [Symbol.asyncDispose]: async () => {
          backend.dispose();
          await peer[Symbol.asyncDispose]();
        },
      };
    },
  });
});

// JSPI is in Node 24.20 and later.
describe.runIf(hasJspi && isThorough)(
  "from inside a component, suspended",
  () => {
    socketConformance({
      describe,
      it,
      expect,
      supports,
      create: async ({ options, lookup }) => {
        const peer = await createNodePeer();
        const backend = createNodeSocket({ ...options, lookup });
        const socket = await throughComponent({
          descriptor: Socket,
          wit,
          implementation: backend,
          mode: "jspi",
          direct: true,
        });
        return {
          socket,
          peer,
          [Symbol.asyncDispose]: async () => {
            await backend.dispose();
            await peer[Symbol.asyncDispose]();
          },
        };
      },
    });
  },
);
