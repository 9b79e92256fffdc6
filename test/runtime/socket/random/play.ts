/** Plays a script on a backend: makes a call for each command, and checks its result against the model. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import type { Backend } from "./backends.js";
import type { CallName, Command } from "./commands.js";
import {
  connectDatagrams,
  receivedDatagram,
  sendDatagram,
} from "./datagram-calls.js";
import { isBrief, loopback, wildcard, type ModelSocket } from "./model.js";
import { badAddress, Run } from "./run.js";
import { portsToKeep } from "../../../support/ports.js";
import {
  accept,
  accepted,
  connectStream,
  listen,
  mayWait,
  received,
  sendStream,
} from "./stream-calls.js";
import { transfer } from "./transfer.js";

/** The maximum number of sockets that a script has open at a time. */
const mostSockets = 12;

const timeouts = [undefined, undefined, 0n, 3n, 60_000n, 2n ** 64n - 1n];
const badTimeouts = [-1n, 2n ** 64n, 5, "5", null];
const lengths = [0n, 1n, 7n, 1_000n, 30_000n, 2n ** 64n - 1n];
const badLengths = [-1n, 2n ** 64n, 5, undefined, "5"];
const forgedHandles = [0, -1, 1.5, Number.NaN, 0xffff_ffff, undefined, "1"];

/**
 * Runs a script to its end.
 *
 * @throws Error at the first result that the model does not allow, with the calls before it.
 */
export async function play(
  backend: Backend,
  script: readonly Command[],
): Promise<void> {
  const ports = backend.isReal ? await portsToKeep(3) : [5_000, 5_001, 5_002];
  const run = new Run(backend, backend.create(seedOf(script)), ports);
  try {
    for (const command of script) {
      await step(run, command);
      await deliver(run);
      await run.nothingElse();
    }
    await finish(run);
  } finally {
    await run.dispose();
  }
}

/** A seed that depends only on the script. */
function seedOf(script: readonly Command[]): number {
  return script.reduce(
    (sum, { argument, other, socket }) =>
      (sum * 31 + argument * 7 + other * 3 + socket) >>> 0,
    script.length,
  );
}

/**
 * Closes about half of the open sockets, which ends the calls pending on them; disposing of the backend closes the
 * rest.
 */
async function finish(run: Run): Promise<void> {
  for (const socket of run.model.open()) {
    if (socket.handle % 2 === 0) await close(run, socket);
    await deliver(run);
  }
}

async function step(run: Run, command: Command): Promise<void> {
  const { call, bad, argument, other } = command;
  if (call === "createSocket") return create(run, command);
  if (call === "transfer") return transfer(run, command);
  if (command.forged) return forge(run, command);
  const socket = run.choose(command, fits[call]);
  if (socket === undefined) return;
  const { family } = socket;
  switch (call) {
    case "bind":
      return bind(run, socket, command);
    case "connect": {
      if (bad)
        return refuses(run, call, socket, badAddress(socket, true, other));
      const address = destination(run, socket, command);
      if (isName(address) && isBrief(socket.writeTimeout)) return;
      return socket.protocol === "tcp"
        ? connectStream(run, socket, address)
        : connectDatagrams(run, socket, address);
    }
    case "listen":
      return listen(run, socket, command);
    case "accept":
      return accept(run, socket, command);
    case "send":
      if (bad && argument % 2 === 0) return refuses(run, call, socket, "text");
      return socket.protocol === "udp" && socket.state === "connected"
        ? sendDatagram(run, socket, undefined, command)
        : sendStream(run, socket, command);
    case "sendTo": {
      if (bad && argument % 2 === 0) {
        const address = badAddress(socket, true, other);
        return refuses(run, call, socket, new Uint8Array(1), address);
      }
      const address = destination(run, socket, command);
      if (isName(address) && isBrief(socket.writeTimeout)) return;
      return socket.protocol === "udp"
        ? sendDatagram(run, socket, address, command)
        : refuses(run, call, socket, new Uint8Array(1), address);
    }
    case "receive":
    case "receiveFrom":
      return receive(run, socket, call, command);
    case "close":
      return close(run, socket);
    case "setReadTimeout":
    case "setWriteTimeout": {
      const list: readonly unknown[] = bad ? badTimeouts : timeouts;
      const timeout = list[argument % list.length] as bigint | undefined;
      const answer = await run.call(call, socket, timeout);
      if (bad || socket.state === "failed") {
        run.fails(answer, "invalid-input");
        return;
      }
      run.ok(answer);
      if (call === "setReadTimeout") socket.readTimeout = timeout;
      else socket.writeTimeout = timeout;
      return;
    }
    case "setReuseAddress": {
      const reuse = bad ? 1 : argument % 2 === 0;
      const answer = await run.call(call, socket, reuse);
      if (bad || socket.state !== "unbound") {
        run.fails(answer, "invalid-input");
        return;
      }
      run.ok(answer);
      socket.reuse = reuse === true;
      return;
    }
    case "getLocalAddress":
      if (socket.local === undefined || socket.state === "failed")
        return refuses(run, call, socket);
      {
        run.equal(
          run.ok(await run.call(call, socket)),
          socket.local,
          `the local address in ${family}`,
        );
        return;
      }
    case "getPeerAddress":
      if (socket.state !== "connected") return refuses(run, call, socket);
      {
        run.equal(
          run.ok(await run.call(call, socket)),
          socket.peer,
          "the peer address",
        );
        return;
      }
  }
}

const isUdp = ({ protocol }: ModelSocket) => protocol === "udp";

/** The sockets that each call is meant for. */
const fits: Readonly<
  Record<
    Exclude<CallName, "createSocket" | "transfer">,
    (socket: ModelSocket) => boolean
  >
> = {
  bind: ({ state }) => state === "unbound",
  connect: (socket) =>
    socket.state === "unbound" || socket.state === "bound" || isUdp(socket),
  listen: (socket) => socket.state === "bound" && !isUdp(socket),
  accept: ({ state }) => state === "listening",
  send: ({ state }) => state === "connected",
  receive: ({ state }) => state === "connected",
  sendTo: isUdp,
  receiveFrom: (socket) => isUdp(socket) && socket.state !== "unbound",
  close: () => true,
  setReadTimeout: () => true,
  setWriteTimeout: () => true,
  setReuseAddress: () => true,
  getLocalAddress: () => true,
  getPeerAddress: () => true,
};

async function refuses(
  run: Run,
  call: string,
  socket: ModelSocket,
  ...rest: unknown[]
): Promise<void> {
  run.fails(await run.call(call, socket, ...rest), "invalid-input");
}

async function create(run: Run, { bad, argument }: Command): Promise<void> {
  const { families } = run.backend;
  if (bad) {
    const answer = await run.call("createSocket", "ipv5", "tcp");
    run.fails(answer, "invalid-input");
    return;
  }
  if (run.model.open().length >= mostSockets) return;
  const family =
    families[argument % 3 === 0 ? families.length - 1 : 0] ?? "ipv4";
  const protocol = argument % 2 === 0 ? "tcp" : "udp";
  const handle = run.ok(await run.call("createSocket", family, protocol));
  const isTaken = run.model.sockets.some((socket) => socket.handle === handle);
  if (isTaken) run.fail("a handle comes again");
  const { name } = run.model.add(handle as number, family, protocol);
  run.trace.push(`  made ${name}`);
}

/** Makes a call with a handle that was closed, or never given out. */
async function forge(run: Run, { call, other }: Command): Promise<void> {
  const closed = run.model.sockets.filter(({ isOpen }) => !isOpen);
  const handles: readonly unknown[] = [
    ...forgedHandles,
    ...closed.map(({ handle }) => handle),
  ];
  const address = { host: "127.0.0.1", port: 9 };
  const rest: Readonly<Partial<Record<CallName, readonly unknown[]>>> = {
    bind: [address],
    connect: [address],
    listen: [1],
    send: [new Uint8Array(1)],
    receive: [1n],
    sendTo: [new Uint8Array(1), address],
    receiveFrom: [1n],
    setReadTimeout: [1n],
    setWriteTimeout: [1n],
    setReuseAddress: [true],
  };
  const handle = handles[other % handles.length] as number;
  const answer = await run.call(call, handle, ...(rest[call] ?? []));
  run.fails(answer, "invalid-input");
}

async function bind(
  run: Run,
  socket: ModelSocket,
  { bad, argument, other }: Command,
): Promise<void> {
  const { family, protocol } = socket;
  if (bad)
    return refuses(run, "bind", socket, badAddress(socket, false, other));
  const taken = [
    ...run.ports,
    ...run.model
      .open()
      .filter((each) => each.family === family && each.protocol === protocol)
      .flatMap(({ local }) => (local === undefined ? [] : [local.port])),
  ];
  const port = argument % 3 === 0 ? (taken[other % taken.length] ?? 0) : 0;
  const documentation = family === "ipv4" ? "192.0.2.1" : "2001:db8::1";
  const hosts = [
    loopback[family],
    loopback[family],
    wildcard[family],
    "loop.test",
    other % 3 === 0 ? documentation : loopback[family],
    other % 3 === 0 ? "nowhere.test" : loopback[family],
  ];
  const host = hosts[argument % hosts.length] ?? loopback[family];
  if (socket.state !== "unbound")
    return refuses(run, "bind", socket, { host, port });
  const isLocal = host !== documentation && host !== "nowhere.test";
  if (host.endsWith(".test") && isBrief(socket.writeTimeout)) return;
  const outcome = port === 0 ? "ok" : run.model.bindOutcome(socket, port);
  if (outcome === undefined) return;
  const answer = await run.arrived(socket, socket.writeTimeout, "bind", {
    host,
    port,
  });
  if (!isLocal) {
    run.fails(answer, "address-not-available");
    return;
  }
  if (outcome !== "ok") {
    run.fails(answer, outcome);
    return;
  }
  run.ok(answer);
  socket.state = "bound";
  if (port !== 0) socket.local = { host, port };
  await run.learnLocal(socket, host === "loop.test" ? loopback[family] : host);
}

function isName({ host }: SocketAddress): boolean {
  return host.endsWith(".test") || host === "127.1";
}

/** The address to connect or send to: mostly that of a socket of the script. */
function destination(
  run: Run,
  { family, protocol }: ModelSocket,
  { argument, other }: Command,
): SocketAddress {
  const places = run.model
    .open()
    .filter(
      (socket) => socket.family === family && socket.protocol === protocol,
    )
    .sort((one, two) => rank(one) - rank(two))
    .flatMap(({ reachable }) => (reachable === undefined ? [] : [reachable]));
  const preferred = argument % 4 === 0 ? places : places.slice(0, 3);
  const place = preferred[other % preferred.length] ?? {
    host: loopback[family],
    port: 1,
  };
  if (argument % 23 === 5) return { host: "nowhere.test", port: place.port };
  if (argument % 23 === 6 && family === "ipv4")
    return { host: "127.1", port: place.port };
  if (argument % 11 === 3) return { host: "loop.test", port: place.port };
  if (argument % 17 === 4) return { host: loopback[family], port: 1 };
  return place;
}

function rank({ state, queue, backlog }: ModelSocket): number {
  return state === "listening" && queue.length < backlog ? 0 : 1;
}

async function receive(
  run: Run,
  socket: ModelSocket,
  call: "receive" | "receiveFrom",
  { bad, argument, pending }: Command,
): Promise<void> {
  const list: readonly unknown[] = bad ? badLengths : lengths;
  const length = list[argument % list.length] as bigint;
  const isRight =
    call === "receive"
      ? socket.state === "connected"
      : isUdp(socket) &&
        (socket.state === "bound" || socket.state === "connected");
  if (bad || !isRight) return refuses(run, call, socket, length);
  const { readTimeout, end } = socket;
  const maxLength = Number(length);
  if (call === "receive" && maxLength === 0) {
    const answer = await run.call(call, socket, length);
    run.equal(run.ok(answer), new Uint8Array(), "what was received");
    return;
  }
  if (socket.pending.length === 0 && socket.readable) {
    const answer = await run.arrived(socket, readTimeout, call, length);
    if (end !== undefined) {
      received(run, end, answer, maxLength);
      return;
    }
    const datagram = socket.arrived.shift();
    if (datagram !== undefined)
      receivedDatagram(run, call, datagram, answer, maxLength);
  } else if (isBrief(readTimeout)) {
    if (end?.mayBreak !== true)
      await run.expires(socket, readTimeout, call, length);
  } else if (socket.refusals === 0 && mayWait(run, socket, pending)) {
    run.begin(socket, call, maxLength, length);
  }
}

async function close(run: Run, socket: ModelSocket): Promise<void> {
  run.ok(await run.call("close", socket));
  run.model.close(socket);
  for (const { call, result } of socket.pending.splice(0)) {
    run.trace.push(`  ${call} of ${socket.name} ends`);
    run.fails(await run.finish(result), "connection-aborted");
  }
  await refuses(run, "close", socket);
}

/** Waits for the pending calls that now have something to return, and checks their results. */
async function deliver(run: Run): Promise<void> {
  for (const socket of run.model.open()) {
    while (socket.readable) {
      const next = socket.pending.shift();
      if (next === undefined) break;
      const { call, maxLength, result } = next;
      run.trace.push(`  ${call} of ${socket.name} goes on`);
      const answer = await run.finish(result);
      if (socket.state === "listening") {
        await accepted(run, socket, answer);
      } else if (socket.end !== undefined) {
        received(run, socket.end, answer, maxLength);
      } else {
        const datagram = socket.arrived.shift();
        if (datagram !== undefined)
          receivedDatagram(run, call, datagram, answer, maxLength);
      }
    }
  }
}
