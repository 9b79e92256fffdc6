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
      const peer = createAsyncPeer(network, machine);
      const socket = machine.createAsyncSocket(setup.options);
      return {
        socket,
        peer,
        clock: network.clock,
        [Symbol.asyncDispose]: async () => {
          await socket.dispose();
          await peer[Symbol.asyncDispose]();
        },
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
      const peer = createProgramPeer(network, machine);
      const socket = machine.createSocket(setup.options);
      return {
        socket,
        peer,
        clock: network.clock,
        [Symbol.asyncDispose]: async () => {
          socket.dispose();
          await peer[Symbol.asyncDispose]();
        },
      };
    },
  });
});
