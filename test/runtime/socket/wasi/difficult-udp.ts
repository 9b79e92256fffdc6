import type { SocketAddress, SocketError } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import { codes, type DifficultSystem } from "./difficult-system.js";
import { fail } from "./fake-host.js";
import { Pollable } from "./pollable.js";
import { fromWasi, toWasi, type WasiAddress } from "./wasi-address.js";

/** Creates the resource of a UDP socket. */
export function udpSocket(system: DifficultSystem, handle: number): object {
  const sockets = system.sockets;
  let state: "unbound" | "binding" | "bound" = "unbound";
  let target: SocketAddress | undefined;
  let ahead: Result<[Uint8Array, SocketAddress], SocketError> | undefined;
  const isReadable = (): boolean => {
    ahead ??= sockets.receiveFrom(handle, 70_000n);
    if (ahead.tag === "err" && ahead.val === "would-block") ahead = undefined;
    return ahead !== undefined;
  };
  return {
    startBind: (_network: object, address: WasiAddress) => {
      if (state !== "unbound") fail("invalid-state");
      system.stray();
      target = fromWasi(address);
      state = "binding";
    },
    finishBind: () => {
      if (state !== "binding" || target === undefined) fail("not-in-progress");
      if (system.refuses()) fail("would-block");
      state = "unbound";
      system.stray();
      system.value(sockets.bind(handle, target));
      state = "bound";
    },
    stream: (remote: WasiAddress | undefined) => {
      if (state !== "bound") fail("invalid-state");
      system.stray();
      if (remote !== undefined)
        system.value(sockets.connect(handle, fromWasi(remote)));
      const peer = remote;
      // The datagram that was read ahead may be from another sender.
      if (peer !== undefined && ahead?.tag === "ok") {
        const [, sender] = ahead.val;
        const { host, port } = fromWasi(peer);
        if (sender.host !== host || sender.port !== port) ahead = undefined;
      }
      let permit = 0n;
      return [
        {
          receive: (most: bigint) => {
            system.stray();
            const received: object[] = [];
            while (
              BigInt(received.length) < most &&
              !system.refuses() &&
              isReadable() &&
              ahead !== undefined
            ) {
              if (ahead.tag === "err") {
                // Return the datagrams before the error first.
                if (received.length > 0) break;
                const { val } = ahead;
                ahead = undefined;
                fail(codes[val]);
              }
              const [data, sender] = ahead.val;
              ahead = undefined;
              received.push({ data, remoteAddress: toWasi(sender) });
            }
            return received;
          },
          subscribe: () => new Pollable(system, isReadable),
          [Symbol.dispose]: () => undefined,
        },
        {
          checkSend: () => {
            system.stray();
            return (permit = BigInt(
              system.refuses() ? 0 : system.random.within(1, 4),
            ));
          },
          send: (
            datagrams: readonly {
              readonly data: Uint8Array;
              readonly remoteAddress?: WasiAddress | undefined;
            }[],
          ) => {
            if (BigInt(datagrams.length) > permit)
              throw new Error("trap: more was sent than was permitted");
            system.stray();
            if (system.refuses()) return 0n;
            let sent = 0n;
            for (const { data, remoteAddress } of datagrams) {
              if (remoteAddress === undefined && peer === undefined)
                fail("invalid-argument");
              const result =
                remoteAddress === undefined
                  ? sockets.send(handle, data)
                  : sockets.sendTo(handle, data, fromWasi(remoteAddress));
              if (result.tag === "err") {
                if (sent > 0n) return sent;
                const isTooLarge = data.length > 65_000;
                fail(
                  isTooLarge && result.val === "invalid-input"
                    ? "datagram-too-large"
                    : codes[result.val],
                );
              }
              sent += 1n;
            }
            permit -= sent;
            return sent;
          },
          subscribe: () => new Pollable(system, () => true),
          [Symbol.dispose]: () => undefined,
        },
      ];
    },
    localAddress: () => {
      system.stray();
      if (state !== "bound") fail("invalid-state");
      return toWasi(system.value(sockets.getLocalAddress(handle)));
    },
    subscribe: () => new Pollable(system, () => true),
    [Symbol.dispose]: () => {
      system.release(handle);
    },
  };
}
