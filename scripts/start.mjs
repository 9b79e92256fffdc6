// Generates from `wit/`, runs the example programs over loopback, and prints their results.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const programs = [
  {
    file: "tcp-client.ts",
    title: "TCP client: a request to a server, by name",
  },
  {
    file: "tcp-server.ts",
    title: "TCP server: accepts, answers, and starts again on the same port",
  },
  { file: "udp.ts", title: "UDP: datagrams there and back" },
  { file: "http-action.ts", title: "HTTP action: GET over plain sockets" },
  {
    file: "http-action-wasi.ts",
    title: "HTTP action over wasi:sockets, and between components",
  },
  { file: "component.ts", title: "HTTP action as a WebAssembly component" },
];

/** Runs a Node script, prints its output indented under a title, and returns whether it succeeded. */
function run(title, args) {
  console.log(`\n▸ ${title}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
  });
  for (const line of (stdout + stderr).trimEnd().split("\n"))
    console.log(`  ${line}`);
  if (status !== 0) console.log(`  failed with exit code ${status}`);
  return status === 0;
}

const results = [
  run("wit2ts generate wit --out generated", [
    join(root, "generator/bin/wit2ts.cjs"),
    ...["generate", "wit", "--out", "generated", "--verbose"],
  ]),
];
for (const { file, title } of programs) {
  const path = join(root, "examples", file);
  if (!existsSync(path)) continue;
  results.push(
    run(`${title} (examples/${file})`, [
      "--import",
      "./scripts/typescript.mjs",
      path,
    ]),
  );
}
const failed = results.filter((ok) => !ok).length;
console.log(
  `\n${results.length - failed} of ${results.length} steps went well.`,
);
if (failed > 0) process.exitCode = 1;
