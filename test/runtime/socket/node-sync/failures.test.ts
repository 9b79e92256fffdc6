/** A worker that fails never leaves its caller asleep: within two seconds the caller gets an error. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import {
  NodeSyncDriver,
  type NodeSyncDriverOptions,
} from "../../../../runtime/socket/dist/node-sync/driver.js";
import { workerProgram } from "../../../../runtime/socket/dist/node-sync/program.js";
import {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "../../../../runtime/socket/dist/host/blocking.js";
import { resolveLimits } from "../../../../runtime/socket/dist/host/limits.js";
import { causeOf, type Result } from "@wit2ts/runtime";

function value<T>(result: Result<T, string>): T {
  if (result.tag === "err") throw new Error(result.val);
  return result.val;
}

/** Users are promised two seconds, but a loaded machine may notice late. */
const SLOW_MACHINE = 60_000;

let backend: BlockingSocketBackend | undefined;

afterEach(() => {
  backend?.dispose();
  backend = undefined;
});

function start(options: Partial<NodeSyncDriverOptions>): BlockingSocketBackend {
  backend = createBlockingSocket(
    new NodeSyncDriver({ limits: resolveLimits(undefined), ...options }),
    {},
  );
  return backend;
}

/** Both ends of a connection within one backend. */
function pair(socket: BlockingSocketBackend): { client: number; peer: number } {
  const listener = value(socket.createSocket("ipv4", "tcp"));
  value(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
  value(socket.listen(listener, 4));
  const client = value(socket.createSocket("ipv4", "tcp"));
  value(socket.connect(client, value(socket.getLocalAddress(listener))));
  return { client, peer: value(socket.accept(listener)) };
}

function expectEnd(result: Result<unknown, string>): void {
  expect(result).toMatchObject({ tag: "err", val: "other" });
  expect(causeOf(result)).toMatchObject({ code: "ERR_WORKER_ENDED" });
}

describe("a worker that", () => {
  test.each([
    ["throw", `throw new Error("thrown on purpose");`],
    ["reject", `void Promise.reject(new Error("rejected on purpose"));`],
    ["exit", `process.exit(3);`],
    ["hang", `for (;;);`],
    [
      "heap",
      `const kept = []; for (;;) kept.push(new Array(10_000).fill(Math.random()));`,
    ],
  ])(
    "ends by %s wakes the waiting caller, and fails all later calls",
    (_, end) => {
      const socket = start({
        // Shortly after the worker has started.
        workerProgram: `${workerProgram} setTimeout(() => { ${end} }, 300);`,
        resourceLimits: { maxOldGenerationSizeMb: 32 },
      });
      const { client } = pair(socket);
      // Far longer than the worker lives. Without a timeout, a defect would make this test hang.
      value(socket.setReadTimeout(client, 20_000n));
      expectEnd(socket.receive(client, 1n));
      expectEnd(socket.receive(client, 1n));
      expectEnd(socket.send(client, new Uint8Array(1)));
      expect(socket.createSocket("ipv4", "tcp")).toMatchObject({
        tag: "err",
        val: "other",
      });
      expect(socket.close(client)).toMatchObject({ tag: "ok" });
    },
    SLOW_MACHINE,
  );

  test("is slow to start does not use up a call's timeout", () => {
    const other = start({});
    const listener = value(other.createSocket("ipv4", "tcp"));
    try {
      value(other.bind(listener, { host: "127.0.0.1", port: 0 }));
      value(other.listen(listener, 4));
      const socket = start({
        workerProgram: `const start = Date.now(); while (Date.now() - start < 700); ${workerProgram}`,
      });
      const client = value(socket.createSocket("ipv4", "tcp"));
      value(socket.setWriteTimeout(client, 500n));
      value(socket.connect(client, value(other.getLocalAddress(listener))));
    } finally {
      other.dispose();
    }
  });

  test.each([
    ["throws", "throw new Error('on purpose')", "on purpose"],
    ["wants what is not there", "require('absent')", "absent"],
  ])(
    "%s while it starts is reported immediately, with the reason",
    (_, program, reason) => {
      const socket = start({ workerProgram: program });
      const created = socket.createSocket("ipv4", "tcp");
      expectEnd(created);
      expect(String(causeOf(created))).toContain(reason);
    },
    // Less than the time after which a worker that does not start is given up.
    5_000,
  );

  test("receives memory and commands in any order handles both", () => {
    // In a new backend, control blocks and rings are posted while the worker already reads commands that need them.
    for (let round = 0; round < 20; round += 1) {
      const socket = start({});
      const listener = value(socket.createSocket("ipv4", "tcp"));
      value(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
      value(socket.listen(listener, 16));
      for (let index = 0; index < 4; index += 1) {
        const client = value(socket.createSocket("ipv4", "tcp"));
        value(socket.connect(client, value(socket.getLocalAddress(listener))));
        const peer = value(socket.accept(listener));
        value(socket.send(client, Uint8Array.from([index])));
        expect(value(socket.receive(peer, 9n))).toEqual(
          Uint8Array.from([index]),
        );
      }
      socket.dispose();
    }
  }, 30_000);

  test(
    "is terminated wakes the waiting caller",
    async () => {
      // Let the "worker" events of earlier tests pass; the event of the new worker follows its creation asynchronously.
      await new Promise((resolve) => setImmediate(resolve));
      let worker: Worker | undefined;
      const onWorker = (created: Worker): void => {
        worker = created;
      };
      process.once("worker", onWorker);
      const socket = start({});
      await new Promise((resolve) => setImmediate(resolve));
      const { client } = pair(socket);
      value(socket.setReadTimeout(client, 5_000n));
      expect(worker).toBeDefined();
      void worker?.terminate();
      expectEnd(socket.receive(client, 1n));
    },
    SLOW_MACHINE,
  );
});

describe("the end of the process", () => {
  test("waits until accepted bytes are delivered", async () => {
    const connections = 32;
    const bytes = 256 * 1024;
    let received = 0;
    let ended = 0;
    const server = createServer((socket) => {
      // Start reading late, so that bytes are still queued when the process exits.
      setTimeout(() => {
        socket.on("data", (data) => {
          received += data.length;
        });
      }, 300);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        ended += 1;
        if (ended === connections) server.close();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const program = spawn(
      process.execPath,
      [
        new URL("programs/exit-with-bytes.mjs", import.meta.url).pathname,
        `${port}`,
        `${connections}`,
        `${bytes}`,
      ],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    const [code] = (await once(program, "exit")) as [number | null];
    expect(code).toBe(0);
    if (server.listening) await once(server, "close");
    expect(received).toBe(connections * bytes);
  }, 20_000);

  test("does not wait for an idle worker, even with open sockets", async () => {
    const program = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
         const socket = createNodeSyncSocket();
         const listener = socket.createSocket("ipv4", "tcp").val;
         socket.bind(listener, { host: "127.0.0.1", port: 0 });
         socket.listen(listener, 1);
         console.log("listening");`,
      ],
      {
        stdio: ["ignore", "pipe", "inherit"],
        cwd: new URL(".", import.meta.url),
      },
    );
    const [[code]] = (await Promise.all([
      once(program, "exit"),
      once(program.stdout, "data"),
    ])) as [[number], unknown];
    expect(code).toBe(0);
  }, 20_000);
});
