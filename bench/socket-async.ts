/**
 * The Node backend against `node:net` and `node:dgram`, doing the same work with the same peer. Each run is a fresh
 * process, all are pinned to one processor if the operating system supports it, and the order alternates between
 * rounds.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinned, startPeer } from "./peer/start.js";
import type { Work } from "./peer/work.js";
import { compare, type Case, type Sample } from "./support/compare.js";
import { benchOptions, report, showProgress } from "./support/report.js";

const cases: Record<keyof Work, { name: string; unit: string }> = {
  pingPong: { name: "TCP ping-pong", unit: "exchanges/s" },
  send: { name: "TCP send", unit: "MB/s" },
  receive: { name: "TCP receive", unit: "MB/s" },
  connections: { name: "TCP connections", unit: "connections/s" },
  udpPingPong: { name: "UDP ping-pong", unit: "exchanges/s" },
  udpWindow: { name: "UDP window of 32", unit: "exchanges/s" },
  idle: { name: "10,000 idle connections", unit: "bytes each" },
};

const run = promisify(execFile);
const near = fileURLToPath(new URL("./peer/near.ts", import.meta.url));
const options = benchOptions(9);

async function measure(
  contestant: "ours" | "raw",
  work: keyof Work,
): Promise<Sample> {
  // Each run gets its own peer: a peer that keeps accepted connections open would run out of file descriptors.
  const peer = await startPeer();
  const port = work === "idle" ? peer.idlePort : peer.port;
  const [file = "", ...rest] = pinned([
    process.execPath,
    ...process.execArgv,
    "--expose-gc",
    near,
    contestant,
    work,
    String(port),
  ]);
  try {
    const { stdout } = await run(file, rest);
    return { value: Number(stdout) };
  } finally {
    peer.stop();
  }
}

const chosen = (Object.keys(cases) as (keyof Work)[])
  .filter((work) => cases[work].name.includes(options.only ?? ""))
  .map((work): Case => ({
    name: cases[work].name,
    units: { value: cases[work].unit },
    ours: () => measure("ours", work),
    peers: { "node:net, node:dgram": () => measure("raw", work) },
  }));
const rows = await compare("socket-async", chosen, {
  rounds: options.rounds,
  progress: showProgress,
});
report(rows, options);
