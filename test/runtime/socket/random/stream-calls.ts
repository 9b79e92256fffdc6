/** The expected results of the calls on connections and listeners. */
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import type { Command } from "./commands.js";
import {
  isBrief,
  loopback,
  patternBytes,
  type End,
  type ModelSocket,
} from "./model.js";
import type { Answer, Run } from "./run.js";

const most = 60_000;
const backlogs = [0, 1, 2, 16, 0xffff_ffff];
const strangeBacklogs = [-1, 1.5, 0x1_0000_0000, Number.NaN, undefined];

export async function listen(
  run: Run,
  socket: ModelSocket,
  { bad, argument }: Command,
): Promise<void> {
  const list: readonly unknown[] = bad ? strangeBacklogs : backlogs;
  const backlog = list[argument % list.length];
  const answer = await run.arrived(
    socket,
    socket.writeTimeout,
    "listen",
    backlog,
  );
  if (bad || socket.protocol !== "tcp" || socket.state !== "bound") {
    run.fails(answer, "invalid-input");
    return;
  }
  run.ok(answer);
  socket.state = "listening";
  socket.backlog = Math.max(1, backlog as number);
}

export async function accept(
  run: Run,
  socket: ModelSocket,
  { pending }: Command,
): Promise<void> {
  if (socket.state !== "listening") {
    run.fails(await run.call("accept", socket), "invalid-input");
  } else if (socket.pending.length === 0 && socket.readable) {
    await accepted(
      run,
      socket,
      await run.arrived(socket, socket.readTimeout, "accept"),
    );
  } else if (isBrief(socket.readTimeout)) {
    await run.expires(socket, socket.readTimeout, "accept");
  } else if (mayWait(run, socket, pending)) {
    run.begin(socket, "accept", 0);
  }
}

/** Whether to make a call that has nothing to return, and leave it pending. */
export function mayWait(
  run: Run,
  socket: ModelSocket,
  pending: boolean,
): boolean {
  return (
    pending &&
    run.backend.concurrent &&
    socket.readTimeout === undefined &&
    socket.pending.length < 3
  );
}

/** Checks the result of an `accept`, and adds the socket to the model. */
export async function accepted(
  run: Run,
  listener: ModelSocket,
  answer: Answer,
): Promise<void> {
  const handle = run.ok(answer) as number;
  const end = listener.queue.shift();
  if (end === undefined) return run.fail("nobody has connected");
  const socket = run.model.add(handle, listener.family, "tcp");
  socket.state = "connected";
  socket.isAccepted = true;
  socket.end = end;
  socket.peer = end.peer;
  socket.local = listener.reachable;
  run.trace.push(`  accepted as ${socket.name}`);
  await run.learnLocal(socket, loopback[socket.family]);
  run.equal(
    run.ok(await run.call("getPeerAddress", socket)),
    end.peer,
    "the peer address",
  );
}

export async function connectStream(
  run: Run,
  socket: ModelSocket,
  address: SocketAddress,
): Promise<void> {
  const { model, backend } = run;
  if (socket.state !== "unbound" && socket.state !== "bound") {
    run.fails(await run.call("connect", socket, address), "invalid-input");
    return;
  }
  // Whether a connection is established within a brief timeout is unpredictable.
  if (isBrief(socket.writeTimeout)) return;
  const key = `${socket.family} ${String(socket.local?.port)}`;
  if (socket.local !== undefined && model.departed.has(key)) return;
  if (
    address.host !== "loop.test" &&
    address.host !== loopback[socket.family]
  ) {
    const answer = await run.call("connect", socket, address);
    run.fails(answer, "address-not-available");
    socket.state = "failed";
    socket.local = undefined;
    return;
  }
  const listener = model.listenerAt(socket, address.port);
  if (listener === undefined) {
    const isBound = model
      .at(socket, address.port)
      .some(({ state }) => state === "bound");
    if (isBound && !backend.refusesBeforeListen) return;
    const answer = await run.call("connect", socket, address);
    run.fails(answer, "connection-refused");
    socket.state = "failed";
    socket.local = undefined;
    return;
  }
  // Beyond the backlog, a client waits for as long as the kernel chooses.
  if (listener.queue.length >= listener.backlog) return;
  run.ok(await run.call("connect", socket, address));
  socket.peer = { host: loopback[socket.family], port: address.port };
  await run.learnLocal(connected(socket), loopback[socket.family]);
  model.departed.add(`${socket.family} ${String(socket.local?.port)}`);
  run.equal(
    run.ok(await run.call("getPeerAddress", socket)),
    socket.peer,
    "the peer address",
  );
  model.connect(socket, listener);
}

function connected(socket: ModelSocket): ModelSocket {
  socket.state = "connected";
  return socket;
}

const lengths = [0, 1, 5, 100, 4_000, 20_000];

export async function sendStream(
  run: Run,
  socket: ModelSocket,
  command: Command,
): Promise<void> {
  const { end } = socket;
  const length = lengths[command.argument % lengths.length] ?? 0;
  const reader = end?.other;
  if (
    socket.state !== "connected" ||
    end === undefined ||
    reader === undefined
  ) {
    const answer = await run.call("send", socket, new Uint8Array(length));
    run.fails(answer, "invalid-input");
    return;
  }
  if (reader.closed || end.broken) {
    const answer = await run.call("send", socket, new Uint8Array(length));
    if (length === 0) run.equal(run.ok(answer), 0n, "the count");
    else await sentToNobody(run, end, length, answer);
    return;
  }
  const room = run.backend.tight?.unreadBytes ?? most;
  if (reader.waiting + length > room) return;
  await sendAll(run, socket, reader, length);
}

/**
 * Checks a `send` to a closed end: whether the kernel already knows of the close is a race, so it may succeed or fail.
 */
async function sentToNobody(
  run: Run,
  end: End,
  length: number,
  answer: Answer,
): Promise<void> {
  end.mayBreak = true;
  if (answer.tag === "err") run.fails(answer, "connection-reset");
  else if ((answer.val as bigint) < 1n || (answer.val as bigint) > length)
    run.fail("a count of nothing that was sent");
  await Promise.resolve();
}

/** Sends until everything is accepted: with a brief timeout, a call may accept only a part. */
async function sendAll(
  run: Run,
  socket: ModelSocket,
  reader: End,
  length: number,
): Promise<void> {
  const { writeTimeout } = socket;
  for (let rest = length; ;) {
    const data = patternBytes(reader.key, reader.sent, rest);
    const answer = await run.arrived(socket, writeTimeout, "send", data);
    const count = Number(run.ok(answer));
    // The caller may reuse its buffer once `send` has returned.
    data.fill(0xee);
    if (count > rest || (count === 0 && rest > 0))
      run.fail("a count of nothing that was sent");
    if (count < rest && !isBrief(writeTimeout))
      run.fail("a send without a timeout has not taken all");
    reader.sent += count;
    rest -= count;
    if (rest === 0) return;
  }
}

/** Checks the bytes that a `receive` has returned. */
export function takeBytes(
  run: Run,
  end: End,
  data: unknown,
  maxLength: number,
): void {
  if (!(data instanceof Uint8Array)) return run.fail("no bytes were received");
  if (end.waiting === 0) {
    if (data.length > 0) run.fail("bytes that nobody has sent");
    end.ended = true;
    return;
  }
  const { receiveBytes = Infinity } = run.backend.tight ?? {};
  if (
    data.length < 1 ||
    data.length > Math.min(maxLength, receiveBytes, end.waiting)
  )
    run.fail(
      `${String(data.length)} bytes received, of ${String(end.waiting)} that were sent`,
    );
  const expected = patternBytes(end.key, end.taken, data.length);
  if (Buffer.compare(data, expected) !== 0) run.fail("other bytes were sent");
  end.taken += data.length;
}

/** Checks the result of a `receive` that does not have to wait. */
export function received(
  run: Run,
  end: End,
  answer: Answer,
  maxLength: number,
): void {
  if (answer.tag === "ok") {
    const isOver = end.waiting === 0;
    if (isOver && end.reset) run.fail("a broken connection has an orderly end");
    if (isOver && end.broken && !end.mayBreak && run.backend.resetAfterData)
      run.fail("a connection that was reset has an orderly end");
    if (isOver && !end.finished && !end.broken) run.fail("an end too early");
    takeBytes(run, end, answer.val, maxLength);
    return;
  }
  run.fails(answer, "connection-reset");
  if (end.ended) run.fail("the end of a stream did not last");
  if (!end.broken && !end.mayBreak) run.fail("nobody broke the connection off");
  // A reset may discard unread bytes only where the model expects one at any time.
  if (end.waiting > 0 && !end.mayBreak)
    run.fail("bytes before the reset are lost");
  end.taken = end.sent;
  end.reset = true;
}
