import type { SocketProtocol } from "@wit2ts/core-libs/socket";
import type { TestContext } from "../context.js";
import type { Suite } from "../suite.js";
import { callsOn } from "./handles.js";

/** A state of a socket: how to enter it, and which functions it allows. All others fail with `invalid-input`. */
interface State {
  readonly name: string;
  readonly enter: (t: TestContext) => Promise<number>;
  readonly allows: readonly string[];
}

const always = ["close", "setReadTimeout", "setWriteTimeout"];

const states: Readonly<Record<SocketProtocol, readonly State[]>> = {
  tcp: [
    {
      name: "unbound",
      enter: (t) => t.create("tcp"),
      allows: [...always, "connect", "bind", "setReuseAddress"],
    },
    {
      name: "bound",
      enter: async (t) => (await t.bound("tcp")).handle,
      allows: [...always, "connect", "listen", "getLocalAddress"],
    },
    {
      name: "listening",
      enter: async (t) => (await t.listening()).handle,
      allows: [...always, "accept", "getLocalAddress"],
    },
    {
      name: "connected",
      enter: async (t) => (await t.connected()).handle,
      allows: [
        ...always,
        "send",
        "receive",
        "getLocalAddress",
        "getPeerAddress",
      ],
    },
    {
      name: "accepted",
      enter: async (t) => {
        const { handle, address } = await t.listening();
        await t.peer.run([{ step: "connect", address }]);
        return t.ok(t.socket.accept(handle));
      },
      allows: [
        ...always,
        "send",
        "receive",
        "getLocalAddress",
        "getPeerAddress",
      ],
    },
    {
      name: "failed to connect",
      enter: async (t) => {
        const handle = await t.create("tcp");
        await t.fails(
          t.socket.connect(handle, await t.vacant("tcp")),
          "connection-refused",
        );
        return handle;
      },
      allows: ["close"],
    },
    {
      name: "closed",
      enter: async (t) => {
        const handle = await t.create("tcp");
        await t.ok(t.socket.close(handle));
        return handle;
      },
      allows: [],
    },
  ],
  udp: [
    {
      name: "unbound",
      enter: (t) => t.create("udp"),
      allows: [...always, "connect", "bind", "sendTo", "setReuseAddress"],
    },
    {
      name: "bound",
      enter: async (t) => (await t.bound("udp")).handle,
      allows: [
        ...always,
        "connect",
        "sendTo",
        "receiveFrom",
        "getLocalAddress",
      ],
    },
    {
      name: "connected",
      enter: async (t) => (await t.connectedDatagrams()).handle,
      allows: [
        ...always,
        "connect",
        "send",
        "receive",
        "receiveFrom",
        "getLocalAddress",
        "getPeerAddress",
      ],
    },
    {
      name: "closed",
      enter: async (t) => {
        const { handle } = await t.bound("udp");
        await t.ok(t.socket.close(handle));
        return handle;
      },
      allows: [],
    },
  ],
};

/** Returns the observable properties of a socket. */
async function appearance(t: TestContext, handle: number): Promise<unknown> {
  return [
    await t.socket.getLocalAddress(handle),
    await t.socket.getPeerAddress(handle),
  ];
}

/** Declares the tests of all combinations of calls and states. */
export function stateTests(suite: Suite): void {
  for (const protocol of ["tcp", "udp"] as const) {
    suite.group("states", protocol, (test) => {
      for (const { name, enter, allows } of states[protocol]) {
        test(`${name}: a call that is not allowed fails with invalid-input and changes nothing`, async (t) => {
          const handle = await enter(t);
          const before = await appearance(t, handle);
          for (const [call, make] of Object.entries(callsOn(t, handle))) {
            if (allows.includes(call)) continue;
            await t.fails(make(), "invalid-input", `${call} while ${name}`);
            t.equal(
              await appearance(t, handle),
              before,
              `${call} has changed what is ${name}`,
            );
          }
        });

        if (allows.length === 0) continue;
        test(`${name}: a call that is allowed does not fail with invalid-input`, async (t) => {
          for (const call of allows) {
            const handle = await enter(t);
            // Prevent the call from waiting. Whether it succeeds is checked by other tests.
            if (allows.includes("setReadTimeout")) {
              await t.ok(t.socket.setReadTimeout(handle, 0n));
            }
            const make = callsOn(t, handle)[call];
            if (make === undefined)
              throw new Error(`there is no function ${call}`);
            const result = await make();
            const refused =
              result.tag === "err" && result.val === "invalid-input";
            t.equal(refused, false, `${call} while ${name}`);
          }
        });
      }
    });
  }
}
