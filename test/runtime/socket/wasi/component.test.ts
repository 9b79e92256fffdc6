/**
 * The conformance suite through `examples/socket-over-wasi`, a component that implements the socket interface with
 * `wasi:sockets`.
 */
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
/** The addresses of names, as set by the tests. */
const names: Record<string, readonly string[]> = {};

/** The tests to skip because a component cannot pass them, by their titles, with the reason. */
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

// Building the component's engine takes about 20 seconds.
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
      // `conformance.test.ts` covers both address families, which differ only outside of the component.
      ipv6: false,
      // A component's arguments are converted to their types, and options cannot be passed to the backend inside.
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
