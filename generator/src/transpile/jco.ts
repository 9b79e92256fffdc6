import type { ChildProcess } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../failure.js";

const packageName = "@bytecodealliance/jco";
const oldestVersion = [1, 34] as const;

/** jco as it is installed. */
export interface InstalledJco {
  /** The module that has its functions. */
  readonly path: string;
  readonly version: string;
}

/**
 * Finds jco: from a directory of the user's, or else beside the command.
 *
 * @throws {@link Failure} if there is none, or it is too old; the message says what to install.
 */
export function findJco(directory: string): InstalledJco {
  const path =
    resolveFrom(join(directory, "package.json")) ?? resolveFrom(commandPath());
  const install = `npm install --save-dev ${packageName}`;
  if (path === undefined) {
    throw new Failure(
      `transpiling requires jco, which is not installed: run \`${install}\``,
    );
  }
  const { version } = JSON.parse(
    readFileSync(join(dirname(path), "../package.json"), "utf8"),
  ) as { version: string };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestVersion;
  if (major !== oldestMajor || minor < oldestMinor) {
    throw new Failure(
      `transpiling needs jco ${oldestVersion.join(".")} or a later 1.x, but ${version} is installed: run \`${install}@^${oldestVersion.join(".")}.0\``,
    );
  }
  return { path, version };
}

/** The script that was started, where its package is. */
function commandPath(): string {
  const script = process.argv[1] ?? process.execPath;
  try {
    return realpathSync(script);
  } catch {
    return script;
  }
}

function resolveFrom(file: string): string | undefined {
  try {
    return createRequire(file).resolve(packageName);
  } catch {
    return undefined;
  }
}

/** What jco is told about a component; its own names. */
export interface JcoOptions {
  readonly name: string;
  readonly instantiation: "async";
  readonly map: Readonly<Record<string, string>>;
  readonly asyncMode: "sync" | "jspi";
  readonly asyncImports: readonly string[];
  readonly asyncExports: readonly string[];
  readonly emitTypescriptDeclarations: boolean;
  readonly noComponentErrorWrapping: boolean;
  /** `hybrid`: functions that offer a direct binding to the core of the component are called through that. */
  readonly importBindings: "js" | "hybrid";
}

/**
 * What runs in the process of jco: it answers one message after the other until nobody asks any more. jco's tools start a
 * worker for WASI that they never end, and print what they like; neither must reach the command.
 */
const program = `
const jco = await import(process.argv[1]);
const answers = {
  wit: ({ component }) => jco.componentWit(component),
  transpile: async ({ component, options }) => (await jco.transpile(component, options)).files,
  syntaxError: async ({ code }) => {
    const { SourceTextModule } = await import("node:vm");
    try {
      new SourceTextModule(code);
    } catch (error) {
      return error.message;
    }
  },
};
process.on("message", async (message) => {
  let answer;
  try {
    answer = { value: await answers[message.ask](message) };
  } catch (error) {
    const reason = error?.payload ?? error;
    answer = { reason: String(typeof reason === "string" ? reason : (reason?.message ?? reason)) };
  }
  // What has failed is good for nothing more.
  process.send(answer, () => "reason" in answer && process.disconnect());
});
process.on("disconnect", () => process.exit());
`;

type Answer = { readonly value: unknown } | { readonly reason: string };

/** jco could not do what it was asked for. The message is its own, on one line. */
export class JcoError extends Error {
  override readonly name = "JcoError";
}

/** jco, in a process of its own, which ends with the first question that it fails on. One question at a time. */
export class JcoProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  #complaint = "";

  constructor({ path }: InstalledJco) {
    // Not imported: it takes the network along, which no other command needs.
    const { spawn } = process.getBuiltinModule("node:child_process");
    const argv = [
      "--experimental-vm-modules",
      "--input-type=module",
      "--eval",
      program,
    ];
    this.#child = spawn(
      process.execPath,
      [...argv, "--", pathToFileURL(path).href],
      {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
        // Binaries go over as they are.
        serialization: "advanced",
      },
    );
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-4_000);
    });
    this.#closed = new Promise((resolve) => {
      this.#child.once("close", () => {
        resolve();
      });
    });
    // What goes wrong with the process is told by the end of it.
    this.#child.on("error", (error) => {
      this.#complaint = error.message;
    });
  }

  /**
   * The WIT of the world of a component.
   *
   * @throws {@link JcoError}
   */
  async wit(component: Uint8Array): Promise<string> {
    return (await this.#ask({ ask: "wit", component })) as string;
  }

  /**
   * The files that run a component, by their names.
   *
   * @throws {@link JcoError}
   */
  async transpile(
    component: Uint8Array,
    options: JcoOptions,
  ): Promise<Readonly<Record<string, Uint8Array>>> {
    const files = await this.#ask({ ask: "transpile", component, options });
    return files as Record<string, Uint8Array>;
  }

  /** What is wrong with the text of a module, if it is not JavaScript. */
  async syntaxError(code: string): Promise<string | undefined> {
    return (await this.#ask({ ask: "syntaxError", code })) as
      string | undefined;
  }

  async #ask(message: object): Promise<unknown> {
    const child = this.#child;
    const answer = await new Promise<Answer>((resolve) => {
      const answered = (value: unknown): void => {
        resolve(value as Answer);
      };
      child.once("message", answered);
      // It may have ended before it was asked.
      void this.#closed.then(() => {
        child.off("message", answered);
        resolve({ reason: this.#complaint });
      });
      child.send(message, (error) => {
        // A process that is gone closes as well, and says more when it does.
        if (error !== null) this.#complaint ||= error.message;
      });
    });
    if ("value" in answer) return answer.value;
    // A panic ends in a trap that says nothing; its message goes to the standard error output.
    await this.#closed;
    const [, panic] = /panicked at .*:\n(.*)/.exec(this.#complaint) ?? [];
    throw new JcoError(
      panic === undefined ? firstLine(answer.reason) : `it panicked: ${panic}`,
    );
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect();
    this.#child.kill();
  }
}

/** The line of a message that says most: of an uncaught error's output, the one that names it. */
function firstLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return (
    lines.find((line) => /^(?:\w*Error\b|thread .*panicked)/.test(line)) ??
    lines.find((line) => line !== "") ??
    "it ended without saying why"
  );
}
