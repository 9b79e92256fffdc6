import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  createSocketPeer,
  socketConformance,
} from "@wit2ts/socket/conformance";
import { ToyNetwork } from "./toy-driver.js";

socketConformance({
  describe,
  it,
  expect: (actual, message) => ({
    toEqual: (expected) => {
      assert.deepEqual(actual, expected, message);
    },
  }),
  supports: {
    concurrent: true,
    ipv6: false,
    udp: false,
    names: false,
    reset: false,
    finish: false,
  },
  create: ({ options }) => {
    const network = new ToyNetwork();
    const peer = createSocketPeer(() => network.createSocket());
    return { socket: network.createSocket(options), peer };
  },
});
