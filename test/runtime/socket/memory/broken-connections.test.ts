/** Connections of a memory network that are interrupted or broken while data is in flight. */
import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { describe, expect, it } from "vitest";
import { connect, listen, ok } from "./sockets.js";

/** Two machines whose clock is advanced by the test. */
function twoMachines() {
  const network = createMemoryNetwork({ time: "manual" });
  const near = network.machine("10.0.0.1");
  const far = network.machine("10.0.0.2");
  const { clock } = network;
  /** Waits for a promise while advancing the clock. */
  async function passing<T>(promise: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const done = promise.finally(() => {
      state.isDone = true;
    });
    for (let rounds = 0; !state.isDone && rounds < 2_000; rounds++)
      await clock.advance(rounds < 1_000 ? 1 : 1_000);
    return done;
  }
  return {
    network,
    near,
    far,
    client: near.createAsyncSocket(),
    server: far.createAsyncSocket(),
    passing,
    clock,
  };
}

async function connected(machines: ReturnType<typeof twoMachines>) {
  const { client, server, passing } = machines;
  const listener = await passing(listen(server, "10.0.0.2"));
  const accepting = server.accept(listener);
  const here = await passing(connect(client, { host: "10.0.0.2", port: 80 }));
  return { here, there: await ok(passing(accepting)) };
}

describe("a socket that is bound to a loopback address", () => {
  it("cannot reach other machines, as on Linux", async () => {
    const { client, server, passing } = twoMachines();
    await passing(listen(server, "10.0.0.2"));
    const stream = await ok(client.createSocket("ipv4", "tcp"));
    await ok(client.bind(stream, { host: "127.0.0.1", port: 0 }));
    const refused = { tag: "err", val: "invalid-input" };
    expect(
      await client.connect(stream, { host: "10.0.0.2", port: 80 }),
    ).toEqual(refused);
    const sender = await ok(client.createSocket("ipv4", "udp"));
    await ok(client.bind(sender, { host: "127.0.0.1", port: 0 }));
    const remote = { host: "10.0.0.2", port: 53 };
    expect(await client.sendTo(sender, new Uint8Array(1), remote)).toEqual(
      refused,
    );
    expect(await client.connect(sender, remote)).toEqual(refused);
    // It may reach its own machine.
    await ok(client.connect(sender, { host: "10.0.0.1", port: 53 }));
  });
});

describe("a connection", () => {
  it("keeps its bytes in order across a short interruption", async () => {
    const machines = twoMachines();
    const { network, client, server, passing } = machines;
    const { clock } = network;
    network.impose({ latency: 10 });
    const { here, there } = await connected(machines);
    await ok(client.send(here, Uint8Array.of(1)));
    await clock.advance(5);
    await ok(client.send(here, Uint8Array.of(2)));
    await clock.advance(4);
    // The first byte is due during the interruption and is retransmitted; the second is due after it.
    const cut = network.impose({ way: "silent" });
    await clock.advance(2);
    cut.lift();
    await ok(client.send(here, Uint8Array.of(3)));
    await clock.advance(100);
    const received: number[] = [];
    while (received.length < 3)
      received.push(...(await ok(passing(server.receive(there, 10n)))));
    expect(received).toEqual([1, 2, 3]);
  });

  it("that TCP has given up delivers no more bytes, and resets the end that sends them", async () => {
    const machines = twoMachines();
    const { network, client, server, near, far, passing } = machines;
    const { here, there } = await connected(machines);
    const cut = network.impose({ way: "silent" }, { from: near, to: far });
    await ok(client.send(here, Uint8Array.of(1)));
    const waiting = client.receive(here, 1n);
    await network.clock.advance(1_000_000);
    expect(await waiting).toEqual({ tag: "err", val: "timeout" });
    cut.lift();
    // The other end does not know that the connection was given up.
    await ok(server.send(there, Uint8Array.of(2)));
    await network.clock.advance(1_000);
    expect(await client.receive(here, 1n)).toEqual({
      tag: "err",
      val: "timeout",
    });
    expect(await passing(server.receive(there, 1n))).toEqual({
      tag: "err",
      val: "connection-reset",
    });
  });

  it("is unaffected if an attempt at another address of the name was reset", async () => {
    const { network, client, server, passing } = twoMachines();
    const other = network.machine("10.0.0.3");
    const broken = other.createAsyncSocket();
    network.impose({ latency: 10 });
    network.name("both.test", ["10.0.0.3", "10.0.0.2"]);
    const first = await passing(listen(broken, "10.0.0.3"));
    const second = await passing(listen(server, "10.0.0.2"));
    const handle = await ok(client.createSocket("ipv4", "tcp"));
    const connecting = client.connect(handle, { host: "both.test", port: 80 });
    await network.clock.advance(15);
    expect(network.reset(other)).toBe(1);
    await ok(passing(connecting));
    expect(await ok(client.getPeerAddress(handle))).toEqual({
      host: "10.0.0.2",
      port: 80,
    });
    const there = await ok(passing(server.accept(second)));
    // Closing the remains of the first attempt does not affect the second.
    await ok(broken.close(await ok(passing(broken.accept(first)))));
    await network.clock.advance(100);
    expect(network.reset(other)).toBe(0);
    expect(await ok(client.send(handle, Uint8Array.of(7)))).toBe(1n);
    expect(await ok(passing(server.receive(there, 1n)))).toEqual(
      Uint8Array.of(7),
    );
  });

  it("is made at the next address of the name only when that one answers", async () => {
    const { network, near, client, server, passing, clock } = twoMachines();
    const other = network.machine("10.0.0.3");
    const late = other.createAsyncSocket();
    network.name("both.test", ["10.0.0.3", "10.0.0.2"]);
    const first = await passing(listen(late, "10.0.0.3"));
    const second = await passing(listen(server, "10.0.0.2"));
    const cut = network.impose({ way: "silent" }, { from: other, to: near });
    const handle = await ok(client.createSocket("ipv4", "tcp"));
    const connecting = client.connect(handle, { host: "both.test", port: 80 });
    // The first attempt times out after 127 seconds. Its answer arrives during the second one.
    await clock.advance(120_000);
    network.impose({ latency: 10_000 });
    await clock.advance(8_000);
    cut.lift();
    await ok(passing(connecting));
    expect(clock.now()).toBeGreaterThanOrEqual(147_000);
    const there = await ok(passing(server.accept(second)));
    await ok(client.send(handle, Uint8Array.of(7)));
    expect(await ok(passing(server.receive(there, 1n)))).toEqual(
      Uint8Array.of(7),
    );
    // The other end of the first attempt learns that it was given up.
    const abandoned = await ok(passing(late.accept(first)));
    expect(await passing(late.receive(abandoned, 1n))).toEqual({
      tag: "err",
      val: "connection-reset",
    });
  });

  it("whose attempt was given up is reset when the other end sends", async () => {
    const { network, near, far, client, server, passing } = twoMachines();
    const listener = await passing(listen(server, "10.0.0.2"));
    network.impose({ latency: 10 });
    const handle = await ok(client.createSocket("ipv4", "tcp"));
    await ok(client.setWriteTimeout(handle, 15n));
    const connecting = client.connect(handle, { host: "10.0.0.2", port: 80 });
    await network.clock.advance(12);
    // The reset that the client sends when it gives up does not arrive.
    const cut = network.impose({ way: "silent" }, { from: near, to: far });
    expect(await passing(connecting)).toEqual({ tag: "err", val: "timeout" });
    const there = await ok(passing(server.accept(listener)));
    await network.clock.advance(1_000_000);
    cut.lift();
    await ok(server.send(there, Uint8Array.of(1)));
    expect(await passing(server.receive(there, 1n))).toEqual({
      tag: "err",
      val: "connection-reset",
    });
  });

  it.each([
    ["with something unread is reset", "unread", "connection-reset"],
    ["with everything read ends", "", "ended"],
  ])("that is closed %s", async (_, text, expected) => {
    const machines = twoMachines();
    const { client, server, clock } = machines;
    const { here, there } = await connected(machines);
    await ok(client.send(here, new TextEncoder().encode("read, ")));
    await clock.advance(1);
    await ok(server.receive(there, 100n));
    if (text !== "")
      await ok(client.send(here, new TextEncoder().encode(text)));
    await clock.advance(1);
    await ok(server.close(there));
    await clock.advance(1);
    const received = await client.receive(here, 100n);
    expect(received.tag === "err" ? received.val : "ended").toBe(expected);
    if (received.tag === "ok") expect(received.val).toHaveLength(0);
  });
});
