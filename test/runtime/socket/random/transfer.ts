/** The `transfer` command: sends more bytes over a connection than all buffers hold. */
import type { Command } from "./commands.js";
import { patternBytes, type ModelSocket } from "./model.js";
import { show, type Answer, type Run } from "./run.js";
import { takeBytes } from "./stream-calls.js";

const lengths = [100_000, 500_000, 1_500_000];

/** Runs a `send` that waits until concurrent `receive` calls have made room; impossible on blocking backends. */
export async function transfer(
  run: Run,
  { socket: pick, argument, other }: Command,
): Promise<void> {
  if (!run.backend.concurrent) return;
  const pairs = run.model.open().filter((socket) => isQuiet(run, socket));
  const sender = pairs[pick % pairs.length];
  const reader = sender && receiverOf(run, sender);
  if (sender?.end === undefined || reader?.end === undefined) return;
  const { end } = reader;
  const wanted = lengths[argument % lengths.length] ?? 0;
  // With tight limits the pieces are small, and the full length would take too long.
  const length = run.backend.tight === undefined ? wanted : wanted / 100;
  const data = patternBytes(end.key, end.sent, length);
  run.trace.push(`transfer(${sender.name}, ${reader.name}, ${show(data)})`);
  const sending = run.start("send", sender.handle, data) as Promise<Answer>;
  end.sent += length;
  const maxLength = [65_536, 7_000, 2 ** 40][other % 3] ?? 1;
  while (end.waiting > 0) {
    const result = run.start("receive", reader.handle, BigInt(maxLength));
    takeBytes(run, end, run.ok(await run.finish(result)), maxLength);
  }
  run.equal(run.ok(await run.finish(sending)), BigInt(length), "the count");
}

/** Whether a socket can send, and its peer receive, without a timeout or other pending calls. */
function isQuiet(run: Run, socket: ModelSocket): boolean {
  const reader = receiverOf(run, socket);
  return (
    socket.end?.broken === false &&
    socket.writeTimeout === undefined &&
    reader?.readTimeout === undefined &&
    reader?.pending.length === 0
  );
}

function receiverOf(run: Run, { end }: ModelSocket): ModelSocket | undefined {
  const other = end?.other;
  if (other === undefined || other.closed) return undefined;
  return run.model.open().find((socket) => socket.end === other);
}
