import type { ChildProcess } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../failure.js";

const packageName = "@bytecodealliance/jco";
const oldestVersion = [1, 34] as const;

/** An installed jco. */
export interface InstalledJco {
  /** The path of its main module. */
  readonly path: string;
  readonly version: string;
}

/**
 * Finds jco: resolved from the user's directory, or else from the command's own installation.
 *
 * @throws {@link Failure} if it is missing, or its version is not supported; the message says what to install.
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

/** The real path of the script that was started, which is inside the installed package. */
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

/** Options of jco's `transpile`, under jco's names. */
export interface JcoOptions {
  readonly name: string;
  readonly instantiation: "async";
  readonly map: Readonly<Record<string, string>>;
  readonly asyncMode: "sync" | "jspi";
  readonly asyncImports: readonly string[];
  readonly asyncExports: readonly string[];
  readonly emitTypescriptDeclarations: boolean;
  readonly noComponentErrorWrapping: boolean;
  /** `hybrid`: imported functions that offer a direct binding are bound to the component's core module directly. */
  readonly importBindings: "js" | "hybrid";
}

/**
 * The program of the jco process. It answers one message after another until the parent disconnects. A separate process
 * is used because jco's tools start a WASI worker that they never terminate, and may print anything; neither must
 * affect the command.
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

/** jco failed to do what was requested. The message is jco's own, on one line. */
export class JcoError extends Error {
  override readonly name = "JcoError";
}

/** A process that runs jco. It ends after the first request that fails. Only one request may be pending at a time. */
export class JcoProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  #stderrTail = "";

  constructor({ path }: InstalledJco) {
    // Loaded here rather than imported: it loads Node's networking modules, which no other command needs.
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
        // Structured clone, so that binaries are not converted to JSON.
        serialization: "advanced",
      },
    );
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-4_000);
    });
    this.#closed = new Promise((resolve) => {
      this.#child.once("close", () => {
        resolve();
      });
    });
    // An error of the process is reported when "close" follows.
    this.#child.on("error", (error) => {
      this.#stderrTail = error.message;
    });
  }

  /**
   * The WIT of the world of a component.
   *
   * @throws {@link JcoError}
   */
  async wit(component: Uint8Array): Promise<string> {
    return (await this.#request({ ask: "wit", component })) as string;
  }

  /**
   * The generated files that run a component, by name.
   *
   * @throws {@link JcoError}
   */
  async transpile(
    component: Uint8Array,
    options: JcoOptions,
  ): Promise<Readonly<Record<string, Uint8Array>>> {
    const files = await this.#request({ ask: "transpile", component, options });
    return files as Record<string, Uint8Array>;
  }

  /** The message of the syntax error in the text of a module, if it has one. */
  async syntaxError(code: string): Promise<string | undefined> {
    return (await this.#request({ ask: "syntaxError", code })) as
      string | undefined;
  }

  async #request(message: object): Promise<unknown> {
    const child = this.#child;
    const answer = await new Promise<Answer>((resolve) => {
      const answered = (value: unknown): void => {
        resolve(value as Answer);
      };
      child.once("message", answered);
      // The process may have ended before the request.
      void this.#closed.then(() => {
        child.off("message", answered);
        resolve({ reason: this.#stderrTail });
      });
      child.send(message, (error) => {
        // If the process is gone, "close" follows, and its standard error output usually says more.
        if (error !== null) this.#stderrTail ||= error.message;
      });
    });
    if ("value" in answer) return answer.value;
    // A panic ends in a trap without details; its message goes to standard error.
    await this.#closed;
    const [, panic] = /panicked at .*:\n(.*)/.exec(this.#stderrTail) ?? [];
    throw new JcoError(
      panic === undefined ? firstLine(answer.reason) : `it panicked: ${panic}`,
    );
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect();
    this.#child.kill();
  }
}

/** The most informative line of a message: in the output of an uncaught error, the line that names the error. */
function firstLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return (
    lines.find((line) => /^(?:\w*Error\b|thread .*panicked)/.test(line)) ??
    lines.find((line) => line !== "") ??
    "it ended without saying why"
  );
}
