import type { SocketAddress, SocketError } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import { streamsOf } from "./difficult-streams.js";
import type { DifficultSystem } from "./difficult-system.js";
import { fail } from "./fake-host.js";
import { Pollable } from "./pollable.js";
import { fromWasi, toWasi, type WasiAddress } from "./wasi-address.js";

/** Creates the resource of a TCP socket. */
export function tcpSocket(system: DifficultSystem, handle: number): object {
  const sockets = system.sockets;
  type State =
    | "unbound"
    | "binding"
    | "bound"
    | "connecting"
    | "listening"
    | "beginning"
    | "connected"
    | "broken";
  let state: State = "unbound";
  let target: SocketAddress | undefined;
  const connection = { taken: new Uint8Array(0) };
  /** The result of accepting ahead to find out whether there is a connection. */
  let ahead: Result<number, SocketError> | undefined;
  const isAcceptable = (): boolean => {
    ahead ??= sockets.accept(handle);
    if (ahead.tag === "err" && ahead.val === "would-block") ahead = undefined;
    return ahead !== undefined;
  };
  const expect = (...states: State[]): void => {
    if (!states.includes(state)) fail("invalid-state");
  };
  const socket = {
    connected: () => {
      state = "connected";
      return streamsOf(system, handle, connection);
    },
    startBind: (_network: object, address: WasiAddress) => {
      expect("unbound");
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
    startConnect: (_network: object, address: WasiAddress) => {
      expect("unbound", "bound");
      system.stray();
      target = fromWasi(address);
      state = "connecting";
    },
    finishConnect: () => {
      if (state !== "connecting" || target === undefined)
        fail("not-in-progress");
      if (system.refuses()) fail("would-block");
      state = "broken";
      system.stray();
      system.value(sockets.connect(handle, target));
      return socket.connected();
    },
    setListenBacklogSize: (value: bigint) => {
      if (value === 0n) fail("invalid-argument");
      system.stray();
      if (system.random.happens(0.5)) fail("not-supported");
    },
    startListen: () => {
      expect("bound");
      system.stray();
      state = "beginning";
    },
    finishListen: () => {
      if (state !== "beginning") fail("not-in-progress");
      if (system.refuses()) fail("would-block");
      state = "bound";
      system.stray();
      system.value(sockets.listen(handle, 128));
      state = "listening";
    },
    accept: () => {
      expect("listening");
      system.balk();
      if (!isAcceptable() || ahead === undefined) fail("would-block");
      const next = ahead;
      ahead = undefined;
      const accepted = tcpSocket(system, system.value(next));
      return [accepted, ...(accepted as typeof socket).connected()];
    },
    localAddress: () => {
      system.stray();
      return toWasi(system.value(sockets.getLocalAddress(handle)));
    },
    remoteAddress: () => {
      system.stray();
      return toWasi(system.value(sockets.getPeerAddress(handle)));
    },
    subscribe: () =>
      new Pollable(system, () => state !== "listening" || isAcceptable()),
    [Symbol.dispose]: () => {
      if (ahead?.tag === "ok") system.release(ahead.val);
      // Send the stream's bytes as far as there is room; the rest is lost with the socket.
      if (connection.taken.length > 0) sockets.send(handle, connection.taken);
      system.release(handle);
    },
  };
  return socket;
}
