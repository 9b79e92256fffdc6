/** A program that closes no socket exits once no call is pending and the kernel has taken all data that was sent. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const program = fileURLToPath(new URL("programs/exit.mjs", import.meta.url));

function start(...parameters: string[]): {
  child: ChildProcess;
  line: () => Promise<string>;
  ended: Promise<unknown[]>;
} {
  const child = spawn(process.execPath, [program, ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[
    Symbol.asyncIterator
  ]();
  return {
    child,
    line: async () => String((await lines.next()).value),
    ended: once(child, "exit"),
  };
}

it("a program exits while idle sockets are open", async () => {
  const { line, ended } = start("idle");
  expect(await line()).toBe("5");
  expect(await ended).toEqual([0, null]);
});

it("a program stays alive while a call is pending", async () => {
  const { line, ended } = start("accept");
  const port = Number(await line());
  // Time in which a faulty program would exit too early.
  await sleep(100);
  const client = net.connect({ host: "127.0.0.1", port });
  await once(client, "connect");
  await sleep(100);
  client.end("hello");
  expect(await line()).toBe("hello");
  expect(await ended).toEqual([0, null]);
  client.destroy();
});

it("a program stays alive until all data that was sent is delivered", async () => {
  const server = net.createServer({ pauseOnConnect: true });
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[net.Socket]>;
  const { port } = server.address() as net.AddressInfo;
  const { line, ended } = start("deliver", String(port));
  const [peer] = await accepted;
  const sent = Number(await line());
  let received = 0;
  peer.on("data", (data: Buffer) => (received += data.length));
  await once(peer.resume(), "end");
  expect(received).toBe(sent);
  expect(await ended).toEqual([0, null]);
});
