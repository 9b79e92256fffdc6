// The implementations that the tests of the synchronous bridge run in its worker.
import { once } from "node:events";
import { connect } from "node:net";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { writeFileSync } from "node:fs";

/** Each function returns its arguments after a turn of the event loop. */
export async function echo(options, names = options.names) {
  const implementation = {};
  for (const name of names) {
    implementation[name] = async (...args) => {
      await sleep(0);
      return args.length > 1 ? args : args[0];
    };
  }
  return implementation;
}

class StrangeError extends Error {
  name = "StrangeError";
  code = "ESTRANGE";
}

/** Exceptions that cannot be sent to another thread unchanged. */
const odd = {
  "object-without-prototype": () => Object.create(null),
  "object-that-throws": () => ({
    toString() {
      throw new Error("no text");
    },
  }),
  "error-with-symbols": () =>
    Object.defineProperties(new Error(), {
      name: { value: Symbol("name") },
      message: { value: Symbol("message") },
    }),
  "error-with-call-sites": () =>
    Object.assign(new RangeError("far"), { stack: [() => {}] }),
  "error-that-throws": () =>
    Object.defineProperty(new Error("hidden"), "message", {
      get() {
        throw new Error("no message");
      },
    }),
  proxy: () =>
    new Proxy(new Error("behind"), {
      get() {
        throw new Error("no access");
      },
      getPrototypeOf() {
        throw new Error("no prototype");
      },
    }),
};

/** Executes the command in its argument. */
export const control = {
  async aString(command) {
    const [verb, argument] = command.split(" ");
    switch (verb) {
      case "throw":
        throw new RangeError(argument, { cause: new StrangeError("deeper") });
      case "throw-string":
        throw argument;
      case "throw-number":
        throw Object.assign(new Error("coded"), { code: Number(argument) });
      case "throw-odd":
        throw odd[argument]();
      case "sleep":
        await sleep(Number(argument));
        return "slept";
      case "wrong-type":
        return 5;
      case "exit":
        return process.exit(Number(argument));
      case "uncaught":
        setImmediate(() => {
          throw new RangeError("out of nowhere");
        });
        return await new Promise(() => {});
      case "exhaust": {
        const hoard = [];
        for (;;) hoard.push(new Array(100_000).fill(hoard.length));
      }
      case "spin":
        for (const end = Date.now() + Number(argument); Date.now() < end;);
        return "spun";
      case "options":
        return process.execArgv.join(" ");
      case "repeat":
        return "x".repeat(Number(argument));
      default:
        return command;
    }
  },
};

/** Writes a file after a delay when it is disposed. */
export function disposable({ path, delay }) {
  return {
    aString: async (value) => value,
    async [Symbol.asyncDispose]() {
      await sleep(delay);
      writeFileSync(path, "disposed");
    },
  };
}

/** Queues the given number of bytes on a connection, and waits until they are sent when it is disposed. */
export async function queue({ port }) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return {
    aString: async (count) => {
      socket.write(Buffer.alloc(Number(count), 7));
      return String(socket.writableLength);
    },
    async [Symbol.asyncDispose]() {
      socket.end();
      await finished(socket, { readable: false });
    },
  };
}

export const nothing = 5;
export const incomplete = {};
export function failing() {
  throw new Error("cannot start");
}
