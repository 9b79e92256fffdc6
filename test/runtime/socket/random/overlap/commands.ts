/** Random scripts of calls that overlap, with faults of the network and the passing of time between them. */
import fc from "fast-check";

/** What a command does. `serve` and `join` are the calls that lead to a listener and to a connection with one. */
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

/** One command. The numbers pick among what there is when its turn comes. */
export interface Command {
  readonly action: Action;
  /** Any socket, rather than one that the call is meant for. */
  readonly wild: boolean;
  /** Begins in the same moment as the one before it, rather than after all that can go on has gone on. */
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

/** What a script runs in: picks the limits, the policies, and the faults that there may be. */
export interface Surroundings {
  readonly seed: number;
  /** Which conditions may be imposed, by a bit each. */
  readonly faults: number;
  readonly limits: number;
  readonly policy: boolean;
}

/** A script, and what it runs in. */
export interface Script {
  readonly surroundings: Surroundings;
  readonly commands: readonly Command[];
}

/** Scripts of up to so many commands. */
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
