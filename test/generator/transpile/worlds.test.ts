import { expect, it } from "vitest";
import { buildDummy } from "../../support/component/build.js";
import { runCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";
import { compile } from "../../support/emit/compile.js";

/**
 * Worlds with rare features. Their components are transpiled and compiled, but not run, because all their exports trap.
 */
const worlds: Readonly<Record<string, string>> = {
  "an interface under labels, and under its own name": `
    interface i { f: func(x: u8) -> result<u8, string>; }
    world w { import one-label: i; import i; export two-label: i; export i; }`,
  "streams and futures in functions that are not async": `
    interface i { record r { bytes: option<stream<u8>> } put: func(x: list<r>); get: func() -> future<u32>; }
    world w { import i; export later: func() -> future<u8>; }`,
  "no import but a resource of the world's own": `
    world w { resource tag { constructor(); name: func() -> string; } export f: func(); }`,
  "names that are words of WIT": `
    interface %interface { f: func(); }
    world w { import %result: %interface; import %interface; export %option: %interface; }`,
};

it.each(Object.entries(worlds))(
  "transpiles a component with %s",
  async (_, wit) => {
    const directory = testDirectory();
    await buildDummy(`package a:b@1.0.0;\n${wit}`, "w", directory.at("w.wasm"));
    expect(
      await runCommand(["transpile", "w.wasm", "--language", "typescript"], {
        cwd: directory.path,
      }),
    ).toMatchObject({ exitCode: 0, stdout: "" });
    const sources = Object.entries(directory.files()).filter(([path]) =>
      path.endsWith(".ts"),
    );
    expect(await compile(sources)).toEqual([]);
  },
);

it("uses the label of an interface as its key in the world", async () => {
  const directory = testDirectory();
  await buildDummy(
    `package a:b@1.0.0;\n${worlds["an interface under labels, and under its own name"] ?? ""}`,
    "w",
    directory.at("w.wasm"),
  );
  await runCommand(["transpile", "w.wasm", "--language", "typescript"], {
    cwd: directory.path,
  });
  const world = directory.read("dist/bindings/root/component/root.ts");
  expect(world).toContain('readonly "one-label": I;');
  expect(world).toContain('readonly "a:b/i@1.0.0": I;');
  expect(world).toContain('readonly "two-label": I;');
});

it("reports the message of a panic in jco", async () => {
  const directory = testDirectory();
  // jco 1.34 panics if the constructor is not the first function of a resource.
  await buildDummy(
    `package a:b;
    interface i { resource r { f: func(); constructor(); } }
    world w { export i; }`,
    "w",
    directory.at("w.wasm"),
  );
  const { exitCode, stderr } = await runCommand(["transpile", "w.wasm"], {
    cwd: directory.path,
  });
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      /jco cannot transpile w\.wasm: it panicked: .+/,
    ) as string,
  });
});

it.each([
  [
    "interface i { resource %map { constructor(); f: func(); } } world w { import i; export g: func(); }",
    "it uses the name `Map` itself, which is also the JavaScript name of something that the component imports; rename that import",
  ],
  [
    "world w { import undefined: func(); export g: func(); }",
    "it uses the name `undefined` itself",
  ],
  [
    "world w { import arguments: func(); export g: func(); }",
    "its output is not valid JavaScript (Unexpected eval or arguments in strict mode), possibly because the component has a name that jco uses itself",
  ],
  [
    "interface i { %memory0: func(s: string) -> string; } world w { import i; export g: func(s: string); }",
    "it uses the name `memory0` itself",
  ],
  [
    "interface i { %realloc0: func(s: string) -> string; } world w { import i; export g: func(s: string); }",
    "it uses the name `realloc0` itself",
  ],
  [
    "interface i { resource r { f: func(); } %handle-table0: func(r: r); } world w { import i; export g: func(); }",
    "it uses the name `handleTable0` itself",
  ],
  [
    "world w { export then: func() -> u32; }",
    "it returns the exports with a promise, which cannot contain a function called `then`",
  ],
])("reports names that jco does not support: %s", async (wit, message) => {
  const directory = testDirectory();
  await buildDummy(`package a:b;\n${wit}`, "w", directory.at("w.wasm"));
  const { exitCode, stderr } = await runCommand(["transpile", "w.wasm"], {
    cwd: directory.path,
  });
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(
      `jco cannot transpile w.wasm: ${message}`,
    ) as string,
  });
});

it("accepts names like those of jco's variables which the component does not have", async () => {
  const directory = testDirectory();
  await buildDummy(
    `package a:b;
    interface i { %memory7: func(); %handle-table0: func(); then: func(); }
    world w { import i; export i; }`,
    "w",
    directory.at("w.wasm"),
  );
  const { exitCode, stderr } = await runCommand(["transpile", "w.wasm"], {
    cwd: directory.path,
  });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
});

it.each(["constructor(); f: func();", "f: func();", "f: static func();"])(
  "reports that jco can export an interface whose resources have functions under one name only: %s",
  async (members) => {
    const directory = testDirectory();
    await buildDummy(
      `package a:b@1.0.0;
      interface i { resource r { ${members} } }
      world w { export one: i; export i; }`,
      "w",
      directory.at("w.wasm"),
    );
    const { exitCode, stderr } = await runCommand(["transpile", "w.wasm"], {
      cwd: directory.path,
    });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        "jco cannot transpile w.wasm: it can export an interface with resources under one name only, but this one is exported as `one` and `a:b/i@1.0.0`",
      ) as string,
    });
  },
);
