/** Random scripts of overlapping calls, with network faults and the passing of time between them. */
import fc from "fast-check";

/** What a command does. `serve` makes all calls that create a listener; `join` makes those that connect to one. */
export const actions = [
  "createSocket",
  "serve",
  "join",
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
  "addresses",
  "pass",
  "impose",
  "lift",
  "stall",
  "reset",
  "finish",
  "dispose",
] as const;

export type Action = (typeof actions)[number];

/** One command. Its numbers are indices into what exists when it runs. */
export interface Command {
  readonly action: Action;
  /** Pick any socket, rather than one that the call is meant for. */
  readonly wild: boolean;
  /** Start in the same turn as the previous command, rather than after everything that can proceed has done so. */
  readonly together: boolean;
  readonly socket: number;
  readonly argument: number;
  readonly other: number;
}

const weights: Readonly<Record<Action, number>> = {
  createSocket: 4,
  serve: 3,
  join: 6,
  bind: 4,
  connect: 5,
  listen: 2,
  accept: 7,
  send: 12,
  receive: 12,
  sendTo: 9,
  receiveFrom: 7,
  close: 3,
  setReadTimeout: 3,
  setWriteTimeout: 3,
  addresses: 2,
  pass: 10,
  impose: 5,
  lift: 3,
  stall: 4,
  reset: 1,
  finish: 1,
  dispose: 0.3,
};

const command: fc.Arbitrary<Command> = fc.record({
  action: fc.oneof(
    ...actions.map((action) => ({
      weight: weights[action] * 10,
      arbitrary: fc.constant(action),
    })),
  ),
  wild: fc.nat({ max: 7 }).map((value) => value === 7),
  together: fc.nat({ max: 2 }).map((value) => value === 2),
  socket: fc.nat({ max: 1_000 }),
  argument: fc.nat({ max: 1_000 }),
  other: fc.nat({ max: 1_000 }),
});

/** The environment of a script: determines the limits, the policy, and the possible faults. */
export interface Surroundings {
  readonly seed: number;
  /** The conditions that may be imposed, one bit each. */
  readonly faults: number;
  readonly limits: number;
  readonly policy: boolean;
}

/** A script and its environment. */
export interface Script {
  readonly surroundings: Surroundings;
  readonly commands: readonly Command[];
}

/** Scripts of up to `longest` commands. */
export function overlappingScripts(longest: number): fc.Arbitrary<Script> {
  return fc.record({
    surroundings: fc.record({
      seed: fc.nat({ max: 0xffff }),
      faults: fc.oneof(fc.constant(0), fc.nat({ max: 0xff })),
      limits: fc.oneof(fc.constant(0), fc.nat({ max: 10_000 })),
      policy: fc.nat({ max: 3 }).map((value) => value === 3),
    }),
    commands: fc.array(command, {
      minLength: 5,
      maxLength: longest,
      size: "max",
    }),
  });
}
