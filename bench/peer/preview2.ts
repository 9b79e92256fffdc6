/**
 * The sockets of `@bytecodealliance/preview2-shim`, with as few calls as they allow: reads block without a pollable,
 * the unused part of a write permit is kept, and nothing is flushed.
 */
import type * as sockets from "@bytecodealliance/preview2-shim/sockets";
import type { BlockingClient } from "./blocking.js";

type Address = {
  tag: "ipv4";
  val: { port: number; address: [number, number, number, number] };
};

function ipv4(host: string, port: number): Address {
  const [a = 0, b = 0, c = 0, d = 0] = host.split(".").map(Number);
  return { tag: "ipv4", val: { port, address: [a, b, c, d] } };
}

/** The shim's types do not declare that its resources are disposable. */
function drop(resource: object): void {
  (resource as Disposable)[Symbol.dispose]();
}

/**
 * A client that uses the shim.
 *
 * @param packageName - the name that the shim is installed under.
 */
export async function preview2(packageName: string): Promise<BlockingClient> {
  const { instanceNetwork, tcpCreateSocket, udpCreateSocket } = (await import(
    `${packageName}/sockets`
  )) as typeof sockets;
  const network = instanceNetwork.instanceNetwork();
  return {
    connect(host, port) {
      const socket = tcpCreateSocket.createTcpSocket("ipv4");
      socket.startConnect(network, ipv4(host, port));
      const connected = socket.subscribe();
      connected.block();
      drop(connected);
      const [input, output] = socket.finishConnect();
      let permit = 0n;
      return {
        send: (data) => {
          for (let at = 0; at < data.length;) {
            if (permit === 0n) permit = output.checkWrite();
            if (permit === 0n) {
              const ready = output.subscribe();
              ready.block();
              drop(ready);
              continue;
            }
            const count = Math.min(Number(permit), data.length - at);
            output.write(data.subarray(at, at + count));
            permit -= BigInt(count);
            at += count;
          }
        },
        receive: (length) => {
          try {
            return input.blockingRead(BigInt(length));
          } catch (error) {
            // Some versions throw the payload itself, others an error that contains it.
            const thrown = error as { tag?: string; payload?: { tag: string } };
            if ((thrown.payload ?? thrown).tag === "closed")
              return new Uint8Array();
            throw error;
          }
        },
        close: () => {
          drop(input);
          drop(output);
          drop(socket);
        },
      };
    },

    datagrams(host, port) {
      const socket = udpCreateSocket.createUdpSocket("ipv4");
      socket.startBind(network, ipv4("0.0.0.0", 0));
      socket.finishBind();
      const [input, output] = socket.stream(ipv4(host, port));
      const ready = input.subscribe();
      let permit = 0n;
      return {
        send: (data) => {
          while (permit === 0n) {
            permit = output.checkSend();
            if (permit === 0n) output.subscribe().block();
          }
          output.send([{ data: data.slice() }]);
          permit -= 1n;
        },
        receive: () => {
          for (;;) {
            const [datagram] = input.receive(1n);
            if (datagram !== undefined) return datagram.data;
            ready.block();
          }
        },
        close: () => {
          drop(socket);
        },
      };
    },
  };
}
