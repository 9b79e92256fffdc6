import { build } from "esbuild";
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Socket } from "@wit2ts/core-libs/socket";
import { expect, it, onTestFinished } from "vitest";
import { runCommand } from "../../support/command.js";
import {
  buildComponent,
  forwardingSource,
} from "../../support/component/build.js";

const root = join(import.meta.dirname, "../../..");

/** Creates a directory that is removed after the test. */
function directoryIn(parent: string): string {
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, "wit2ts-bundle-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

it("bundles sockets, worker and WebAssembly into one file as docs/jco.md describes", async () => {
  // Inside the repository, so that the bundled modules can resolve the packages.
  const cwd = directoryIn(join(root, ".cache"));
  await buildComponent(
    forwardingSource(
      Socket,
      readFileSync(join(root, "wit/socket.wit"), "utf8"),
    ),
    join(cwd, "component.wasm"),
  );
  const result = await runCommand(
    ["transpile", "component.wasm", "--async-mode", "sync", "--out", "dist"],
    { cwd },
  );
  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
  const page = readFileSync(join(root, "docs/jco.md"), "utf8");
  const section = page.slice(page.indexOf("## In a bundle"));
  const program = /```ts\n(.*?)```/s.exec(section)?.[1] ?? "";
  // The example imports one WebAssembly file, but this component has three.
  const [line = "", name = "", path = ""] =
    /^import (\w+) from "(.*\.core\.wasm)";\n/m.exec(program) ?? [];
  expect(line).not.toBe("");
  const others = ["2", "3"];
  const whole = program
    .replace(
      line,
      line +
        others
          .map(
            (number) =>
              `import ${name}${number} from "${path.replace(".wasm", `${number}.wasm`)}";\n`,
          )
          .join(""),
    )
    .replace(
      `"component.core.wasm": ${name},`,
      `"component.core.wasm": ${name}, ${others.map((number) => `"component.core${number}.wasm": ${name}${number},`).join(" ")}`,
    );
  writeFileSync(
    join(cwd, "main.ts"),
    `${whole}\nvoid start().then(({ socket }) => { console.log(socket.createSocket("ipv4", "udp")); });\n`,
  );
  const flags = /^npx esbuild main\.ts (.*)$/m.exec(section)?.[1] ?? "";
  expect(flags.split(" ")).toEqual([
    "--bundle",
    "--platform=node",
    "--target=node20",
    "--format=cjs",
    "--loader:.wasm=binary",
    "--outfile=main.cjs",
  ]);
  const elsewhere = directoryIn(tmpdir());
  const file = join(elsewhere, "main.cjs");
  await build({
    entryPoints: [join(cwd, "main.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    loader: { ".wasm": "binary" },
    outfile: file,
    logLevel: "silent",
  });
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  expect(stdout).toBe("{ tag: 'ok', val: 1 }\n");
});
