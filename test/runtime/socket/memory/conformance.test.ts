import { socketConformance } from "@wit2ts/socket/conformance";
import { describe, expect, it } from "vitest";
import {
  createAsyncPeer,
  createConformanceNetwork,
  createProgramPeer,
} from "./support.js";

describe("memory, asynchronous", () => {
  socketConformance({
    describe,
    it,
    expect,
    supports: { concurrent: true },
    create: (setup) => {
      const { network, machine } = createConformanceNetwork(setup);
      return {
        socket: machine.createAsyncSocket(setup.options),
        peer: createAsyncPeer(network, machine),
        clock: network.clock,
      };
    },
  });
});

describe("memory, blocking", () => {
  socketConformance({
    describe,
    it,
    expect,
    supports: { concurrent: false },
    create: (setup) => {
      const { network, machine } = createConformanceNetwork(setup);
      return {
        socket: machine.createSocket(setup.options),
        peer: createProgramPeer(network, machine),
        clock: network.clock,
      };
    },
  });
});
