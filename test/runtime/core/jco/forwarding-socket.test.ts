import { err, ok, type Result } from "@wit2ts/runtime";
import {
  Socket,
  SocketError,
  type AsyncSocket,
} from "@wit2ts/core-libs/socket";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  throughComponent,
  ways,
} from "../../../support/component/through-component.js";

const wit = await readFile(
  new URL("../../../../wit/socket.wit", import.meta.url),
  "utf8",
);

/** Arguments for a call of each function, and its value on success. */
const calls: Record<keyof Socket, { args: unknown[]; value: unknown }> = {
  createSocket: { args: ["ipv6", "udp"], value: 0xffff_ffff },
  connect: { args: [1, { host: "Grüße 👋", port: 65_535 }], value: undefined },
  bind: { args: [2, { host: "::1", port: 0 }], value: undefined },
  listen: { args: [3, 0xffff_ffff], value: undefined },
  accept: { args: [4], value: 0 },
  send: {
    args: [5, Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)],
    value: 0xffff_ffff_ffff_ffffn,
  },
  receive: {
    args: [6, 0x8000_0000_0000_0000n],
    value: new Uint8Array([0, 255]),
  },
  sendTo: {
    args: [7, new Uint8Array(), { host: "", port: 1 }],
    value: 0n,
  },
  receiveFrom: {
    args: [8, 0n],
    value: [
      Uint8Array.from({ length: 70_000 }, (_, i) => i % 253),
      { host: "127.0.0.1", port: 9 },
    ],
  },
  close: { args: [9], value: undefined },
  setReadTimeout: { args: [10, 0n], value: undefined },
  setWriteTimeout: { args: [11, undefined], value: undefined },
  setReuseAddress: { args: [12, true], value: undefined },
  getLocalAddress: { args: [13], value: { host: "fe80::1%eth0", port: 80 } },
  getPeerAddress: { args: [14], value: { host: "name", port: 0 } },
};
const names = Object.keys(calls) as (keyof Socket)[];

type Call = (...args: unknown[]) => unknown;

describe.each(ways)(
  "a component that forwards sockets, $name",
  ({ mode, direct }) => {
    /** Creates the component. `answer` gives the results of all functions; `reached` records the calls that arrive. */
    async function forwarding(answer: () => unknown) {
      const reached: [string, unknown[]][] = [];
      const implementation = Object.fromEntries(
        names.map((name) => [
          name,
          (...args: unknown[]) => {
            reached.push([name, args]);
            return mode === "sync" ? answer() : Promise.resolve().then(answer);
          },
        ]),
      ) as unknown as Socket | AsyncSocket;
      const socket = (await throughComponent({
        descriptor: Socket,
        wit,
        implementation,
        mode,
        direct,
      })) as unknown as Record<string, Call>;
      return {
        reached,
        call: async (name: string, args: unknown[]): Promise<unknown> =>
          await socket[name]?.(...args),
      };
    }

    it("passes arguments and values of every function", async () => {
      let result: Result<unknown, SocketError> = ok();
      const { call, reached } = await forwarding(() => result);
      for (const name of names) {
        const { args, value } = calls[name];
        result = ok(value);
        expect(await call(name, args)).toStrictEqual(ok(value));
        expect(reached.pop()).toStrictEqual([name, args]);
      }
      expect(reached).toStrictEqual([]);
    });

    it("passes every error of every function", async () => {
      let result: Result<unknown, SocketError> = ok();
      const { call } = await forwarding(() => result);
      for (const name of names) {
        for (const error of Object.values(SocketError)) {
          result = err(error);
          expect(await call(name, calls[name].args)).toStrictEqual(err(error));
        }
      }
    });

    it("passes on the original exception", async () => {
      const exception = new RangeError("no such thing");
      const { call } = await forwarding(() => {
        throw exception;
      });
      for (const name of names) {
        await expect(call(name, calls[name].args)).rejects.toBe(exception);
      }
    });
  },
);
