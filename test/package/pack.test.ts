import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The packages as users get them: packed by npm, and installed into an empty project. Requires that they are built. */

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const packages = [
  { name: "@wit2ts/runtime", folder: "runtime/core" },
  { name: "@wit2ts/core-libs", folder: "generated" },
  { name: "@wit2ts/socket", folder: "runtime/socket" },
  { name: "wit2ts", folder: "generator" },
];

/** An entry of the output of `npm pack --json`. */
interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** An entry of an `exports` map. */
type Export = string | { readonly types: string; readonly default: string };

let work: string;
let packed: readonly Packed[];

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "wit2ts-pack-"));
  const workspaces = packages.flatMap(({ folder }) => ["--workspace", folder]);
  const { stdout } = await npm(
    root,
    "pack",
    "--json",
    "--pack-destination",
    work,
    "--ignore-scripts",
    ...workspaces,
  );
  packed = JSON.parse(stdout) as Packed[];
}, 60_000);

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function npm(cwd: string, ...args: string[]) {
  // If the tests run under npm, its settings in the environment must not apply to the project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(?!config_(registry|cache))/.test(name),
    ),
  );
  return run(
    "npm",
    [...args, "--no-audit", "--no-fund", "--no-update-notifier"],
    { cwd, env, maxBuffer: 1 << 26 },
  );
}

function exportsOf(folder: string): [string, Export][] {
  const { exports } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  ) as {
    exports: Record<string, Export>;
  };
  return Object.entries(exports);
}

describe.each(packages)("$name", ({ name, folder }) => {
  const paths = () =>
    packed.find((each) => each.name === name)?.files.map(({ path }) => path) ??
    [];

  it("contains its build output and its licence, and nothing else", () => {
    const stray = paths().filter(
      (path) =>
        !/^(package\.json|README\.md|LICENSE|bin\/wit2ts\.cjs|dist\/(command\.cjs|THIRD-PARTY-LICENSES\.txt|.+\.(js|d\.ts)))$/.test(
          path,
        ),
    );
    expect(stray).toEqual([]);
    expect(paths()).toContain("LICENSE");
    expect(paths()).toContain("package.json");
  });

  it("contains its workers only as embedded texts, not as modules", () => {
    const workers = paths().filter((path) =>
      /\/(node-sync\/worker|bridge-(worker|supervisor))\b/.test(path),
    );
    expect(workers).toEqual([]);
  });

  it("exports only files that it contains, with types", () => {
    for (const [subpath, target] of exportsOf(folder)) {
      if (typeof target === "string") {
        expect(target).toBe(subpath);
        continue;
      }
      for (const file of [target.types, target.default])
        expect(paths()).toContain(file.replace(/^\.\//, ""));
    }
  });
});

describe("a project that has installed the packages", () => {
  let project: string;

  beforeAll(async () => {
    project = join(work, "project");
    cpSync(join(root, "wit"), join(project, "wit"), { recursive: true });
    cpSync(join(import.meta.dirname, "consumer"), project, { recursive: true });
    writeFileSync(
      join(project, "package.json"),
      '{ "name": "consumer", "private": true, "type": "module" }\n',
    );
    const tarballs = packed.map(({ filename }) => join(work, filename));
    await npm(
      project,
      "install",
      "--prefer-offline",
      "--ignore-scripts",
      "--omit=optional",
      "--omit=peer",
      "@types/node@20.19.43",
      ...tarballs,
    );
    await run(
      "npx",
      ["--no-install", "wit2ts", "generate", "wit", "--out", "out"],
      { cwd: project },
    );
  }, 120_000);

  it("resolves every export", async () => {
    for (const { name, folder } of packages) {
      const specifiers = exportsOf(folder)
        .filter(([, target]) => typeof target !== "string")
        .map(([subpath]) => name + subpath.slice(1))
        // This one imports `wasi:sockets`, which only exists in a component.
        .filter((specifier) => specifier !== "@wit2ts/socket/wasi/guest");
      // The project has no optional peers, so this also checks that no export requires jco.
      const script = `for (const name of ${JSON.stringify(specifiers)}) await import(name);`;
      await run(process.execPath, ["--input-type=module", "-e", script], {
        cwd: project,
      });
    }
  });

  it("gets runtime packages that only depend on each other", () => {
    for (const { folder } of packages.slice(0, 3)) {
      const { dependencies = {} } = JSON.parse(
        readFileSync(join(root, folder, "package.json"), "utf8"),
      ) as {
        dependencies?: Record<string, string>;
      };
      for (const name of Object.keys(dependencies))
        expect(packages.map((each) => each.name)).toContain(name);
    }
  });

  it("gets packages whose peers are optional, and accept the versions that the tests use", () => {
    for (const { folder, name } of packages) {
      const { peerDependencies = {}, peerDependenciesMeta = {} } = JSON.parse(
        readFileSync(join(root, folder, "package.json"), "utf8"),
      ) as {
        peerDependencies?: Record<string, string>;
        peerDependenciesMeta?: Record<string, { optional?: boolean }>;
      };
      const peer = {
        wit2ts: "@bytecodealliance/jco",
        "@wit2ts/socket": "@bytecodealliance/preview2-shim",
      }[name];
      expect(Object.keys(peerDependencies)).toEqual(peer ? [peer] : []);
      for (const [one, range] of Object.entries(peerDependencies)) {
        expect(peerDependenciesMeta[one]).toEqual({ optional: true });
        const { version } = JSON.parse(
          readFileSync(join(root, "node_modules", one, "package.json"), "utf8"),
        ) as { version: string };
        expect(takes(range, version), `${range} takes ${version}`).toBe(true);
      }
    }
  });

  it("compiles with strict options against the generated bindings, and transfers bytes through the Node backend", async () => {
    expect(existsSync(join(project, "out/scheduler/core-libs/socket.ts"))).toBe(
      true,
    );
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    await run(process.execPath, [tsc, "-p", project], { cwd: project }).catch(
      (error: unknown) => {
        throw new Error((error as { stdout: string }).stdout);
      },
    );
    const { stdout } = await run(process.execPath, ["dist/main.js"], {
      cwd: project,
    });
    expect(stdout).toBe("connection-refused\nechoed: hello\n");
  });
});

/** Whether a range of caret versions, such as `^0.25.0 || ^0.26.0`, includes a version. */
function takes(range: string, version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return range.split(" || ").some((part) => {
    const [least = "", ...rest] = part.slice(1).split(".");
    const [leastMinor = 0, leastPatch = 0] = rest.map(Number);
    if (!part.startsWith("^") || Number(least) !== major) return false;
    if (minor === leastMinor) return patch >= leastPatch;
    return major > 0 && minor > leastMinor;
  });
}
