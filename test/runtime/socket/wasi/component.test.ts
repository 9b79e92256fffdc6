/** The conformance suite through a component that makes the socket interface of `wasi:sockets`: `examples/socket-over-wasi`. */
import { Socket } from "@wit2ts/core-libs/socket";
import { fromJcoExports } from "@wit2ts/runtime/jco";
import {
  closeNodePeers,
  createNodePeer,
  createWatchdog,
  socketConformance,
} from "@wit2ts/socket/conformance";
import { wasiSupports } from "@wit2ts/socket/wasi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instantiateAdapter } from "../../../../examples/socket-over-wasi/run.js";
import { isThorough } from "../../../support/thorough.js";
import { loadShim, shims, withNames } from "./support.js";

const watchdog = await createWatchdog(60_000);
/** What names stand for, once a test has said so. */
const names: Record<string, readonly string[]> = {};

/** What a component is not made for, with the reason. */
const exceptions: readonly (readonly [RegExp, string])[] = [
  [
    /^to a peer that does not read ends with the write timeout/,
    "some megabytes a second do not fill the buffers of the system in time",
  ],
  [
    /^(with a timeout of zero takes what there is room for|delivers megabytes that the peer has not read yet)/,
    "nothing happens in a component between calls, and the peer waits for the end",
  ],
];

// Its engine takes a third of a minute to build.
describe.runIf(isThorough)("from inside a component, over wasi:sockets", () => {
  let adapter: Socket;

  beforeAll(async () => {
    adapter = await makeAdapter();
  }, 180_000);

  afterAll(async () => {
    await watchdog.stop();
    await closeNodePeers();
  });

  socketConformance({
    describe,
    it: Object.assign(
      (title: string, body: () => Promise<void>) => {
        const exception = exceptions.find(([pattern]) => pattern.test(title));
        if (exception === undefined) it(title, body, 60_000);
        else it.skip(`${title} (skipped: ${exception[1]})`, body);
      },
      { skip: it.skip },
    ),
    expect,
    supports: {
      ...wasiSupports,
      // The families differ below the component, and `conformance.test.ts` goes through both.
      ipv6: false,
      // What goes into a component is made to fit its type, and nothing reaches the backend inside but the calls.
      concurrent: false,
      untyped: false,
      options: false,
      // See `conformance.test.ts`.
      refusedDatagrams: false,
      sharedAddresses: false,
      refusesBeforeListen: false,
    },
    watchdog,
    // One instance serves all tests.
    create: async ({ names: wanted }) => {
      Object.assign(names, wanted);
      return { socket: adapter, peer: await createNodePeer() };
    },
  });
});

async function makeAdapter(): Promise<Socket> {
  const { sockets } = withNames(await loadShim(shims[0] ?? ""), names);
  const exported = await instantiateAdapter({
    "wasi:sockets/ip-name-lookup": sockets.ipNameLookup,
  });
  return fromJcoExports(Socket, exported);
}
