/**
 * Connections whose calls wait in the kernel, on a file descriptor in blocking mode. A call must not wait longer than
 * its timeout, and the worker must never block, since all other sockets depend on it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "../../../../runtime/socket/dist/host/blocking.js";
import { resolveLimits } from "../../../../runtime/socket/dist/host/limits.js";
import {
  NodeSyncDriver,
  type NodeSyncDriverOptions,
} from "../../../../runtime/socket/dist/node-sync/driver.js";
import { workerProgram } from "../../../../runtime/socket/dist/node-sync/program.js";
import { causeOf, unwrap } from "@wit2ts/runtime";

const text = (data: Uint8Array): string => Buffer.from(data).toString();

let socket: BlockingSocketBackend;
let peer: ChildProcess;
let port: number;

/** Creates a backend whose connections switch to blocking mode the first time that they have to wait. */
function start(options: Partial<NodeSyncDriverOptions> = {}): void {
  socket = createBlockingSocket(
    new NodeSyncDriver({
      limits: resolveLimits(undefined),
      sleepsBeforeBlocking: 0,
      ...options,
    }),
    {},
  );
}

function connect(): number {
  const handle = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.connect(handle, { host: "127.0.0.1", port }));
  return handle;
}

/**
 * Sends the peer a request, and returns the first bytes of its response. A connection certainly has to wait for the
 * response to a `later` request, and is in blocking mode from then on.
 */
function ask(handle: number, request: string, most = 65_536n): string {
  unwrap(socket.send(handle, Buffer.from(`${request}\n`)));
  return text(unwrap(socket.receive(handle, most)));
}

beforeEach(async () => {
  peer = spawn(
    process.execPath,
    [new URL("programs/obedient-peer.mjs", import.meta.url).pathname],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const [line] = (await once(peer.stdout as NodeJS.ReadableStream, "data")) as [
    Buffer,
  ];
  port = Number(line.toString());
});

afterEach(async () => {
  socket.dispose();
  peer.stdin?.end();
  if (peer.exitCode === null) await once(peer, "exit");
});

describe("a connection whose calls wait in the kernel", () => {
  test("needs no worker to send and to receive", () => {
    // The worker hangs one second after it has started; a call that waited for it would fail.
    start({
      workerProgram: `${workerProgram} setTimeout(() => { for (;;); }, 1_000);`,
    });
    const handle = connect();
    const until = performance.now() + 4_000;
    let exchanges = 0;
    while (performance.now() < until) {
      expect(ask(handle, `say ${exchanges}`)).toBe(`${exchanges}`);
      exchanges++;
    }
    expect(exchanges).toBeGreaterThan(1);
  });

  test("obeys timeouts that are set later", () => {
    start();
    const handle = connect();
    expect(ask(handle, "later 50 before")).toBe("before");
    unwrap(socket.setReadTimeout(handle, 50n));
    expect(socket.receive(handle, 9n)).toMatchObject({ val: "timeout" });
    unwrap(socket.setReadTimeout(handle, 20_000n));
    expect(ask(handle, "later 50 in-time")).toBe("in-time");
    unwrap(socket.setReadTimeout(handle, 0n));
    expect(socket.receive(handle, 9n)).toMatchObject({ val: "would-block" });
    unwrap(socket.setReadTimeout(handle, undefined));
    expect(ask(handle, "say after")).toBe("after");
    expect(ask(handle, "say again")).toBe("again");
    unwrap(socket.setWriteTimeout(handle, 100n));
    unwrap(socket.send(handle, Buffer.from("stall 400\n")));
    const large = new Uint8Array(32 << 20).fill(0x20);
    const taken = Number(unwrap(socket.send(handle, large)));
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(large.length);
    unwrap(socket.setWriteTimeout(handle, undefined));
    unwrap(socket.send(handle, large.subarray(taken)));
    expect(ask(handle, "\nsay finally")).toBe("finally");
  });

  test("sends everything to a peer that does not read for a while", () => {
    start();
    const handle = connect();
    expect(ask(handle, "later 50 ready")).toBe("ready");
    unwrap(socket.send(handle, Buffer.from("stall 300\n")));
    const large = new Uint8Array(32 << 20).fill(0x20);
    for (let at = 0; at < large.length; at += 1 << 20)
      expect(
        unwrap(socket.send(handle, large.subarray(at, at + (1 << 20)))),
      ).toBe(1n << 20n);
    expect(ask(handle, "\ncount")).toBe(String(large.length));
  });

  test("reports the end of the stream, or a reset, on repeated calls", () => {
    start();
    const handle = connect();
    expect(ask(handle, "later 50 ready")).toBe("ready");
    expect(ask(handle, "end")).toBe("");
    expect(unwrap(socket.receive(handle, 9n))).toHaveLength(0);
    const other = connect();
    expect(ask(other, "later 50 ready")).toBe("ready");
    unwrap(socket.send(other, Buffer.from("reset\n")));
    expect(socket.receive(other, 9n)).toMatchObject({
      val: "connection-reset",
    });
    expect(socket.receive(other, 9n)).toMatchObject({
      val: "connection-reset",
    });
    expect(socket.send(other, new Uint8Array(1)).tag).toBe("err");
  });

  test("leaves the worker free to serve other sockets", () => {
    start();
    const handle = connect();
    expect(ask(handle, "later 50 ready")).toBe("ready");
    const listener = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
    unwrap(socket.listen(listener, 8));
    const { port: own } = unwrap(socket.getLocalAddress(listener));
    unwrap(socket.send(handle, Buffer.from(`visit ${own}\n`)));
    const visitor = unwrap(socket.accept(listener));
    expect(ask(handle, "say accepted")).toBe("accepted");
    // When this send times out, its last bytes are queued in the worker, which sends them while this thread waits for
    // the first connection.
    const busy = connect();
    unwrap(socket.setWriteTimeout(busy, 100n));
    unwrap(socket.send(busy, Buffer.from("stall 600\n")));
    const large = new Uint8Array(32 << 20).fill(0x20);
    const taken = Number(unwrap(socket.send(busy, large)));
    expect(taken).toBeLessThan(large.length);
    // Meanwhile, a connection that the worker reads is reset, and its descriptor is closed.
    unwrap(socket.send(handle, Buffer.from("reset visit\n")));
    expect(ask(handle, `spaces ${taken}`)).toBe(String(taken));
    expect(socket.receive(visitor, 9n)).toMatchObject({
      val: "connection-reset",
    });
  });

  test("delivers everything that was sent before it is closed, even with unread input", () => {
    start();
    const handle = connect();
    expect(ask(handle, "later 50 ready")).toBe("ready");
    unwrap(socket.send(handle, Buffer.from("stay\n")));
    // One byte more than a few of the worker's reads, and nothing after them.
    expect(ask(handle, `flood ${4 * 16_384 + 1}`, 1n)).not.toBe("");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    unwrap(socket.send(handle, new Uint8Array(1 << 20).fill(0x20)));
    unwrap(socket.send(handle, Buffer.from("\nremember me\n")));
    unwrap(socket.close(handle));
    const other = connect();
    expect(ask(other, "recall")).toBe(`me ${1 << 20}`);
  });

  test("receives data even if the worker ends meanwhile; later calls fail", () => {
    start({
      workerProgram: `${workerProgram} setTimeout(() => { throw new Error("thrown on purpose"); }, 1_000);`,
    });
    const handle = connect();
    expect(ask(handle, "later 50 ready")).toBe("ready");
    expect(ask(handle, "later 2000 done")).toBe("done");
    const failed = socket.receive(handle, 9n);
    expect(failed).toMatchObject({ tag: "err", val: "other" });
    expect(causeOf(failed)).toMatchObject({ code: "ERR_WORKER_ENDED" });
  });
});

test.each([
  { sleepsBeforeBlocking: 0, rounds: 10 },
  // Here the worker reads the bytes. Whether that is late depends on how fast it is, so try often.
  { sleepsBeforeBlocking: Infinity, rounds: 200 },
])(
  "bytes that arrived before a reset are received although a send has reported the reset, $sleepsBeforeBlocking sleeps",
  ({ sleepsBeforeBlocking, rounds }) => {
    start({ sleepsBeforeBlocking });
    for (let round = 0; round < rounds; round++) {
      const handle = connect();
      expect(ask(handle, "later 1 ready")).toBe("ready");
      unwrap(socket.send(handle, Buffer.from("say early\nreset\n")));
      let sent = socket.send(handle, Buffer.from(" "));
      while (sent.tag === "ok") sent = socket.send(handle, Buffer.from(" "));
      expect(sent.val).toBe("connection-reset");
      expect(text(unwrap(socket.receive(handle, 9n)))).toBe("early");
      for (let count = 0; count < 2; count++)
        expect(socket.receive(handle, 9n)).toMatchObject({
          val: "connection-reset",
        });
      unwrap(socket.close(handle));
    }
  },
);

/** Runs a program, waits for its first output, and returns it with functions for its exit and its standard output. */
async function run(name: string, ...args: string[]) {
  start();
  const child = spawn(
    process.execPath,
    [
      new URL(`programs/${name}.mjs`, import.meta.url).pathname,
      String(port),
      ...args,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    printed += data;
  });
  const exit = once(child, "exit");
  await once(child.stdout, "data");
  return { child, exit, printed: () => printed };
}

describe("a process whose main thread waits in the kernel", () => {
  test("is terminated by a signal", async () => {
    const { child, exit } = await run("waiting-in-system", "600000");
    child.kill("SIGTERM");
    expect(await exit).toEqual([null, "SIGTERM"]);
  });

  test("continues to wait if it handles the signal", async () => {
    const { child, exit, printed } = await run("waiting-in-system", "1000");
    for (let count = 0; count < 20; count++) child.kill("SIGUSR2");
    expect(await exit).toEqual([0, null]);
    expect(printed()).toBe("waiting\ngot: done\nsignals handled\n");
  });
});

test("a worker thread can be terminated while it waits", async () => {
  const { exit, printed } = await run("waiting-in-thread");
  expect(await exit).toEqual([0, null]);
  expect(printed()).toBe("waiting\nterminated\n");
});
