import {
  closeNodePeers,
  createNodePeer,
  socketConformance,
} from "@wit2ts/socket/conformance";
import { createNodeSocket, nodeSupports } from "@wit2ts/socket/node";
import { afterAll, describe, expect, it } from "vitest";

afterAll(closeNodePeers);

socketConformance({
  describe,
  it,
  expect,
  supports: { concurrent: true, ...nodeSupports },
  create: async ({ options, lookup }) => ({
    socket: createNodeSocket({ ...options, lookup }),
    peer: await createNodePeer(),
  }),
});
