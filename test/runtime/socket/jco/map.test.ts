/** The modules for jco's `--map`, with which a component runs without any code of the host. */
import { Socket } from "@wit2ts/core-libs/socket";
import { fromJcoExports } from "@wit2ts/runtime/jco";
import { unwrap } from "@wit2ts/runtime";
import {
  createJcoSocket as createSuspending,
  dispose as disposeAsync,
} from "@wit2ts/socket/jco/node";
import {
  createJcoSocket as createBlocking,
  dispose,
} from "@wit2ts/socket/jco/node-sync";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import {
  forwardingSource,
  functionNames,
  hasJspi,
  loadComponent,
  transpileComponent,
  type Mode,
} from "../../../support/component/build.js";

const wit = await readFile(
  new URL("../../../../wit/socket.wit", import.meta.url),
  "utf8",
);

/** Transpiles a component whose socket import is mapped to the module, and returns the socket that it exports. */
async function load(
  module: string,
  mode: Mode,
  importBindings: string,
): Promise<object> {
  const names = functionNames(Socket);
  const path = await transpileComponent(forwardingSource(Socket, wit), {
    mode,
    asyncImports: names,
    asyncExports: names,
    jco: {
      instantiation: undefined,
      importBindings,
      map: { "scheduler:core-libs/socket": module },
    },
  });
  const exports = (await import(pathToFileURL(path).href)) as {
    $init?: Promise<void>;
    socket: object;
  };
  await exports.$init;
  return exports.socket;
}

afterAll(async () => {
  dispose();
  await disposeAsync();
});

describe.each(["js", "hybrid"])(
  "modules for jco's --map, %s bindings",
  (bindings) => {
    it("node-sync serves a component whose calls block", async () => {
      const socket = fromJcoExports(
        Socket,
        await load("@wit2ts/socket/jco/node-sync", "sync", bindings),
      );
      const listener = unwrap(socket.createSocket("ipv4", "tcp"));
      unwrap(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
      unwrap(socket.listen(listener, 1));
      const client = unwrap(socket.createSocket("ipv4", "tcp"));
      unwrap(socket.connect(client, unwrap(socket.getLocalAddress(listener))));
      const peer = unwrap(socket.accept(listener));
      expect(unwrap(socket.send(client, Uint8Array.from([1, 2, 3])))).toBe(3n);
      expect(unwrap(socket.receive(peer, 99n))).toEqual(
        Uint8Array.from([1, 2, 3]),
      );
      for (const handle of [client, peer, listener])
        unwrap(socket.close(handle));
      expect(socket.close(listener)).toEqual({
        tag: "err",
        val: "invalid-input",
      });
    });

    // JSPI is in Node 24.20 and later.
    it.runIf(hasJspi)(
      "node serves a component whose calls are suspended",
      async () => {
        const socket = fromJcoExports(
          Socket,
          await load("@wit2ts/socket/jco/node", "jspi", bindings),
          { async: true },
        );
        const listener = unwrap(await socket.createSocket("ipv4", "tcp"));
        unwrap(await socket.bind(listener, { host: "127.0.0.1", port: 0 }));
        unwrap(await socket.listen(listener, 1));
        const client = unwrap(await socket.createSocket("ipv4", "tcp"));
        const address = unwrap(await socket.getLocalAddress(listener));
        unwrap(await socket.connect(client, address));
        const peer = unwrap(await socket.accept(listener));
        expect(unwrap(await socket.send(client, Uint8Array.from([1, 2])))).toBe(
          2n,
        );
        expect(unwrap(await socket.receive(peer, 99n))).toEqual(
          Uint8Array.from([1, 2]),
        );
        for (const handle of [client, peer, listener])
          unwrap(await socket.close(handle));
      },
    );
  },
);

describe.each(["js", "hybrid"])(
  "an import created with options, %s bindings",
  (importBindings) => {
    const options = {
      policy: { connect: ["10.0.0.0/8"] },
      limits: { openSockets: 1 },
    };

    async function component(mode: Mode, imports: object): Promise<object> {
      const names = functionNames(Socket);
      const instantiate = await loadComponent(forwardingSource(Socket, wit), {
        mode,
        asyncImports: names,
        asyncExports: names,
        versioned: [Socket.name],
        jco: { importBindings },
      });
      const exports = await instantiate(undefined, { [Socket.name]: imports });
      return exports[Socket.name] as object;
    }

    it("obeys policy and limits if calls block", async () => {
      using own = createBlocking(options);
      const socket = fromJcoExports(
        Socket,
        await component("sync", own.imports),
      );
      const handle = unwrap(socket.createSocket("ipv4", "tcp"));
      expect(socket.createSocket("ipv4", "udp").val).toBe("other");
      expect(socket.connect(handle, { host: "127.0.0.1", port: 1 }).val).toBe(
        "network-unreachable",
      );
    });

    // JSPI is in Node 24.20 and later.
    it.runIf(hasJspi)(
      "obeys policy and limits if calls are suspended",
      async () => {
        await using own = createSuspending(options);
        const socket = fromJcoExports(
          Socket,
          await component("jspi", own.imports),
          { async: true },
        );
        const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
        expect((await socket.createSocket("ipv4", "udp")).val).toBe("other");
        const address = { host: "127.0.0.1", port: 1 };
        expect((await socket.connect(handle, address)).val).toBe(
          "network-unreachable",
        );
      },
    );
  },
);
