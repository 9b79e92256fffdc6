import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { bytes, text, type TestContext } from "../context.js";
import type { Suite } from "../suite.js";
import { callsOn } from "./handles.js";
import { impossibleHosts, impossiblePorts } from "./bind.js";

/** Destinations that make no sense, whatever the network. */
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

/** A socket whose attempt to connect has failed can only be closed. */
async function onlyCloses(t: TestContext, handle: number): Promise<void> {
  for (const [name, call] of Object.entries(callsOn(t, handle))) {
    if (name !== "close")
      await t.fails(call(), "invalid-input", `${name} after a failed connect`);
  }
  await t.ok(t.socket.close(handle));
}

/** `connect` of TCP sockets. */
export function connectTcpTests(suite: Suite): void {
  suite.group("connect", "tcp", (test) => {
    test("reaches the peer, and both sides agree on the addresses", async (t) => {
      const { handle, run } = await t.connected();
      const local = await t.ok(t.socket.getLocalAddress(handle));
      t.equal(await t.ok(t.socket.getPeerAddress(handle)), run.address);
      t.equal((await t.observed(run, "accept"))[0]?.address, local);
      t.equal(local.host, t.loopback);
    });

    test("goes out from the address and port that are bound", async (t) => {
      const run = await t.peer.run([
        { step: "listen", family: t.family },
        { step: "accept" },
      ]);
      const { handle, address } = await t.bound("tcp");
      await t.ok(t.socket.connect(handle, run.address));
      t.equal(await t.ok(t.socket.getLocalAddress(handle)), address);
      t.equal((await t.observed(run, "accept"))[0]?.address, address);
    });

    test("from the wildcard tells the address that is really used", async (t) => {
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

    test("to where nobody listens is connection-refused, and the socket can only be closed", async (t) => {
      const vacant = await t.vacant("tcp");
      const handle = await t.create("tcp");
      await t.fails(t.socket.connect(handle, vacant), "connection-refused");
      await onlyCloses(t, handle);
    });

    test("refused from a bound port leaves the port to others once it is closed", async (t) => {
      const vacant = await t.vacant("tcp");
      const { handle, address } = await t.bound("tcp");
      await t.fails(t.socket.connect(handle, vacant), "connection-refused");
      await t.ok(t.socket.close(handle));
      const next = await t.create("tcp");
      await t.ok(t.socket.bind(next, address));
    });

    test("to what is no destination is invalid-input and changes nothing", async (t) => {
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

    test("a second time is invalid-input, and the connection goes on", async (t) => {
      const { handle, run } = await t.connected({ step: "receive", length: 2 });
      await t.fails(t.socket.connect(handle, run.address), "invalid-input");
      await t.ok(t.socket.send(handle, bytes("ok")));
      t.equal(text((await t.observed(run, "receive"))[0]?.data), "ok");
    });

    test("to the port it is bound to itself is refused", async (t) => {
      const { handle, address } = await t.bound("tcp");
      await t.fails(t.socket.connect(handle, address), "connection-refused");
    });

    test(
      "looks names up and tells numbers",
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
      "from a bound port tries every address of a name too",
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
      "to a name whose addresses all refuse gives the error of the last",
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
      "to an unknown name is address-not-available",
      { needs: ["names"] },
      async (t) => {
        const other = t.family === "ipv4" ? "six.test" : "four.test";
        // `127.1` is an address to some systems and a name to others: it must not reach anything here.
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
      "that nobody answers ends with the write timeout",
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
      "with a timeout of zero does not wait",
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
      "is aborted by close, and while it waits nothing else is allowed",
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
          // A call that may have to take its turn behind the waiting one is not awaited before that has ended.
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
      "asks the policy about the address that is really used, with the name",
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
