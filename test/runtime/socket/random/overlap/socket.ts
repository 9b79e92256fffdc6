/** One socket of an overlapping script: the states it may be in, and its pending calls. */
import type {
  AddressFamily,
  SocketAddress,
  SocketProtocol,
} from "@wit2ts/core-libs/socket";
import type { Answer } from "../run.js";
import type { StreamEnd } from "./stream.js";
import type { WorldMachine } from "./world.js";

/** The contract's states. */
export type State =
  | "unbound"
  | "binding"
  | "bound"
  | "listening"
  | "connecting"
  | "connected"
  | "failed";

/** The queue in which a call waits for earlier calls; calls that only get or set something wait in none. */
export type Lane = "read" | "write" | "none";

/** A pending call. */
export interface LiveCall {
  readonly name: string;
  readonly text: string;
  readonly socket: OverlapSocket;
  readonly lane: Lane;
  /** When it began, and its timeout, in milliseconds. */
  readonly began: number;
  readonly timeout: number;
  /** Other calls were pending in its lane when it began. */
  readonly wasQueued: boolean;
  /** The states that its socket may have been in while it was pending. */
  readonly seen: Set<State>;
  /** The socket was closed before the call began. */
  readonly onClosed: boolean;
  readonly answer: Promise<Answer>;
}

const datagramStates: readonly State[] = [
  "unbound",
  "binding",
  "bound",
  "connected",
];

/** The states that allow each call, by protocol. */
const allowing: Readonly<
  Record<SocketProtocol, Readonly<Record<string, readonly State[]>>>
> = {
  tcp: {
    bind: ["unbound"],
    connect: ["unbound", "bound"],
    listen: ["bound"],
    accept: ["listening"],
    send: ["connected"],
    receive: ["connected"],
    sendTo: [],
    receiveFrom: [],
    getLocalAddress: ["bound", "listening", "connected"],
    getPeerAddress: ["connected"],
  },
  udp: {
    bind: ["unbound"],
    connect: datagramStates,
    listen: [],
    accept: [],
    send: ["connected"],
    receive: ["connected"],
    sendTo: datagramStates,
    receiveFrom: ["bound", "connected"],
    getLocalAddress: ["bound", "connected"],
    getPeerAddress: ["connected"],
  },
};

export class OverlapSocket {
  readonly name: string;
  readonly machine: WorldMachine;
  readonly handle: number;
  readonly family: AddressFamily;
  readonly protocol: SocketProtocol;
  /** The states in which the completed calls may have left it. */
  states: Set<State>;
  /** The pending calls, in order. */
  readonly live: LiveCall[] = [];
  isClosed = false;
  local: SocketAddress | undefined;
  /** The peer of a UDP socket. */
  peer: SocketAddress | undefined;
  /** The number of `connect` calls made on it. */
  connects = 0;
  readTimeout: bigint | undefined;
  writeTimeout: bigint | undefined;
  end: StreamEnd | undefined;

  constructor(
    name: string,
    machine: WorldMachine,
    handle: number,
    family: AddressFamily,
    protocol: SocketProtocol,
    state: State,
  ) {
    this.name = name;
    this.machine = machine;
    this.handle = handle;
    this.family = family;
    this.protocol = protocol;
    this.states = new Set([state]);
  }

  /** Whether it is certainly in a state, and stays in it until another call is made. */
  isSurely(state: State): boolean {
    const possible = this.possible();
    return !this.isClosed && possible.size === 1 && possible.has(state);
  }

  /** Whether it may be in a state. */
  mayBe(state: State): boolean {
    return !this.isClosed && this.possible().has(state);
  }

  allows(call: string, state: State): boolean {
    return allowing[this.protocol][call]?.includes(state) ?? state !== "failed";
  }

  /** The states that it may be in now. */
  possible(): Set<State> {
    const possible = new Set(this.states);
    for (const { name, lane } of this.live) {
      if (lane === "write") this.#advance(name, possible);
    }
    return possible;
  }

  /** Adds the states to which a pending call may lead. */
  #advance(call: string, possible: Set<State>): void {
    const isUdp = this.protocol === "udp";
    const add = (from: readonly State[], to: readonly State[]): void => {
      if (!from.some((state) => possible.has(state))) return;
      for (const state of to) possible.add(state);
    };
    if (call === "bind") add(["unbound"], ["binding", "bound"]);
    else if (call === "listen") add(["bound"], ["listening"]);
    else if (call === "sendTo") add(["unbound"], ["bound"]);
    else if (call === "connect" && isUdp) {
      add(["unbound"], ["bound"]);
      add(["bound"], ["connected"]);
    } else if (call === "connect")
      add(["unbound", "bound"], ["connecting", "connected", "failed"]);
  }

  /** Updates the states after a call of the write lane has ended. */
  conclude({ name, wasQueued, seen }: LiveCall, answer: Answer): void {
    const { states } = this;
    const isUdp = this.protocol === "udp";
    const error = answer.tag === "err" ? answer.val : undefined;
    if (name === "bind" && error === undefined)
      this.states = new Set(["bound"]);
    else if (name === "bind" && error !== "invalid-input") {
      // A queued call that timed out before its turn has had no effect.
      if (!wasQueued) this.states = new Set(["unbound"]);
    } else if (name === "listen" && error === undefined)
      this.states = new Set(["listening"]);
    else if (name === "connect" && error === undefined)
      this.states = new Set(["connected"]);
    else if (name === "connect" && !isUdp && error !== "invalid-input") {
      const isOver = error === "timeout" || error === "would-block";
      if (wasQueued && isOver) states.add("failed");
      else this.states = new Set(["failed"]);
    } else if (name === "connect" && !isUdp) {
      // Either the state did not allow the call, or the kernel rejected the addresses.
      const allowed = [...seen].filter((state) => this.allows(name, state));
      if (allowed.length === seen.size) this.states = new Set(["failed"]);
      else if (allowed.length > 0) states.add("failed");
    } else if ((name === "sendTo" || name === "connect") && isUdp) {
      if (states.has("unbound")) states.add("bound");
      if (error === undefined) states.delete("unbound");
    }
  }
}
