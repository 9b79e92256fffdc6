import { describe, expect, it } from "vitest";
import { causeOf, unwrap } from "@wit2ts/runtime";
import { PENDING, systemError, type PolicyRequest } from "@wit2ts/socket";
import { address, bytes, fails, setUp } from "./support.js";

describe("names", () => {
  it("are tried address by address, and the last error is returned", async () => {
    const { driver, socket } = setUp({
      lookup: () => ["10.0.0.1", "10.0.0.2"],
      connect: ({ host }) => {
        if (host === "10.0.0.1") throw systemError("ECONNREFUSED", "dead");
      },
      peer: { host: "10.0.0.2", port: 80 },
    });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect((await socket.connect(handle, { host: "name", port: 80 })).tag).toBe(
      "ok",
    );
    expect(driver.log).toEqual([
      "lookup name",
      "connect 10.0.0.1 80",
      "connect 10.0.0.2 80",
    ]);

    const cause = systemError("EHOSTUNREACH", "both dead");
    const dead = setUp({
      lookup: () => ["10.0.0.1", "10.0.0.2"],
      connect: ({ host }) => {
        throw host === "10.0.0.2" ? cause : systemError("ECONNREFUSED", "dead");
      },
    });
    const other = unwrap(await dead.socket.createSocket("ipv4", "tcp"));
    const failed = await dead.socket.connect(other, { host: "name", port: 80 });
    expect(failed).toEqual(fails("network-unreachable"));
    expect(causeOf(failed)).toBe(cause);
  });

  it("that resolve only to unusable addresses fail with address-not-available", async () => {
    const { driver, socket } = setUp({
      lookup: () => [
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "nonsense",
        "127.1",
      ],
    });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(await socket.connect(handle, { host: "name", port: 80 })).toEqual(
      fails("address-not-available"),
    );
    expect(driver.log).toEqual(["lookup name", "close 1"]);
  });

  it("fail with address-not-available if no name server can be reached", async () => {
    for (const code of ["ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH"]) {
      const cause = systemError(code, "no name server answers");
      const { socket } = setUp({
        lookup: () => {
          throw cause;
        },
      });
      const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
      const failed = await socket.connect(handle, { host: "name", port: 80 });
      expect(failed).toEqual(fails("address-not-available"));
      expect((causeOf(failed) as Error).cause).toBe(cause);
    }
    // Errors caused by the name or the resolver itself are kept.
    const cause = systemError("ERR_INVALID_ARG_VALUE", "a name like this");
    const { socket } = setUp({
      lookup: () => {
        throw cause;
      },
    });
    const handle = unwrap(await socket.createSocket("ipv4", "udp"));
    const failed = await socket.connect(handle, { host: "name", port: 80 });
    expect(failed).toEqual(fails("invalid-input"));
    expect(causeOf(failed)).toBe(cause);
  });

  it("are resolved for bind and send-to too", async () => {
    const { driver, socket } = setUp({ lookup: () => ["127.0.0.7"] });
    const tcp = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect((await socket.bind(tcp, { host: "name", port: 0 })).tag).toBe("ok");
    const udp = unwrap(await socket.createSocket("ipv4", "udp"));
    expect(
      await socket.sendTo(udp, bytes(1), { host: "name", port: 7 }),
    ).toEqual({ tag: "ok", val: 1n });
    expect(driver.log).toEqual([
      "lookup name",
      "bind 127.0.0.7 0",
      "lookup name",
      "bind 0.0.0.0 0",
      "sendTo 127.0.0.7",
    ]);
  });

  it("keep a socket busy while a bind waits for the lookup, and release it if that fails", async () => {
    let answer: readonly string[] | typeof PENDING = PENDING;
    const { driver, socket } = setUp({ lookup: () => answer });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const call = socket.bind(handle, { host: "name", port: 0 });
    expect(await socket.bind(handle, address)).toEqual(fails("invalid-input"));
    expect(await socket.connect(handle, address)).toEqual(
      fails("invalid-input"),
    );
    answer = [];
    driver.ready("lookup");
    expect(await call).toEqual(fails("address-not-available"));
    expect(
      (await socket.bind(handle, { host: "127.0.0.1", port: 0 })).tag,
    ).toBe("ok");
  });
});

describe("policy", () => {
  it("is checked after the lookup, for the address that is used", async () => {
    const requests: PolicyRequest[] = [];
    let lookups = 0;
    const { driver, socket } = setUp(
      // A name whose address changes between the check and the use (DNS rebinding).
      {
        lookup: () => (lookups++ === 0 ? ["8.8.8.8"] : ["127.0.0.1"]),
        peer: { host: "8.8.8.8", port: 80 },
      },
      {
        policy: {
          connect: (request) => (
            requests.push(request),
            request.host === "8.8.8.8"
          ),
        },
      },
    );
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(
      (await socket.connect(handle, { host: "rebinding", port: 80 })).tag,
    ).toBe("ok");
    expect(driver.log).toEqual(["lookup rebinding", "connect 8.8.8.8 80"]);
    expect(requests).toEqual([
      {
        family: "ipv4",
        protocol: "tcp",
        host: "8.8.8.8",
        port: 80,
        name: "rebinding",
      },
    ]);
    const second = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(
      await socket.connect(second, { host: "rebinding", port: 80 }),
    ).toEqual(fails("network-unreachable"));
    expect(driver.log).not.toContain("connect 127.0.0.1 80");
  });

  it("gets addresses in canonical form", async () => {
    const { driver, socket } = setUp(
      {},
      { policy: { connect: ["!fd00::/8", "*"] } },
    );
    const handle = unwrap(await socket.createSocket("ipv6", "tcp"));
    expect(
      await socket.connect(handle, { host: "FD00:0:0::0001", port: 80 }),
    ).toEqual(fails("network-unreachable"));
    expect(driver.log).toEqual(["close 1"]);
  });

  it("skips a forbidden address of a name and tries the next", async () => {
    const { driver, socket } = setUp(
      {
        lookup: () => ["127.0.0.1", "8.8.8.8"],
        peer: { host: "8.8.8.8", port: 80 },
      },
      { policy: { connect: ["!127.0.0.0/8", "*"] } },
    );
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect((await socket.connect(handle, { host: "name", port: 80 })).tag).toBe(
      "ok",
    );
    expect(driver.log).toEqual(["lookup name", "connect 8.8.8.8 80"]);
  });

  it("forbids local addresses, listening and datagrams", async () => {
    const { driver, socket } = setUp(
      {},
      { policy: { bind: ["127.0.0.1:0"], listen: [], sendTo: [] } },
    );
    const tcp = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(await socket.bind(tcp, { host: "0.0.0.0", port: 0 })).toEqual(
      fails("address-not-available"),
    );
    expect((await socket.bind(tcp, { host: "127.0.0.1", port: 0 })).tag).toBe(
      "ok",
    );
    expect(await socket.listen(tcp, 1)).toEqual(fails("address-not-available"));
    const udp = unwrap(await socket.createSocket("ipv4", "udp"));
    expect(await socket.sendTo(udp, bytes(1), address)).toEqual(
      fails("network-unreachable"),
    );
    expect(driver.log).toEqual(["bind 127.0.0.1 0"]);
  });

  it("that throws forbids the call, with its error as the cause", async () => {
    const cause = new Error("the policy is broken");
    const { socket } = setUp(
      {},
      {
        policy: {
          connect: () => {
            throw cause;
          },
        },
      },
    );
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const failed = await socket.connect(handle, address);
    expect(failed).toEqual(fails("other"));
    expect(causeOf(failed)).toBe(cause);
  });

  it.each<[string, () => unknown]>([
    ["the promise of a refusal", () => Promise.resolve(false)],
    ["a promise that fails", () => Promise.reject(new Error("too late"))],
    ["a number", () => 1],
    ["nothing", () => undefined],
  ])(
    "whose predicate returns %s forbids the call, with the reason as the cause",
    async (_, answer) => {
      const predicate = answer as () => boolean;
      const { driver, socket } = setUp(
        {},
        {
          policy: { connect: predicate, sendTo: predicate, listen: predicate },
        },
      );
      const tcp = unwrap(await socket.createSocket("ipv4", "tcp"));
      const udp = unwrap(await socket.createSocket("ipv4", "udp"));
      const listener = unwrap(await socket.createSocket("ipv4", "tcp"));
      unwrap(await socket.bind(listener, { host: "127.0.0.1", port: 0 }));
      for (const failed of [
        await socket.connect(tcp, address),
        await socket.sendTo(udp, bytes(1), address),
        await socket.listen(listener, 1),
      ]) {
        expect(failed).toEqual(fails("other"));
        expect(causeOf(failed)).toMatchObject({
          message: expect.stringContaining(
            "must return true or false",
          ) as string,
        });
      }
      expect(driver.log).toEqual(["bind 127.0.0.1 0", "close 1"]);
    },
  );

  it.each<["policy" | "resolver", boolean]>([
    ["policy", true],
    ["policy", false],
    ["resolver", true],
  ])(
    "or resolver that closes the socket aborts the call without using the driver: %s, %s",
    async (who, allows) => {
      let close = (): unknown => undefined;
      const predicate = (): boolean => {
        if (who === "policy") close();
        return allows;
      };
      const { driver, socket } = setUp(
        {
          lookup: () => {
            if (who === "resolver") close();
            return ["8.8.8.8", "9.9.9.9"];
          },
        },
        { policy: { connect: predicate, sendTo: predicate, bind: predicate } },
      );
      const named = { host: "name", port: 80 };
      for (const protocol of ["tcp", "udp"] as const) {
        for (const call of [
          (handle: number) => socket.connect(handle, named),
          (handle: number) => socket.bind(handle, named),
          (handle: number) => socket.sendTo(handle, bytes(1), named),
        ]) {
          const handle = unwrap(await socket.createSocket("ipv4", protocol));
          close = () => socket.close(handle);
          const failed = await call(handle);
          if (protocol === "tcp" && failed.val === "invalid-input") continue;
          expect(failed).toEqual(fails("connection-aborted"));
        }
      }
      const done = driver.log.filter((line) => !line.startsWith("lookup"));
      expect(done).toEqual([1, 2, 4, 5, 6].map((id) => `close ${id}`));
    },
  );
});
