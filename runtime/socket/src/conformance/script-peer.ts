import type {
  AddressFamily,
  AsyncSocket,
  Socket,
  SocketAddress,
  SocketError,
  SocketProtocol,
} from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import { Digest, pattern } from "./pattern.js";
import {
  maxRecordedBytes,
  type Peer,
  type PeerObservation,
  type PeerRun,
  type PeerStep,
} from "./peer.js";

/** A call that a script yields, and whose result it expects back. */
export type ScriptCall =
  | {
      readonly kind: "call";
      readonly name: keyof Socket;
      readonly parameters: readonly unknown[];
    }
  | { readonly kind: "sleep"; readonly milliseconds: number };

/** What a script needs in addition to the functions of a socket. */
export interface ScriptOptions {
  /** The addresses of the peer. Default: loopback. */
  readonly addresses?: Readonly<Record<AddressFamily, string>>;
  /** Resets the connection between these two ends, which no socket function does. */
  readonly reset?: (local: SocketAddress, peer: SocketAddress) => void;
  /** Ends the direction from the first end to the second, which no socket function does. */
  readonly finish?: (local: SocketAddress, peer: SocketAddress) => void;
  /** Called with the address that the preparing step reported. */
  readonly prepared: (address: SocketAddress) => void;
}

type Observed = Omit<PeerObservation, "step">;
type Steps<T> = Generator<ScriptCall, T, unknown>;

/** A call that failed, with the name of its error. */
class ScriptError extends Error {}

/**
 * Runs a script over any sockets. It yields each call and expects its result back, so the code that runs the
 * generator decides whether to await, to block, or to let others continue meanwhile.
 *
 * @param script - the steps of the peer.
 * @param options - the addresses of the peer, how to reset and finish connections, and the callback for the prepared
 * address.
 * @returns a generator whose return value is the list of the peer's observations.
 */
export function* playScript(
  script: readonly PeerStep[],
  options: ScriptOptions,
): Steps<readonly PeerObservation[]> {
  const player = new ScriptPlayer(options);
  options.prepared(yield* player.prepare(script[0]));
  const observations: PeerObservation[] = [];
  for (const step of script) {
    try {
      observations.push({ step: step.step, ...(yield* player.perform(step)) });
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      observations.push({ step: step.step, error: error.message });
    }
  }
  return observations;
}

class ScriptPlayer {
  readonly #options: ScriptOptions;
  #listener: number | undefined;
  #connection: number | undefined;
  #udp: number | undefined;
  #lastSender: SocketAddress | undefined;

  constructor(options: ScriptOptions) {
    this.#options = options;
  }

  *prepare(step: PeerStep | undefined): Steps<SocketAddress> {
    switch (step?.step) {
      case "listen": {
        const { handle, address } = yield* this.#bound(step.family, "tcp");
        yield* call("listen", handle, 128);
        this.#listener = handle;
        return address;
      }
      case "bind": {
        const { handle, address } = yield* this.#bound(step.family, "udp");
        this.#udp = handle;
        return address;
      }
      case "vacate": {
        const { handle, address } = yield* this.#bound(
          step.family,
          step.protocol,
        );
        yield* call("close", handle);
        return address;
      }
      case "stall": {
        const { handle, address } = yield* this.#bound(step.family, "tcp");
        yield* call("listen", handle, 1);
        // Fill the accept queue with connections that are never accepted, until one has to wait.
        for (let count = 0; count < 16; count++) {
          const client = yield* call("createSocket", step.family, "tcp");
          yield* call("setWriteTimeout", client, 0n);
          const connected = yield* attempt("connect", client, address);
          if (connected.tag === "err") break;
        }
        return address;
      }
      default:
        return { host: "", port: 0 };
    }
  }

  *perform(step: PeerStep): Steps<Observed> {
    switch (step.step) {
      case "listen":
      case "bind":
      case "vacate":
      case "stall":
        return {};
      case "accept":
        this.#connection = yield* call(
          "accept",
          required(this.#listener, "listen"),
        );
        return { address: yield* call("getPeerAddress", this.#connection) };
      case "connect":
        this.#connection = yield* call(
          "createSocket",
          step.address.host.includes(":") ? "ipv6" : "ipv4",
          "tcp",
        );
        yield* call("connect", this.#connection, step.address);
        return { address: yield* call("getLocalAddress", this.#connection) };
      case "send":
        yield* this.#send(step.data);
        return {};
      case "send-pattern":
        yield* this.#send(pattern(step.length, step.seed));
        return {};
      case "receive":
        return yield* this.#receive(step.length ?? Infinity);
      case "finish":
        yield* this.#injectFault("finish");
        return {};
      case "close":
        yield* call("close", required(this.#connection, "connection"));
        return {};
      case "reset":
        yield* this.#injectFault("reset");
        return {};
      case "unlisten":
        yield* call("close", required(this.#listener, "listen"));
        return {};
      case "pause":
        yield { kind: "sleep", milliseconds: step.milliseconds };
        return {};
      case "send-to": {
        const address = step.address ?? this.#lastSender;
        if (address === undefined)
          throw new Error(
            "send-to without an address comes after receive-from",
          );
        yield* call("sendTo", required(this.#udp, "bind"), step.data, address);
        return {};
      }
      case "receive-from": {
        const [data, address] = yield* call(
          "receiveFrom",
          required(this.#udp, "bind"),
          65_536n,
        );
        this.#lastSender = address;
        return { data, address, digest: new Digest().add(data).toString() };
      }
    }
  }

  *#bound(
    family: AddressFamily,
    protocol: SocketProtocol,
  ): Steps<{ handle: number; address: SocketAddress }> {
    const handle = yield* call("createSocket", family, protocol);
    const host = (this.#options.addresses ?? {
      ipv4: "127.0.0.1",
      ipv6: "::1",
    })[family];
    yield* call("bind", handle, { host, port: 0 });
    return { handle, address: yield* call("getLocalAddress", handle) };
  }

  *#send(data: Uint8Array): Steps<void> {
    const connection = required(this.#connection, "connection");
    for (let sent = 0; sent < data.length;) {
      sent += Number(yield* call("send", connection, data.subarray(sent)));
    }
  }

  *#receive(length: number): Steps<Observed> {
    const connection = required(this.#connection, "connection");
    const digest = new Digest();
    const kept: number[] = [];
    let ended = false;
    let error: string | undefined;
    while (digest.length < length && !ended && error === undefined) {
      const most = Math.min(length - digest.length, 65_536);
      const received = yield* attempt("receive", connection, BigInt(most));
      if (received.tag === "err") {
        error = received.val;
        continue;
      }
      ended = received.val.length === 0;
      digest.add(received.val);
      if (digest.length <= maxRecordedBytes) kept.push(...received.val);
    }
    return {
      digest: digest.toString(),
      ended,
      ...(digest.length <= maxRecordedBytes
        ? { data: new Uint8Array(kept) }
        : {}),
      ...(error === undefined ? {} : { error }),
    };
  }

  *#injectFault(what: "finish" | "reset"): Steps<void> {
    const connection = required(this.#connection, "connection");
    const inject = this.#options[what];
    if (inject === undefined)
      throw new Error(`this peer cannot ${what}: say so in \`supports\``);
    inject(
      yield* call("getLocalAddress", connection),
      yield* call("getPeerAddress", connection),
    );
  }
}

function required(handle: number | undefined, step: string): number {
  if (handle === undefined) throw new Error(`no ${step} came before`);
  return handle;
}

/** Yields a call and returns its result. */
function* attempt<Name extends keyof Socket>(
  name: Name,
  ...parameters: Parameters<Socket[Name]>
): Steps<ReturnType<Socket[Name]>> {
  // The code that runs the generator resumes it with the return value of the named function.
  return (yield { kind: "call", name, parameters }) as ReturnType<Socket[Name]>;
}

/**
 * Yields a call and returns the value of its success.
 *
 * @throws ScriptError - if the call fails. The message is the name of the error.
 */
function* call<Name extends keyof Socket>(
  name: Name,
  ...parameters: Parameters<Socket[Name]>
): Steps<Extract<ReturnType<Socket[Name]>, { tag: "ok" }>["val"]> {
  const result: Result<unknown, SocketError> = yield* attempt(
    name,
    ...parameters,
  );
  if (result.tag === "err") throw new ScriptError(result.val);
  return result.val as Extract<ReturnType<Socket[Name]>, { tag: "ok" }>["val"];
}

/** Options of {@link createSocketPeer}. */
export interface SocketPeerOptions extends Omit<ScriptOptions, "prepared"> {
  /** Waits for a number of milliseconds. Default: in real time. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/**
 * Creates a peer from a second asynchronous endpoint on the same network, for backends that have a network of their
 * own.
 *
 * @param createSocket - creates the endpoint for one script. It is disposed of with the peer.
 * @param options - the addresses of the peer, how to reset and finish connections, and how to wait if the clock is
 * not the real one.
 * @returns the peer. The caller owns it and disposes of it.
 */
export function createSocketPeer(
  createSocket: () => AsyncSocket & AsyncDisposable,
  options: SocketPeerOptions = {},
): Peer {
  const sockets: (AsyncSocket & AsyncDisposable)[] = [];
  const sleep =
    options.sleep ??
    ((milliseconds) =>
      new Promise<void>((resolve) => setTimeout(resolve, milliseconds)));
  return {
    run: (script) =>
      new Promise<PeerRun>((resolve, reject) => {
        const socket = createSocket();
        sockets.push(socket);
        let tellAddress: (address: SocketAddress) => void = () => undefined;
        const address = new Promise<SocketAddress>((prepared) => {
          tellAddress = prepared;
        });
        const steps = playScript(script, { ...options, prepared: tellAddress });
        const finished = (async () => {
          for (let next = steps.next(); ;) {
            if (next.done === true) return next.value;
            const wanted = next.value;
            if (wanted.kind === "sleep") {
              await sleep(wanted.milliseconds);
              next = steps.next(undefined);
            } else {
              next = steps.next(
                await perform(socket, wanted.name, wanted.parameters),
              );
            }
          }
        })();
        finished.catch(reject);
        void address.then((found) => {
          resolve({ address: found, finished });
        });
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        sockets.splice(0).map((socket) => socket[Symbol.asyncDispose]()),
      );
    },
  };
}

/**
 * Calls a function of a socket by its name.
 *
 * @param socket - an implementation of a contract.
 * @param name - the name of one of its functions.
 * @param parameters - the arguments of the call.
 * @returns what the function returns: a result, or a promise of one.
 */
export function perform<S extends object>(
  socket: S,
  name: keyof S,
  parameters: readonly unknown[],
): unknown {
  // The types of the name and the parameters are checked together where a script yields the call.
  const callable = socket[name] as (...given: readonly unknown[]) => unknown;
  return callable.apply(socket, [...parameters]);
}
