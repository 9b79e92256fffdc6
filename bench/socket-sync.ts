/**
 * The synchronous backend against the sockets of `@bytecodealliance/preview2-shim` and against `node:net` and `node:dgram`, doing
 * the same work with the same far end; method as in `socket-async.ts`.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BlockingWork } from "./peer/blocking.js";
import { pinned, startPeer } from "./peer/start.js";
import { compare, type Case, type Sample } from "./support/compare.js";
import { benchOptions, report, showProgress } from "./support/report.js";

const works: Record<keyof BlockingWork, { name: string; unit: string }> = {
  pingPong: { name: "TCP ping-pong", unit: "exchanges/s" },
  send: { name: "TCP send", unit: "MB/s" },
  receive: { name: "TCP receive", unit: "MB/s" },
  connections: { name: "TCP connections", unit: "connections/s" },
  udpPingPong: { name: "UDP ping-pong", unit: "exchanges/s" },
  udpWindow: { name: "UDP window of 32", unit: "exchanges/s" },
};

const run = promisify(execFile);
const here = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));
const options = benchOptions(7);

const require = createRequire(import.meta.url);
const shim = JSON.parse(
  readFileSync(
    join(
      dirname(require.resolve("@bytecodealliance/preview2-shim")),
      "../package.json",
    ),
    "utf8",
  ),
) as { name: string; version: string };
const shimName = `${shim.name} ${shim.version}`;

type Contestant = "copied" | "borrowed" | "preview2" | "raw";

async function measure(
  contestant: Contestant,
  work: keyof BlockingWork,
): Promise<Sample> {
  const peer = await startPeer();
  const [file = "", ...rest] = pinned([
    process.execPath,
    ...process.execArgv,
    here(contestant === "raw" ? "./peer/near.ts" : "./peer/near-sync.ts"),
    contestant,
    work,
    String(peer.port),
  ]);
  try {
    const { stdout } = await run(file, rest);
    return { value: Number(stdout) };
  } finally {
    peer.stop();
  }
}

function caseOf(
  work: keyof BlockingWork,
  contestant: "copied" | "borrowed",
): Case {
  const { name, unit } = works[work];
  return {
    name: work === "receive" ? `${name}, ${contestant}` : name,
    units: { value: unit },
    ours: () => measure(contestant, work),
    peers: {
      [shimName]: () => measure("preview2", work),
      "node:net, node:dgram": () => measure("raw", work),
    },
  };
}

const cases = (Object.keys(works) as (keyof BlockingWork)[])
  .flatMap((work) =>
    work === "receive"
      ? [caseOf(work, "copied"), caseOf(work, "borrowed")]
      : [caseOf(work, "copied")],
  )
  .filter(({ name }) => name.includes(options.only ?? ""));
report(
  await compare("socket-sync", cases, {
    rounds: options.rounds,
    progress: showProgress,
  }),
  options,
);
