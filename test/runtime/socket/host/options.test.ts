import { createJcoSocket } from "@wit2ts/socket/jco/node";
import { createJcoSocket as createJcoSyncSocket } from "@wit2ts/socket/jco/node-sync";
import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { createNodeSocket } from "@wit2ts/socket/node";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { createWasiSocket } from "@wit2ts/socket/wasi";
import * as clocks from "@bytecodealliance/preview2-shim/clocks";
import * as io from "@bytecodealliance/preview2-shim/io";
import * as sockets from "@bytecodealliance/preview2-shim/sockets";
import { describe, expect, it } from "vitest";

/** Options as untyped JavaScript may pass them. */
const given = (options: unknown) => options as never;
const machine = createMemoryNetwork().machine("10.0.0.1");

const backends: [string, (options: never) => unknown][] = [
  ["createNodeSocket", createNodeSocket],
  ["createNodeSyncSocket", createNodeSyncSocket],
  [
    "createWasiSocket",
    (options) => createWasiSocket({ clocks, io, sockets }, options),
  ],
  ["createJcoSocket", createJcoSocket],
  ["createJcoSocket, blocking", createJcoSyncSocket],
  ["createAsyncSocket of a machine", machine.createAsyncSocket],
  ["createSocket of a machine", machine.createSocket],
];

describe.each(backends)("%s", (name, create) => {
  it("rejects unknown options, since otherwise a misspelled policy would not be applied", () => {
    expect(() => create(given({ policies: { connect: [] } }))).toThrow(
      /^there is no option policies; valid options are policy, limits/,
    );
  });

  it("rejects limits that are not an object", () => {
    expect(() => create(given({ limits: 4 }))).toThrow(
      "the limits must be an object of numbers",
    );
  });

  // jco's backends create the socket's options from the rest of their own, so they are always an object.
  it.skipIf(name.startsWith("createJcoSocket"))(
    "rejects options that are not an object",
    () => {
      for (const options of ["policy", null])
        expect(() => create(given(options))).toThrow(
          `the options must be an object, not ${options}`,
        );
    },
  );
});

describe("createMemoryNetwork", () => {
  it.each([
    [{ sed: 1 }, "there is no option sed; valid options are seed, time"],
    [{ seed: "one" }, "seed must be a number, not one"],
    [{ time: "manul" }, "time must be one of automatic, manual, not manul"],
  ])("rejects %j", (options, message) => {
    expect(() => createMemoryNetwork(given(options))).toThrow(message);
  });

  it("rejects invalid results for a name", () => {
    const network = createMemoryNetwork();
    for (const answer of ["10.0.0.9", undefined, {}, { error: 1 }])
      expect(() => {
        network.name("database", given(answer));
      }).toThrow("the result of a name must be a list of addresses");
  });
});

describe("the interfaces of createWasiSocket", () => {
  it.each([
    [undefined, "sockets.instanceNetwork"],
    [{ sockets, clocks }, "io.error"],
    [{ io, clocks, sockets: { ...sockets, udp: 1 } }, "sockets.udp"],
  ])("are named in the error if they are missing", (imports, name) => {
    expect(() => createWasiSocket(given(imports))).toThrow(
      `the interfaces of WASI lack \`${name}\`; the modules sockets, io and clocks of @bytecodealliance/preview2-shim have them`,
    );
  });
});
