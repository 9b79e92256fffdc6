/**
 * Users often fake the clock and timers in their tests. Sockets and bridges that are called then must not wait for
 * them.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { unwrap } from "@wit2ts/runtime";
import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { createNodeSocket } from "@wit2ts/socket/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/**
 * Runs a program in which the clock stops once all modules are loaded. The program is killed after 20 seconds, in case a
 * thread sleeps for ever.
 */
async function runStopped(program: string): Promise<string> {
  const text = `
    import { unwrap } from "@wit2ts/runtime";
    import { createSyncBridge } from "@wit2ts/runtime/sync";
    import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
    performance.now = () => 1_000;
    ${program}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", text],
    { cwd: import.meta.dirname, timeout: 20_000 },
  );
  return stdout;
}

test("a blocking socket times out while the clock is stopped", async () => {
  const output = await runStopped(`
    const socket = createNodeSyncSocket();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.bind(handle, { host: "127.0.0.1", port: 0 }));
    unwrap(socket.setReadTimeout(handle, 20n));
    console.log(socket.receiveFrom(handle, 1n).val);`);
  expect(output).toBe("timeout\n");
});

test("dispose of a bridge gives up on an implementation that never returns while the clock is stopped", async () => {
  const output = await runStopped(`
    const descriptor = { kind: "interface", name: "a:b/c", types: {}, functions: {} };
    const module = "data:text/javascript," + encodeURIComponent(
      "export default { [Symbol.dispose]() { for (;;); } }",
    );
    const bridge = createSyncBridge(descriptor, { module, disposeTimeout: 20 });
    bridge.dispose();
    console.log("ended");`);
  expect(output).toBe("ended\n");
});

describe("while timers are faked", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("calls on a memory network time out", async () => {
    const machine = createMemoryNetwork().machine("10.0.0.1");
    await using socket = machine.createAsyncSocket();
    const handle = unwrap(await socket.createSocket("ipv4", "udp"));
    unwrap(await socket.bind(handle, { host: "10.0.0.1", port: 1 }));
    unwrap(await socket.setReadTimeout(handle, 60_000n));
    expect(await socket.receiveFrom(handle, 1n)).toMatchObject({
      val: "timeout",
    });
  });

  test("calls on a Node socket time out when the test advances the timers, and immediately with a timeout of zero", async () => {
    await using socket = createNodeSocket();
    const handle = unwrap(await socket.createSocket("ipv4", "udp"));
    unwrap(await socket.bind(handle, { host: "127.0.0.1", port: 0 }));
    unwrap(await socket.setReadTimeout(handle, 60_000n));
    const received = socket.receiveFrom(handle, 1n);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await received).toMatchObject({ val: "timeout" });
    unwrap(await socket.setReadTimeout(handle, 0n));
    expect(await socket.receiveFrom(handle, 1n)).toMatchObject({
      val: "would-block",
    });
  });
});

test("a pending call keeps the process alive even if timers were faked before", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { unwrap } from "@wit2ts/runtime";
       import { createNodeSocket } from "@wit2ts/socket/node";
       const socket = createNodeSocket();
       const handle = unwrap(await socket.createSocket("ipv4", "udp"));
       unwrap(await socket.bind(handle, { host: "127.0.0.1", port: 0 }));
       const address = unwrap(await socket.getLocalAddress(handle));
       // Timers that keep nothing alive, and never come.
       const real = globalThis.setInterval;
       globalThis.setInterval = () => ({ ref() {}, unref() {} });
       const first = socket.receiveFrom(handle, 1n);
       unwrap(await socket.sendTo(handle, new Uint8Array(1), address));
       await first;
       globalThis.setInterval = real;
       setTimeout(() => void socket.sendTo(handle, new Uint8Array(1), address), 200).unref();
       console.log((await socket.receiveFrom(handle, 1n)).tag);`,
    ],
    { cwd: import.meta.dirname, timeout: 20_000 },
  );
  expect(stdout).toBe("ok\n");
});
