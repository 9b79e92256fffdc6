import type { SocketError } from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import type { DifficultSystem } from "./difficult-system.js";
import { fail } from "./fake-host.js";
import { Pollable } from "./pollable.js";

/** The most bytes that a stream permits to write; it permits none until it has sent the previous ones. */
const mostTaken = 5_000;

/** Creates the input and output streams of a connection. */
export function streamsOf(
  system: DifficultSystem,
  handle: number,
  connection: { taken: Uint8Array },
): [object, object] {
  const sockets = system.sockets;
  /** The result of reading ahead to find out whether the stream is readable. */
  let ahead: Result<Uint8Array, SocketError> | undefined;
  const isReadable = (): boolean => {
    ahead ??= sockets.receive(handle, 700n);
    if (ahead.tag === "err" && ahead.val === "would-block") ahead = undefined;
    return ahead !== undefined;
  };
  let isOver = false;
  const take = (length: bigint): Uint8Array => {
    if (isOver) fail({ tag: "closed" });
    if (length === 0n || !isReadable() || ahead === undefined)
      return new Uint8Array(0);
    if (ahead.tag === "err") {
      isOver = true;
      system.streamFailure(ahead.val);
    }
    if (ahead.val.length === 0) {
      isOver = true;
      fail({ tag: "closed" });
    }
    const most = Math.min(Number(length), ahead.val.length);
    const part = system.random.within(1, most);
    const taken = ahead.val.slice(0, part);
    ahead =
      part === ahead.val.length
        ? undefined
        : { tag: "ok", val: ahead.val.slice(part) };
    return taken;
  };
  const input = {
    read: (length: bigint) => {
      system.strayStreamFailure();
      return system.refuses() && !isOver ? new Uint8Array(0) : take(length);
    },
    blockingRead: (length: bigint) => {
      system.strayStreamFailure();
      if (!isOver && length > 0n)
        while (!isReadable()) new Pollable(system, isReadable).block();
      return take(length);
    },
    subscribe: () => new Pollable(system, () => isOver || isReadable()),
    [Symbol.dispose]: () => undefined,
  };
  let failure: SocketError | undefined;
  const push = (): void => {
    while (connection.taken.length > 0 && failure === undefined) {
      const sent = sockets.send(handle, connection.taken);
      if (sent.tag === "ok")
        connection.taken = connection.taken.slice(Number(sent.val));
      else if (sent.val === "would-block") return;
      else failure = sent.val;
    }
    system.pushing.delete(push);
  };
  let permit = 0n;
  let wasTold = false;
  const check = (): void => {
    if (failure === undefined) return;
    if (wasTold) fail({ tag: "closed" });
    wasTold = true;
    system.streamFailure(failure);
  };
  const output = {
    checkWrite: (): bigint => {
      system.strayStreamFailure();
      push();
      check();
      permit =
        connection.taken.length > 0
          ? 0n
          : BigInt(system.refuses() ? 0 : system.random.within(1, mostTaken));
      return permit;
    },
    write: (data: Uint8Array): void => {
      if (BigInt(data.length) > permit)
        throw new Error("trap: more was written than was permitted");
      permit -= BigInt(data.length);
      check();
      const all = new Uint8Array(connection.taken.length + data.length);
      all.set(connection.taken);
      all.set(data, connection.taken.length);
      connection.taken = all;
      system.pushing.add(push);
      if (system.random.happens(0.5)) push();
    },
    flush: () => undefined,
    subscribe: () =>
      new Pollable(system, () => {
        push();
        return connection.taken.length === 0 || failure !== undefined;
      }),
    [Symbol.dispose]: () => undefined,
  };
  return [input, output];
}
