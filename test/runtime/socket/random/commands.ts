/** Random scripts: lists of commands, each of which picks its socket and its arguments among those there are when its turn comes. */
import fc from "fast-check";

/** The calls of a script. `transfer` is a `send` of many bytes with the `receive` calls that take them. */
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

/** One command. The numbers pick, so a command means something whatever came before it, and a script can be made shorter. */
export interface Command {
  readonly call: CallName;
  /** Any socket, one in a wrong state too, rather than one that the call is meant for. */
  readonly wild: boolean;
  /** A handle that names nothing. */
  readonly forged: boolean;
  /** An argument that is refused. */
  readonly bad: boolean;
  /** If the call has to wait, go on without it. */
  readonly pending: boolean;
  readonly socket: number;
  readonly argument: number;
  readonly other: number;
}

/** How often each call comes. */
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

/** A script of up to so many commands. */
export function scripts(longest: number): fc.Arbitrary<Command[]> {
  return fc.array(command, {
    minLength: 5,
    maxLength: longest,
    size: "max",
  });
}
