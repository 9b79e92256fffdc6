import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The peer of a benchmark, in a separate process. */
export interface Peer {
  /** The language of the implementation. */
  readonly kind: "C" | "Node";
  /** The port for TCP and UDP. */
  readonly port: number;
  /** A TCP port whose connections are accepted and kept open. */
  readonly idlePort: number;
  stop(): void;
}

const here = (name: string): string =>
  fileURLToPath(new URL(name, import.meta.url));

/** Pins a command to one processor; returns it unchanged if the operating system does not support that. */
export function pinned(command: readonly string[]): readonly string[] {
  return spawnSync("taskset", ["-c", "0", "true"]).status === 0
    ? ["taskset", "-c", "0", ...command]
    : command;
}

let compiled: { readonly binary: string | undefined } | undefined;

/** The path of the compiled C program, if there is a compiler. */
export function peerBinary(): string | undefined {
  compiled ??= { binary: compile() };
  return compiled.binary;
}

/** Starts the peer: the C program if there is a compiler, else the Node program. */
export async function startPeer(): Promise<Peer> {
  const binary = peerBinary();
  const command = pinned(
    binary === undefined
      ? [process.execPath, ...process.execArgv, here("./peer.ts")]
      : [binary],
  );
  const child = spawn(command[0] ?? "", command.slice(1), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { port, idle } = await firstLine(child);
  return {
    kind: binary === undefined ? "Node" : "C",
    port,
    idlePort: idle,
    // The peer exits at the end of its stdin, so it also exits whenever this process does.
    stop: () => child.stdin.end(),
  };
}

function compile(): string | undefined {
  const folder = here("../../node_modules/.cache/wit2ts");
  mkdirSync(folder, { recursive: true });
  const binary = `${folder}/socket-peer`;
  const { status } = spawnSync(
    "cc",
    ["-O3", "-pthread", "-o", binary, here("./peer.c")],
    { stdio: "ignore" },
  );
  return status === 0 ? binary : undefined;
}

async function firstLine(
  child: ChildProcess,
): Promise<{ port: number; idle: number }> {
  if (child.stdout === null) throw new Error("the peer has no output");
  for await (const line of createInterface({ input: child.stdout }))
    return JSON.parse(line) as { port: number; idle: number };
  throw new Error("the peer ended before it was ready");
}
