/**
 * The shared memory of a synchronous backend and its worker: one board for both, one control block a socket, and pairs
 * of rings, which a socket has only while it carries data.
 */
import type { DriverLimits } from "../driver.js";
import { readText, writeText } from "./text.js";

/** Words of the board. */
export const Board = {
  /** Counts what the worker did; the caller sleeps on it. */
  Sequence: 0,
  /** What the caller sleeps for: 0 nothing, 1 anything, else {@link waitingFor}. */
  Waiting: 1,
  /** 1 when the worker has been told that there are commands, and has not looked yet. */
  Bell: 2,
  /** 1 when the worker is ready, 2 when it has ended; the reason is in the text of the board. */
  Life: 3,
  /** Length of that text. */
  ReasonLength: 4,
  /** Counts the worker's answers to being asked whether it lives. */
  Heartbeat: 5,
  /** Counts the sockets that the worker has closed and is done with. */
  Closed: 6,
  /** Commands written by the caller, and read by the worker. */
  CommandHead: 7,
  CommandTail: 8,
  /** What the caller does on a descriptor of the worker's: one of {@link InSystem}. */
  InSystem: 9,
  /** The system's number of the worker's thread; 0 where the system does not tell. */
  Thread: 10,
} as const;

export const Life = { Starting: 0, Ready: 1, Ended: 2 } as const;
export const Waiting = { Nothing: 0, Anything: 1 } as const;
/** A system call that returns at once, or one that may wait ({@link Control.Blocking}). */
export const InSystem = { No: 0, Briefly: 1, Waiting: 2 } as const;

/**
 * What the caller sleeps for, as one number: news of one socket, or only room for what it sends. The two differ because
 * whoever waits for an answer would otherwise be woken when the question has gone out.
 */
export function waitingFor(control: number, forRoom: boolean): number {
  return ((control + 1) << 1) | (forRoom ? 1 : 0);
}

const BOARD_WORDS = 16;
/** Where the reason is in the memory of the board, in bytes. */
export const REASON_AT: number = BOARD_WORDS * 4;
export const REASON_LENGTH = 512;
const COMMAND_WORDS = 4;
/** How many commands can wait for the worker. */
export const COMMANDS = 2048;

/** What the caller tells the worker. Each command has the number of a control block and two numbers of its own. */
export const Command = {
  /** Answer, so that the caller knows that the worker lives. */
  Ping: 0,
  /** Bind to the argument; the first number is {@link socketBits}, the second the rings (UDP). */
  Bind: 1,
  /** Connect to the argument; numbers as for `Bind`. */
  Connect: 2,
  /** Listen; the first number is the backlog. */
  Listen: 3,
  /** Take the next connection of the listener in the first number; the second is its rings. */
  Adopt: 4,
  /** There are bytes to send. */
  Send: 5,
  /** Read on. */
  Receive: 6,
  /** Deliver what is there and close. */
  Close: 7,
  /** Make the descriptor one that blocks, and leave the connection to the caller. */
  Block: 8,
  /** The contrary. */
  Unblock: 9,
} as const;

/** The memory that both threads know from the start. */
export interface SharedBoard {
  readonly words: Int32Array;
  readonly reason: Uint8Array;
  readonly commands: Int32Array;
}

/** How large the memory of {@link boardOf} is, in bytes. */
export const BOARD_SIZE: number =
  BOARD_WORDS * 4 + REASON_LENGTH + COMMANDS * COMMAND_WORDS * 4;

export function boardOf(memory: SharedArrayBuffer): SharedBoard {
  return {
    words: new Int32Array(memory, 0, BOARD_WORDS),
    reason: new Uint8Array(memory, REASON_AT, REASON_LENGTH),
    commands: new Int32Array(
      memory,
      BOARD_WORDS * 4 + REASON_LENGTH,
      COMMANDS * COMMAND_WORDS,
    ),
  };
}

/** Writes a command; the caller's thread only. Returns whether there was room. */
export function pushCommand(
  board: SharedBoard,
  code: number,
  control: number,
  first: number,
  second: number,
): boolean {
  const head = Atomics.load(board.words, Board.CommandHead);
  if (((head - Atomics.load(board.words, Board.CommandTail)) | 0) >= COMMANDS)
    return false;
  const at = (head & (COMMANDS - 1)) * COMMAND_WORDS;
  board.commands[at] = code;
  board.commands[at + 1] = control;
  board.commands[at + 2] = first;
  board.commands[at + 3] = second;
  Atomics.store(board.words, Board.CommandHead, (head + 1) | 0);
  return true;
}

/** Reads the commands that wait and gives each to `take`; the worker's thread only. */
export function takeCommands(
  board: SharedBoard,
  take: (code: number, control: number, first: number, second: number) => void,
): void {
  let tail = Atomics.load(board.words, Board.CommandTail);
  while (tail !== Atomics.load(board.words, Board.CommandHead)) {
    const at = (tail & (COMMANDS - 1)) * COMMAND_WORDS;
    const code = board.commands[at] ?? 0;
    const control = board.commands[at + 1] ?? 0;
    const first = board.commands[at + 2] ?? 0;
    const second = board.commands[at + 3] ?? 0;
    tail = (tail + 1) | 0;
    Atomics.store(board.words, Board.CommandTail, tail);
    take(code, control, first, second);
  }
}

/** Words of a control block. All of them are 0 when a socket gets the block. */
export const Control = {
  /** Of the connection or the last command that has an answer: one of {@link Outcome}. */
  Outcome: 0,
  /** Length of the text of the error that broke the connection, or of the outcome; 0 when there is none. */
  ErrorLength: 1,
  /** 1 when an error waits to be reported by the next call that reads or writes. */
  Failed: 2,
  /** 1 when the peer has finished and all its bytes are in the ring. */
  Ended: 3,
  /** 1 when the worker has closed the socket and will not touch the block or its rings again. */
  Closed: 4,
  ReceiveHead: 5,
  ReceiveTail: 6,
  /** 1 when the worker has stopped reading, and must be told to go on; meanwhile the caller may read from the descriptor. */
  ReceivePaused: 7,
  SendHead: 8,
  SendTail: 9,
  /** 1 when the worker has nothing to send, and must be told when there is something. */
  SendIdle: 10,
  /** Connections that the listener has taken and the caller has not. */
  Connections: 11,
  LocalPort: 12,
  LocalLength: 13,
  PeerPort: 14,
  PeerLength: 15,
  ArgumentPort: 16,
  ArgumentLength: 17,
  /** Datagrams that the worker wrote into the ring, and that the caller took out. */
  DatagramsIn: 18,
  DatagramsOut: 19,
  /** The file descriptor, plus 1, that the caller may use; 0 when there is none. */
  Descriptor: 20,
  /** The lower half of its inode number. */
  Inode: 21,
  /** Whether calls on the descriptor wait in the system: one of {@link Blocking}. */
  Blocking: 22,
} as const;

export const Outcome = { Pending: 0, Done: 1, Failed: 2 } as const;
/** `Asked` until the worker has answered; `Impossible` if it never will be possible. */
export const Blocking = { No: 0, Asked: 1, Yes: 2, Impossible: 3 } as const;

const CONTROL_WORDS = 32;
const ADDRESS_LENGTH = 96;
const ERROR_LENGTH = 224;
const LOCAL_AT = CONTROL_WORDS * 4;
const PEER_AT = LOCAL_AT + ADDRESS_LENGTH;
const ARGUMENT_AT = PEER_AT + ADDRESS_LENGTH;
const ERROR_AT = ARGUMENT_AT + ADDRESS_LENGTH;
/** Bytes of one control block. */
export const CONTROL_SIZE: number = ERROR_AT + ERROR_LENGTH;
/** Control blocks are made this many at a time. */
export const CONTROLS_PER_CHUNK = 64;
/** The longest numeric address, with its scope, that fits into a control block. */
export const LONGEST_ADDRESS: number = ADDRESS_LENGTH;

/** One control block, as either thread sees it. */
export class ControlBlock {
  /** Its number, the same in both threads. */
  readonly id: number;
  readonly words: Int32Array;
  readonly #bytes: Uint8Array;

  /** @param memory - the chunk that the block is in. */
  constructor(id: number, memory: SharedArrayBuffer) {
    const start = (id % CONTROLS_PER_CHUNK) * CONTROL_SIZE;
    this.id = id;
    this.words = new Int32Array(memory, start, CONTROL_WORDS);
    this.#bytes = new Uint8Array(memory, start, CONTROL_SIZE);
  }

  load(word: number): number {
    return Atomics.load(this.words, word);
  }

  store(word: number, value: number): void {
    Atomics.store(this.words, word, value);
  }

  /** Makes the block as new. */
  clear(): void {
    this.words.fill(0);
  }

  setLocal(host: string, port: number): void {
    this.words[Control.LocalLength] = writeText(
      this.#bytes,
      LOCAL_AT,
      ADDRESS_LENGTH,
      host,
    );
    this.words[Control.LocalPort] = port;
  }

  setPeer(host: string, port: number): void {
    this.words[Control.PeerLength] = writeText(
      this.#bytes,
      PEER_AT,
      ADDRESS_LENGTH,
      host,
    );
    this.words[Control.PeerPort] = port;
  }

  setArgument(host: string, port: number): void {
    this.words[Control.ArgumentLength] = writeText(
      this.#bytes,
      ARGUMENT_AT,
      ADDRESS_LENGTH,
      host,
    );
    this.words[Control.ArgumentPort] = port;
  }

  /** Keeps an error's code and message for the other thread. */
  setError(error: Error & { code?: unknown }): void {
    const code = typeof error.code === "string" ? error.code : "";
    const text = `${code}\n${error.message}`;
    Atomics.store(
      this.words,
      Control.ErrorLength,
      writeText(this.#bytes, ERROR_AT, ERROR_LENGTH, text),
    );
  }

  get local(): { host: string; port: number } {
    const length = this.words[Control.LocalLength] ?? 0;
    return {
      host: readText(this.#bytes, LOCAL_AT, length),
      port: this.words[Control.LocalPort] ?? 0,
    };
  }

  get peer(): { host: string; port: number } {
    const length = this.words[Control.PeerLength] ?? 0;
    return {
      host: readText(this.#bytes, PEER_AT, length),
      port: this.words[Control.PeerPort] ?? 0,
    };
  }

  get argument(): { host: string; port: number } {
    const length = this.words[Control.ArgumentLength] ?? 0;
    return {
      host: readText(this.#bytes, ARGUMENT_AT, length),
      port: this.words[Control.ArgumentPort] ?? 0,
    };
  }

  /** The error that {@link setError} kept. */
  get error(): Error & { code?: string } {
    const text = readText(
      this.#bytes,
      ERROR_AT,
      this.load(Control.ErrorLength),
    );
    const end = text.indexOf("\n");
    const error: Error & { code?: string } = new Error(text.slice(end + 1));
    if (end > 0) error.code = text.slice(0, end);
    return error;
  }
}

/** Which kind of socket, as one number of a command. */
export function socketBits(
  family: "ipv4" | "ipv6",
  protocol: "tcp" | "udp",
  reuseAddress: boolean,
): number {
  return (
    (family === "ipv6" ? 1 : 0) |
    (protocol === "udp" ? 2 : 0) |
    (reuseAddress ? 4 : 0)
  );
}

export function socketOfBits(bits: number): {
  family: "ipv4" | "ipv6";
  protocol: "tcp" | "udp";
  reuseAddress: boolean;
} {
  return {
    family: (bits & 1) === 0 ? "ipv4" : "ipv6",
    protocol: (bits & 2) === 0 ? "tcp" : "udp",
    reuseAddress: (bits & 4) !== 0,
  };
}

/** Memory that the caller makes later on and posts to the worker, before the first command that needs it. */
export type Memory =
  | {
      readonly kind: "controls";
      readonly chunk: number;
      readonly memory: SharedArrayBuffer;
    }
  | {
      readonly kind: "rings";
      readonly id: number;
      readonly memory: SharedArrayBuffer;
    };

/** A name to look up, posted to the worker. */
export interface LookupRequest {
  readonly kind: "lookup";
  readonly id: number;
  readonly name: string;
  readonly family: "ipv4" | "ipv6";
}

/** What the worker found, posted back. */
export interface LookupAnswer {
  readonly id: number;
  readonly addresses?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** What the worker is started with. */
export interface WorkerStart {
  readonly board: SharedArrayBuffer;
  readonly limits: DriverLimits;
}

/** The two halves of a pair of rings: what the worker receives, and what it sends. */
export interface Rings {
  readonly receive: Uint8Array;
  readonly send: Uint8Array;
}

export function ringsOf(memory: SharedArrayBuffer): Rings {
  const half = memory.byteLength / 2;
  return {
    receive: new Uint8Array(memory, 0, half),
    send: new Uint8Array(memory, half, half),
  };
}
