import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { bytes, text, type TestContext } from "../context.js";
import type { Suite } from "../suite.js";
import { callsOn } from "./handles.js";
import { impossibleHosts, impossiblePorts } from "./bind.js";

/** Returns destinations that are invalid on every network. */
export function impossibleDestinations(
  t: TestContext,
  protocol: "tcp" | "udp",
): SocketAddress[] {
  const hosts = [
    t.wildcard,
    t.foreign,
    "::ffff:127.0.0.1",
    ...impossibleHosts(),
  ];
  if (protocol === "tcp") {
    hosts.push(
      ...(t.family === "ipv4" ? ["224.0.0.1", "255.255.255.255"] : ["ff02::1"]),
    );
  }
  return [
    ...hosts.map((host) => ({ host, port: 9 })),
    { host: t.loopback, port: 0 },
    ...(t.isUntyped ? impossiblePorts : []).map((port) => ({
      host: t.loopback,
      port: port as number,
    })),
  ];
}

/** Checks that a socket whose connection attempt has failed can only be closed. */
async function onlyCloses(t: TestContext, handle: number): Promise<void> {
  for (const [name, call] of Object.entries(callsOn(t, handle))) {
    if (name !== "close")
      await t.fails(call(), "invalid-input", `${name} after a failed connect`);
  }
  await t.ok(t.socket.close(handle));
}

/** Declares the tests of `connect` for TCP sockets. */
export function connectTcpTests(suite: Suite): void {
  suite.group("connect", "tcp", (test) => {
    test("reaches the peer, and both ends report the same addresses", async (t) => {
      const { handle, run } = await t.connected();
      const local = await t.ok(t.socket.getLocalAddress(handle));
      t.equal(await t.ok(t.socket.getPeerAddress(handle)), run.address);
      t.equal((await t.observed(run, "accept"))[0]?.address, local);
      t.equal(local.host, t.loopback);
    });

    test("connects from the bound address and port", async (t) => {
      const run = await t.peer.run([
        { step: "listen", family: t.family },
        { step: "accept" },
      ]);
      const { handle, address } = await t.bound("tcp");
      await t.ok(t.socket.connect(handle, run.address));
      t.equal(await t.ok(t.socket.getLocalAddress(handle)), address);
      t.equal((await t.observed(run, "accept"))[0]?.address, address);
    });

    test("replaces a wildcard local address with the address that is used", async (t) => {
      const run = await t.peer.run([
        { step: "listen", family: t.family },
        { step: "accept" },
      ]);
      const handle = await t.create("tcp");
      await t.ok(t.socket.bind(handle, { host: t.wildcard, port: 0 }));
      const { port } = await t.ok(t.socket.getLocalAddress(handle));
      await t.ok(t.socket.connect(handle, run.address));
      t.equal(await t.ok(t.socket.getLocalAddress(handle)), {
        host: t.loopback,
        port,
      });
    });

    test("fails with connection-refused if there is no listener, and the socket can only be closed", async (t) => {
      const vacant = await t.vacant("tcp");
      const handle = await t.create("tcp");
      await t.fails(t.socket.connect(handle, vacant), "connection-refused");
      await onlyCloses(t, handle);
    });

    test("releases the bound port when the socket is closed after a refusal", async (t) => {
      const vacant = await t.vacant("tcp");
      const { handle, address } = await t.bound("tcp");
      await t.fails(t.socket.connect(handle, vacant), "connection-refused");
      await t.ok(t.socket.close(handle));
      const next = await t.create("tcp");
      await t.ok(t.socket.bind(next, address));
    });

    test("fails with invalid-input for an invalid destination and changes nothing", async (t) => {
      const run = await t.peer.run([
        { step: "listen", family: t.family },
        { step: "accept" },
      ]);
      const handle = await t.create("tcp");
      for (const address of impossibleDestinations(t, "tcp")) {
        const label = `${JSON.stringify(address.host)} port ${String(address.port)}`;
        await t.fails(
          t.socket.connect(handle, address),
          "invalid-input",
          label,
        );
      }
      await t.ok(t.socket.connect(handle, run.address));
    });

    test("fails with invalid-input the second time, and the connection continues", async (t) => {
      const { handle, run } = await t.connected({ step: "receive", length: 2 });
      await t.fails(t.socket.connect(handle, run.address), "invalid-input");
      await t.ok(t.socket.send(handle, bytes("ok")));
      t.equal(text((await t.observed(run, "receive"))[0]?.data), "ok");
    });

    test("fails with connection-refused for the socket's own address", async (t) => {
      const { handle, address } = await t.bound("tcp");
      await t.fails(t.socket.connect(handle, address), "connection-refused");
    });

    test(
      "looks up a name, and the peer address is numeric",
      { needs: ["names"] },
      async (t) => {
        const run = await t.peer.run([
          { step: "listen", family: t.family },
          { step: "accept" },
        ]);
        const handle = await t.create("tcp");
        await t.ok(
          t.socket.connect(handle, {
            host: "peer.test",
            port: run.address.port,
          }),
        );
        t.equal(await t.ok(t.socket.getPeerAddress(handle)), run.address);
      },
    );

    test(
      "tries every address of a name in turn",
      { needs: ["names"] },
      async (t) => {
        const run = await t.peer.run([
          { step: "listen", family: t.family },
          { step: "accept" },
        ]);
        const handle = await t.create("tcp");
        await t.ok(
          t.socket.connect(handle, {
            host: "several.test",
            port: run.address.port,
          }),
        );
        t.equal(await t.ok(t.socket.getPeerAddress(handle)), run.address);
      },
    );

    test(
      "tries every address of a name from a bound port too",
      { needs: ["names"] },
      async (t) => {
        const run = await t.peer.run([
          { step: "listen", family: t.family },
          { step: "accept" },
        ]);
        const handle = await t.create("tcp");
        await t.ok(t.socket.bind(handle, { host: t.wildcard, port: 0 }));
        const { port } = await t.ok(t.socket.getLocalAddress(handle));
        await t.ok(
          t.socket.connect(handle, {
            host: "several.test",
            port: run.address.port,
          }),
        );
        t.equal((await t.observed(run, "accept"))[0]?.address, {
          host: t.loopback,
          port,
        });
      },
    );

    test(
      "fails with the error of the last address if every address of a name fails",
      { needs: ["names"] },
      async (t) => {
        const { port } = await t.vacant("tcp");
        const handle = await t.create("tcp");
        await t.fails(
          t.socket.connect(handle, { host: "several.test", port }),
          "connection-refused",
        );
      },
    );

    test(
      "fails with address-not-available for an unknown name",
      { needs: ["names"] },
      async (t) => {
        const other = t.family === "ipv4" ? "six.test" : "four.test";
        // Some systems accept `127.1` as an address. Here it must be a name, which is unknown.
        for (const host of ["nowhere.test", other, "wildcard.test", "127.1"]) {
          const handle = await t.create("tcp");
          await t.fails(
            t.socket.connect(handle, { host, port: 9 }),
            "address-not-available",
            host,
          );
          await onlyCloses(t, handle);
        }
      },
    );

    test(
      "fails with timeout after the write timeout if the peer does not respond",
      { needs: ["stall"] },
      async (t) => {
        const { address } = await t.peer.run([
          { step: "stall", family: t.family },
        ]);
        const handle = await t.create("tcp");
        await t.ok(t.socket.setWriteTimeout(handle, 50n));
        const begin = t.clock?.now() ?? 0;
        await t.fails(t.socket.connect(handle, address), "timeout");
        if (t.clock !== undefined) t.equal(t.clock.now() - begin, 50);
        await onlyCloses(t, handle);
      },
    );

    test(
      "does not wait with a timeout of zero",
      { needs: ["stall"] },
      async (t) => {
        const { address } = await t.peer.run([
          { step: "stall", family: t.family },
        ]);
        const handle = await t.create("tcp");
        await t.ok(t.socket.setWriteTimeout(handle, 0n));
        await t.fails(t.socket.connect(handle, address), "would-block");
        await onlyCloses(t, handle);
      },
    );

    test(
      "is aborted by close, and does not allow other calls while it waits",
      { needs: ["concurrent", "stall"] },
      async (t) => {
        const { address } = await t.peer.run([
          { step: "stall", family: t.family },
        ]);
        const handle = await t.create("tcp");
        const { result } = await t.begin(t.socket.connect(handle, address));
        const allowed = ["close", "setReadTimeout", "setWriteTimeout"];
        for (const [name, call] of Object.entries(callsOn(t, handle))) {
          if (allowed.includes(name)) continue;
          // `connect` is left out, because a backend may queue it behind the pending call.
          if (name !== "connect")
            await t.fails(call(), "invalid-input", `${name} while connecting`);
        }
        await t.ok(t.socket.close(handle));
        await t.fails(result, "connection-aborted");
        await t.fails(t.socket.close(handle), "invalid-input");
      },
    );

    const asked: string[] = [];
    test(
      "passes the address that is used, and the name, to the policy",
      {
        needs: ["names"],
        options: {
          policy: {
            connect: ({ host, name }) => {
              asked.push(`${name ?? "-"} ${host}`);
              return name !== undefined;
            },
          },
        },
      },
      async (t) => {
        const run = await t.peer.run([
          { step: "listen", family: t.family },
          { step: "accept" },
        ]);
        asked.length = 0;
        const denied = await t.create("tcp");
        await t.fails(
          t.socket.connect(denied, run.address),
          "network-unreachable",
        );
        const allowed = await t.create("tcp");
        await t.ok(
          t.socket.connect(allowed, {
            host: "peer.test",
            port: run.address.port,
          }),
        );
        t.equal(asked, [`- ${t.loopback}`, `peer.test ${t.loopback}`]);
      },
    );
  });
}
