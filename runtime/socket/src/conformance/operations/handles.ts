import type { SocketError } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import type { Awaitable, TestContext } from "../context.js";
import type { Suite } from "../suite.js";

/** Returns a call of each function that takes a handle, with otherwise valid arguments. */
export function callsOn(
  t: TestContext,
  handle: number,
): Readonly<Record<string, () => Awaitable<Result<unknown, SocketError>>>> {
  const { socket } = t;
  const data = new Uint8Array([1]);
  const somewhere = { host: t.loopback, port: 9 };
  return {
    connect: () => socket.connect(handle, somewhere),
    bind: () => socket.bind(handle, { host: t.loopback, port: 0 }),
    listen: () => socket.listen(handle, 1),
    accept: () => socket.accept(handle),
    send: () => socket.send(handle, data),
    receive: () => socket.receive(handle, 1n),
    sendTo: () => socket.sendTo(handle, data, somewhere),
    receiveFrom: () => socket.receiveFrom(handle, 1n),
    setReadTimeout: () => socket.setReadTimeout(handle, 1n),
    setWriteTimeout: () => socket.setWriteTimeout(handle, 1n),
    setReuseAddress: () => socket.setReuseAddress(handle, true),
    getLocalAddress: () => socket.getLocalAddress(handle),
    getPeerAddress: () => socket.getPeerAddress(handle),
    close: () => socket.close(handle),
  };
}

/** Declares the tests of socket handles. */
export function handleTests(suite: Suite): void {
  suite.group("handles", "tcp", (test) => {
    test("are rejected by every function if they were never assigned", async (t) => {
      const real = await t.create("tcp");
      const forged: unknown[] = [0, real + 1, real + 1000, 0xffff_ffff];
      const untyped: unknown[] = [
        0x1_0000_0000 + real,
        -1,
        0.5,
        real + 0.5,
        NaN,
        Infinity,
        String(real),
        BigInt(real),
        null,
        undefined,
        {},
        [real],
      ];
      for (const handle of t.isUntyped ? [...forged, ...untyped] : forged) {
        for (const [name, call] of Object.entries(
          callsOn(t, handle as number),
        )) {
          const type = typeof handle;
          await t.fails(
            call(),
            "invalid-input",
            `${name} on a forged handle (${type})`,
          );
        }
      }
      await t.ok(t.socket.close(real));
    });

    test("are rejected by every function after they are closed", async (t) => {
      const handle = await t.create("tcp");
      await t.ok(t.socket.close(handle));
      for (const [name, call] of Object.entries(callsOn(t, handle))) {
        await t.fails(call(), "invalid-input", `${name} on a closed handle`);
      }
    });

    test("are not reused after they are closed", async (t) => {
      const handles = new Set<number>();
      for (let count = 0; count < 500; count++) {
        const handle = await t.create("tcp");
        handles.add(handle);
        await t.ok(t.socket.close(handle));
      }
      t.equal(handles.size, 500);
    });

    test("are distinct for accepted connections", async (t) => {
      const { handle, address } = await t.listening();
      const handles = new Set([handle]);
      for (let count = 0; count < 4; count++) {
        await t.peer.run([{ step: "connect", address }]);
        handles.add(await t.ok(t.socket.accept(handle)));
      }
      t.equal(handles.size, 5);
    });
  });
}
