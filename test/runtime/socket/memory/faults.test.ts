import { Digest, pattern, patternDigest } from "@wit2ts/socket/conformance";
import { createMemoryNetwork, type Conditions } from "@wit2ts/socket/memory";
import { describe, expect, it } from "vitest";
import { bindUdp, connect, listen, ok } from "./sockets.js";

/** Two machines, a client on one and a server on the other. */
function twoMachines(seed?: number) {
  const network = createMemoryNetwork(seed === undefined ? {} : { seed });
  const near = network.machine("10.0.0.1");
  const far = network.machine("10.0.0.2");
  const client = near.createAsyncSocket();
  const server = far.createAsyncSocket();
  return { network, near, far, client, server };
}

/** The two handles of a connection between the machines. */
async function connected(machines: ReturnType<typeof twoMachines>) {
  const { client, server } = machines;
  const listener = await listen(server, "10.0.0.2");
  const accepting = server.accept(listener);
  const here = await connect(client, { host: "10.0.0.2", port: 80 });
  return { here, there: await ok(accepting) };
}

/** Sends numbered datagrams, and returns the numbers of those that arrive, in order. */
async function sendDatagrams(
  conditions: Conditions,
  count: number,
  seed = 1,
): Promise<number[]> {
  const { network, client, server } = twoMachines(seed);
  network.impose(conditions);
  const receiver = await bindUdp(server, "10.0.0.2");
  await ok(server.setReadTimeout(receiver, 1000n));
  const sender = await ok(client.createSocket("ipv4", "udp"));
  for (let index = 0; index < count; index++) {
    await ok(
      client.sendTo(sender, Uint8Array.of(index), {
        host: "10.0.0.2",
        port: 53,
      }),
    );
    await network.clock.advance(1);
  }
  const arrived: number[] = [];
  for (;;) {
    const next = await server.receiveFrom(receiver, 10n);
    if (next.tag === "err") return arrived;
    arrived.push(next.val[0][0] ?? -1);
  }
}

describe("datagrams", () => {
  it("all arrive in order without faults", async () => {
    expect(await sendDatagrams({}, 50)).toEqual(
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  it("are lost at random", async () => {
    const arrived = await sendDatagrams({ loss: 0.5 }, 100);
    expect(arrived.length).toBeGreaterThan(20);
    expect(arrived.length).toBeLessThan(80);
    expect(arrived).toEqual(
      [...new Set(arrived)].sort((one, other) => one - other),
    );
  });

  it("are all lost with a loss of 1", async () => {
    expect(await sendDatagrams({ loss: 1 }, 20)).toEqual([]);
  });

  it("arrive twice with a duplication of 1", async () => {
    expect(await sendDatagrams({ duplication: 1 }, 3)).toEqual([
      0, 0, 1, 1, 2, 2,
    ]);
  });

  it("overtake each other", async () => {
    const arrived = await sendDatagrams(
      { reordering: 0.3, reorderingDelay: 5 },
      60,
    );
    expect(arrived).toHaveLength(60);
    expect([...arrived].sort((one, other) => one - other)).not.toEqual(arrived);
  });

  it("are reported as unreachable or refused", async () => {
    const { network, client, server } = twoMachines();
    await bindUdp(server, "10.0.0.2");
    const address = { host: "10.0.0.2", port: 53 };
    const sender = await ok(client.createSocket("ipv4", "udp"));
    await ok(client.connect(sender, address));
    const fault = network.impose({ way: "unreachable" });
    expect(await client.send(sender, new Uint8Array(1))).toEqual({
      tag: "err",
      val: "network-unreachable",
    });
    fault.lift();
    network.impose({ way: "refused", latency: 5 });
    await ok(client.send(sender, new Uint8Array(1)));
    expect(await client.receive(sender, 1n)).toEqual({
      tag: "err",
      val: "connection-refused",
    });
    expect(network.clock.now()).toBe(10);
    expect(
      await client.sendTo(sender, new Uint8Array(1), {
        host: "10.9.9.9",
        port: 53,
      }),
    ).toEqual({
      tag: "err",
      val: "invalid-input",
    });
  });

  it("are refused over the way back, with its latency, or not at all", async () => {
    const { network, near, far, client } = twoMachines();
    const handle = await ok(client.createSocket("ipv4", "udp"));
    await ok(client.connect(handle, { host: "10.0.0.2", port: 9 }));
    await ok(client.setReadTimeout(handle, 1_000n));
    network.impose({ latency: 5 }, { from: near, to: far });
    network.impose({ latency: 75 }, { from: far, to: near });
    await ok(client.send(handle, new Uint8Array(1)));
    expect(await client.receive(handle, 1n)).toEqual({
      tag: "err",
      val: "connection-refused",
    });
    expect(network.clock.now()).toBe(80);
    for (const fault of [
      { way: "silent" },
      { way: "unreachable" },
      { loss: 1 },
    ] as const) {
      using _fault = network.impose(fault, { from: far, to: near });
      await ok(client.send(handle, new Uint8Array(1)));
      expect(await client.receive(handle, 1n)).toEqual({
        tag: "err",
        val: "timeout",
      });
    }
  });
});

describe("connections", () => {
  it("have a latency for each direction", async () => {
    const machines = twoMachines();
    const { network, client, server } = machines;
    network.impose({ latency: 25 }, { from: machines.near, to: machines.far });
    network.impose({ latency: 75 }, { from: machines.far, to: machines.near });
    const { here, there } = await connected(machines);
    expect(network.clock.now()).toBe(100);
    await ok(client.send(here, Uint8Array.of(1)));
    await ok(server.receive(there, 1n));
    expect(network.clock.now()).toBe(125);
    await ok(server.send(there, Uint8Array.of(2)));
    await ok(client.receive(here, 1n));
    expect(network.clock.now()).toBe(200);
  });

  it("deliver every byte in order despite loss, jitter and low bandwidth", async () => {
    const machines = twoMachines(7);
    const { network, client, server } = machines;
    network.impose({ latency: 10, jitter: 30, loss: 0.2, bandwidth: 100_000 });
    const { here, there } = await connected(machines);
    const length = 400_000;
    const sending = ok(client.send(here, pattern(length, 5))).then(() =>
      client.close(here),
    );
    const digest = new Digest();
    for (;;) {
      const part = await ok(server.receive(there, 10_000n));
      if (part.length === 0) break;
      digest.add(part);
    }
    await sending;
    expect(digest.toString()).toBe(patternDigest(length, 5));
    expect(network.clock.now()).toBeGreaterThan(4000);
  });

  it("report a reset by the network, after the data that has arrived", async () => {
    const machines = twoMachines();
    const { network, near, client, server } = machines;
    const { here, there } = await connected(machines);
    await ok(client.send(here, Uint8Array.of(1, 2, 3)));
    expect(network.reset(near)).toBe(1);
    expect(await ok(server.receive(there, 10n))).toEqual(
      Uint8Array.of(1, 2, 3),
    );
    expect(await server.receive(there, 10n)).toEqual({
      tag: "err",
      val: "connection-reset",
    });
    expect(await client.send(here, new Uint8Array(1))).toEqual({
      tag: "err",
      val: "connection-reset",
    });
    expect(await client.receive(here, 1n)).toEqual({
      tag: "err",
      val: "connection-reset",
    });
  });

  it("are reset and finished by their addresses in any spelling", async () => {
    const network = createMemoryNetwork();
    const client = network.machine("fd00::1").createAsyncSocket();
    const server = network.machine("fd00::2").createAsyncSocket();
    await listen(server, "fd00::2");
    const handle = await connect(client, { host: "fd00::2", port: 80 });
    const local = { host: "FD00:0:0::2", port: 80 };
    expect(network.finish(local)).toBe(1);
    expect(await ok(client.receive(handle, 1n))).toHaveLength(0);
    expect(network.reset({ host: "FD00::0:1", port: 80 })).toBe(0);
    expect(network.reset(local)).toBe(1);
    expect(() => network.reset({ host: "db.test", port: 80 })).toThrow(
      '"db.test" is not a numeric address',
    );
  });

  it("are refused, fail as unreachable, or time out", async () => {
    const { network, client, server } = twoMachines();
    await listen(server, "10.0.0.2");
    const outcomes: unknown[] = [];
    for (const way of ["refused", "unreachable", "silent"] as const) {
      using _fault = network.impose({ way });
      const handle = await ok(client.createSocket("ipv4", "tcp"));
      outcomes.push(
        (await client.connect(handle, { host: "10.0.0.2", port: 80 })).val,
      );
    }
    // Without a timeout, TCP itself gives up after about two minutes.
    expect(outcomes).toEqual([
      "connection-refused",
      "network-unreachable",
      "timeout",
    ]);
    expect(network.clock.now()).toBe(127_000);
    const handle = await ok(client.createSocket("ipv4", "tcp"));
    await ok(client.connect(handle, { host: "10.0.0.2", port: 80 }));
    const lost = await ok(client.createSocket("ipv4", "tcp"));
    expect(await client.connect(lost, { host: "10.0.0.3", port: 80 })).toEqual({
      tag: "err",
      val: "network-unreachable",
    });
  });

  it.each(["accepted", "refused"])(
    "time out while they are made if no answer arrives: %s",
    async (answer) => {
      const { network, near, far, client, server } = twoMachines();
      if (answer === "accepted") await listen(server, "10.0.0.2");
      using _fault = network.impose({ way: "silent" }, { from: far, to: near });
      const handle = await ok(client.createSocket("ipv4", "tcp"));
      expect(
        await client.connect(handle, { host: "10.0.0.2", port: 80 }),
      ).toEqual({ tag: "err", val: "timeout" });
      expect(network.clock.now()).toBe(127_000);
    },
  );

  it("that are half open end only by timeouts", async () => {
    const machines = twoMachines();
    const { network, client, server } = machines;
    const { here, there } = await connected(machines);
    const cut = network.impose({ way: "silent" });
    await ok(client.send(here, Uint8Array.of(1)));
    await ok(server.setReadTimeout(there, 60_000n));
    expect(await server.receive(there, 1n)).toEqual({
      tag: "err",
      val: "timeout",
    });
    cut.lift();
    expect(await ok(server.receive(there, 1n))).toEqual(Uint8Array.of(1));

    network.impose({ way: "silent" });
    await ok(client.send(here, Uint8Array.of(2)));
    expect(await client.receive(here, 1n)).toEqual({
      tag: "err",
      val: "timeout",
    });
    expect(network.clock.now()).toBe(60_000 + 924_600);
  });

  it("deliver the data in flight after an interruption", async () => {
    const machines = twoMachines();
    const { network, client, server } = machines;
    network.impose({ latency: 50 });
    const { here, there } = await connected(machines);
    await ok(client.send(here, Uint8Array.of(1, 2)));
    const cut = network.impose({ way: "silent" });
    await ok(client.send(here, Uint8Array.of(3)));
    await ok(client.close(here));
    await network.clock.advance(1000);
    cut.lift();
    const received: number[] = [];
    for (;;) {
      const part = await ok(server.receive(there, 10n));
      if (part.length === 0) break;
      received.push(...part);
    }
    expect(received).toEqual([1, 2, 3]);
  });

  it("apply back-pressure when the receiver does not read", async () => {
    const { network, near, far } = twoMachines();
    const client = near.createAsyncSocket();
    const server = far.createAsyncSocket({ limits: { bufferedBytes: 10_000 } });
    const listener = await listen(server, "10.0.0.2");
    const here = await connect(client, { host: "10.0.0.2", port: 80 });
    const there = await ok(server.accept(listener));
    await ok(client.setWriteTimeout(here, 100n));
    expect(await ok(client.send(here, new Uint8Array(1_000_000)))).toBe(
      10_000n,
    );
    expect(await client.send(here, new Uint8Array(1))).toEqual({
      tag: "err",
      val: "timeout",
    });
    expect(await ok(server.receive(there, 100_000n))).toHaveLength(10_000);
    expect(await ok(client.send(here, new Uint8Array(1)))).toBe(1n);
    expect(network.clock.now()).toBe(200);
  });

  it("beyond the backlog wait until one is accepted", async () => {
    const { network, client, server } = twoMachines();
    const listener = await listen(server, "10.0.0.2", 80, 2);
    const address = { host: "10.0.0.2", port: 80 };
    await connect(client, address);
    await connect(client, address);
    const third = await ok(client.createSocket("ipv4", "tcp"));
    await ok(client.setWriteTimeout(third, 500n));
    expect(await client.connect(third, address)).toEqual({
      tag: "err",
      val: "timeout",
    });
    const fourth = connect(client, address);
    network.clock.schedule(100, () => void server.accept(listener));
    await fourth;
    expect(network.clock.now()).toBe(600);
  });

  it("release their ports when they are closed", async () => {
    const machines = twoMachines();
    const { client, server } = machines;
    for (let round = 0; round < 3; round++) {
      const listener = await listen(server, "10.0.0.2");
      const here = await connect(client, { host: "10.0.0.2", port: 80 });
      await ok(client.close(here));
      await ok(server.close(listener));
    }
    expect(client.openHandles()).toEqual([]);
    expect(server.openHandles()).toEqual([]);
  });
});

describe("names", () => {
  it("are resolved after a delay, or fail as configured", async () => {
    const { network, client, server } = twoMachines();
    await listen(server, "10.0.0.2");
    network.name("db.internal", ["10.0.0.9", "10.0.0.2"], 40);
    network.name("broken.internal", { error: "EAI_AGAIN" });
    const handle = await ok(client.createSocket("ipv4", "tcp"));
    await ok(client.connect(handle, { host: "DB.internal", port: 80 }));
    expect(network.clock.now()).toBe(40);
    expect(await ok(client.getPeerAddress(handle))).toEqual({
      host: "10.0.0.2",
      port: 80,
    });
    for (const host of ["broken.internal", "unknown.internal"]) {
      const other = await ok(client.createSocket("ipv4", "tcp"));
      expect(await client.connect(other, { host, port: 80 })).toEqual({
        tag: "err",
        val: "address-not-available",
      });
    }
  });
});

describe("a run", () => {
  /** Records the events of a run with every kind of random fault. */
  async function record(seed: number): Promise<string[]> {
    const machines = twoMachines(seed);
    const { network, client, server } = machines;
    network.impose({
      latency: 5,
      jitter: 20,
      loss: 0.2,
      duplication: 0.2,
      reordering: 0.2,
    });
    const events: string[] = [];
    const note = (what: string): void =>
      void events.push(`${network.clock.now().toFixed(6)} ${what}`);
    const { here, there } = await connected(machines);
    const receiver = await bindUdp(server, "10.0.0.2");
    await ok(server.setReadTimeout(receiver, 5000n));
    const sender = await ok(client.createSocket("ipv4", "udp"));
    const talk = async (): Promise<void> => {
      for (let round = 0; round < 20; round++) {
        await ok(client.send(here, new Uint8Array(round + 1)));
        note(
          `stream ${String((await ok(server.receive(there, 100n))).length)}`,
        );
        await ok(
          client.sendTo(sender, Uint8Array.of(round), {
            host: "10.0.0.2",
            port: 53,
          }),
        );
      }
    };
    const hear = async (): Promise<void> => {
      for (;;) {
        const next = await server.receiveFrom(receiver, 10n);
        if (next.tag === "err") return;
        note(`datagram ${String(next.val[0][0])}`);
      }
    };
    await Promise.all([talk(), hear()]);
    return events;
  }

  it("is the same with the same seed", async () => {
    const first = await record(42);
    expect(first.length).toBeGreaterThan(25);
    expect(await record(42)).toEqual(first);
  });

  it("differs with another seed", async () => {
    expect(await record(43)).not.toEqual(await record(42));
  });
});
