import {
  createSocketPeer,
  socketConformance,
} from "@wit2ts/socket/conformance";
import { describe, expect, it } from "vitest";
import { ToyNetwork } from "./toy-driver.js";

const supports = {
  concurrent: true,
  ipv6: false,
  udp: false,
  names: false,
  reset: false,
  finish: false,
};

socketConformance({
  describe,
  it,
  expect,
  supports,
  create: ({ options }) => {
    const network = new ToyNetwork();
    const peer = createSocketPeer(() => network.createSocket());
    return { socket: network.createSocket(options), peer };
  },
});
