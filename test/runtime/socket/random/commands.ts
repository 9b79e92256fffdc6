/**
 * Random scripts: lists of commands, each of which picks its socket and arguments from those that exist when it runs.
 */
import fc from "fast-check";

/** The calls of a script. `transfer` is a `send` of many bytes, with the `receive` calls for them. */
export const callNames = [
  "createSocket",
  "bind",
  "connect",
  "listen",
  "accept",
  "send",
  "receive",
  "sendTo",
  "receiveFrom",
  "close",
  "setReadTimeout",
  "setWriteTimeout",
  "setReuseAddress",
  "getLocalAddress",
  "getPeerAddress",
  "transfer",
] as const;

export type CallName = (typeof callNames)[number];

/** One command. Its numbers are indices, so it is valid after any other commands, and fast-check can shrink a script. */
export interface Command {
  readonly call: CallName;
  /** Pick any socket, even in a wrong state, rather than one that the call is meant for. */
  readonly wild: boolean;
  /** Use an invalid handle. */
  readonly forged: boolean;
  /** Use an invalid argument. */
  readonly bad: boolean;
  /** If the call has to wait, leave it pending. */
  readonly pending: boolean;
  readonly socket: number;
  readonly argument: number;
  readonly other: number;
}

/** The relative frequency of each call. */
const weights: Readonly<Record<CallName, number>> = {
  createSocket: 5,
  bind: 6,
  connect: 6,
  listen: 4,
  accept: 5,
  send: 6,
  receive: 6,
  sendTo: 5,
  receiveFrom: 4,
  close: 3,
  setReadTimeout: 3,
  setWriteTimeout: 1,
  setReuseAddress: 1,
  getLocalAddress: 1,
  getPeerAddress: 1,
  transfer: 1,
};

const seldom = (one: number) =>
  fc.nat({ max: one - 1 }).map((value) => value === one - 1);

const command: fc.Arbitrary<Command> = fc.record({
  call: fc.oneof(
    ...callNames.map((name) => ({
      weight: weights[name],
      arbitrary: fc.constant(name),
    })),
  ),
  wild: seldom(8),
  forged: seldom(40),
  bad: seldom(10),
  pending: fc.boolean(),
  socket: fc.nat({ max: 1_000 }),
  argument: fc.nat({ max: 1_000 }),
  other: fc.nat({ max: 1_000 }),
});

/** Scripts of up to `longest` commands. */
export function scripts(longest: number): fc.Arbitrary<Command[]> {
  return fc.array(command, {
    minLength: 5,
    maxLength: longest,
    size: "max",
  });
}
