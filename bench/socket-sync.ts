/**
 * The synchronous backend against the sockets of `@bytecodealliance/preview2-shim` and against `node:net` and
 * `node:dgram`, doing the same work with the same peer, with the method of `socket-async.ts`. If the engine can suspend
 * WebAssembly, also a component on the asynchronous backend against that backend called directly.
 *
 * `--shim NAME` selects the package to use as the shim: `@bytecodealliance/preview2-shim` is the version that jco
 * depends on.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hasJspi } from "../test/support/component/build.js";
import type { BlockingWork } from "./peer/blocking.js";
import { buildGuest, type GuestWork } from "./peer/guest.js";
import { peerBinary, pinned, startPeer } from "./peer/start.js";
import { amounts, type Work } from "./peer/work.js";
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
const shimOption = process.argv.indexOf("--shim");
const [, shimPackage = "preview2-shim-0.26"] =
  shimOption === -1 ? [] : process.argv.splice(shimOption, 2);
const options = benchOptions(7);

const shim = JSON.parse(
  readFileSync(here(`../node_modules/${shimPackage}/package.json`), "utf8"),
) as { name: string; version: string };
const receiver = peerBinary();
const shimName = `${shim.name} ${shim.version}`;

function measure(
  program: "near.ts" | "near-sync.ts",
  contestant: string,
  work: keyof Work,
): Promise<Sample> {
  return measureCommand((port) => [
    process.execPath,
    ...process.execArgv,
    here(`./peer/${program}`),
    contestant,
    work,
    String(port),
  ]);
}

/** Runs a client in a separate process and returns the number that it prints. */
async function measureCommand(
  command: (port: number) => readonly string[],
): Promise<Sample> {
  const peer = await startPeer();
  const [file = "", ...rest] = pinned(command(peer.port));
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
    ours: () => measure("near-sync.ts", contestant, work),
    peers: {
      [shimName]: () => measure("near-sync.ts", shimPackage, work),
      "node:net, node:dgram": () => measure("near.ts", "raw", work),
      ...(contestant === "borrowed" && receiver !== undefined
        ? {
            // An upper bound: a program that only reads.
            "a C program": () =>
              measureCommand((port) => [
                receiver,
                "receive",
                String(port),
                String(amounts.receiveBytes),
              ]),
          }
        : {}),
    },
  };
}

function guestCaseOf(work: keyof GuestWork): Case {
  const { name, unit } = works[work];
  return {
    name: `${name}, suspended guest`,
    units: { value: unit },
    ours: () => measure("near.ts", "guest", work),
    peers: {
      "the asynchronous backend": () => measure("near.ts", "ours", work),
    },
  };
}

const guestWorks: readonly (keyof GuestWork)[] = hasJspi
  ? ["pingPong", "send", "receive"]
  : [];

const cases = (Object.keys(works) as (keyof BlockingWork)[])
  .flatMap((work) =>
    work === "receive"
      ? [caseOf(work, "copied"), caseOf(work, "borrowed")]
      : [caseOf(work, "copied")],
  )
  .concat(guestWorks.map(guestCaseOf))
  .filter(({ name }) => name.includes(options.only ?? ""));
if (cases.some(({ name }) => name.includes("guest"))) await buildGuest();
report(
  await compare("socket-sync", cases, {
    rounds: options.rounds,
    progress: showProgress,
  }),
  options,
);
