import { unwrap } from "@wit2ts/runtime";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import type { BlockingClient, BlockingConnection } from "./blocking.js";

/**
 * The synchronous backend. With `borrow`, as for a component, received data is not copied, because the component makes
 * its own copy.
 */
export function oursSync(borrow: boolean): BlockingClient {
  const socket = createNodeSyncSocket({ borrow });
  const open = (
    protocol: "tcp" | "udp",
    host: string,
    port: number,
  ): BlockingConnection => {
    const handle = unwrap(socket.createSocket("ipv4", protocol));
    unwrap(socket.connect(handle, { host, port }));
    return {
      send: (data) => {
        unwrap(socket.send(handle, data));
      },
      receive: (length) => unwrap(socket.receive(handle, BigInt(length))),
      close: () => {
        unwrap(socket.close(handle));
      },
    };
  };
  return {
    connect: (host, port) => open("tcp", host, port),
    datagrams: (host, port) => open("udp", host, port),
  };
}
