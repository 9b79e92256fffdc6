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
  create: async ({ options, lookup }) => {
    const peer = await createNodePeer();
    const socket = createNodeSocket({ ...options, lookup });
    return {
      socket,
      peer,
      [Symbol.asyncDispose]: async () => {
        await socket.dispose();
        await peer[Symbol.asyncDispose]();
      },
    };
  },
});
