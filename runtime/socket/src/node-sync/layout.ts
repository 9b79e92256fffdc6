/**
 * The layout of the memory that the calling thread and the worker thread of a synchronous backend share: one board, one
 * control block per socket, and pairs of ring buffers, which only sockets that transfer data have.
 */
import type { DriverLimits } from "../driver.js";
import { readText, writeText } from "./text.js";

/** Indexes of the 32-bit words of the board. */
export const Board = {
  /** Incremented by the worker for each change. The caller sleeps on it (`Atomics.wait`). */
  Sequence: 0,
  /** What the caller sleeps for: one of {@link Waiting}, or a value of {@link waitingFor}. */
  Waiting: 1,
  /** 1 from when the caller posts a wake-up message until the worker starts to read the commands. */
  WakePending: 2,
  /** State of the worker: one of {@link Life}. When it has ended, the board has a text with the reason. */
  Life: 3,
  /** Length of the reason. */
  ReasonLength: 4,
  /** Incremented by the worker for each {@link Command.Ping} and {@link Command.Poll}. */
  Heartbeat: 5,
  /** How often the worker has released rings, or a control block. */
  Closed: 6,
  /** Number of commands that the caller has written (head), and that the worker has read (tail). */
  CommandHead: 7,
  CommandTail: 8,
  /** Whether the caller is in a system call on a descriptor that the worker owns: one of {@link CallerSyscall}. */
  CallerSyscall: 9,
  /** The kernel's thread ID of the worker; 0 if the platform does not provide it. */
  Thread: 10,
} as const;

export const Life = { Starting: 0, Ready: 1, Ended: 2 } as const;
export const Waiting = { Nothing: 0, Anything: 1 } as const;
/** `NonBlocking`: a system call that returns immediately. `Blocking`: one that may block ({@link Control.Blocking}). */
export const CallerSyscall = { None: 0, NonBlocking: 1, Blocking: 2 } as const;

/**
 * Encodes what the caller sleeps for: a change of one socket, and with `forRoom` also free room in its send ring. The two
 * differ so that a caller that waits for a reply is not woken when its request has been sent.
 */
export function waitingFor(control: number, forRoom: boolean): number {
  return ((control + 1) << 1) | (forRoom ? 1 : 0);
}

const BOARD_WORDS = 16;
/** Offset of the reason in the memory of the board, in bytes. */
export const REASON_AT: number = BOARD_WORDS * 4;
export const REASON_LENGTH = 512;
const COMMAND_WORDS = 4;
/** Capacity of the command queue; a power of two. */
export const COMMANDS = 2048;

/** Commands from the caller to the worker. Each has the number of a control block and two operands. */
export const Command = {
  /** Increment {@link Board.Heartbeat}, to show the caller that the worker is alive. */
  Ping: 0,
  /** Bind to the address in the argument. Operands: {@link socketBits}, and for UDP the number of the ring pair. */
  Bind: 1,
  /** Connect to the address in the argument. Operands: {@link socketBits}, and the number of the ring pair. */
  Connect: 2,
  /** Listen. First operand: the backlog. */
  Listen: 3,
  /** Take the next connection of a listener. Operands: the listener's control block, and the ring pair of the connection. */
  Adopt: 4,
  /** Send what is in the send ring. First operand, for UDP: 1 if the caller waits for the outcome. */
  Send: 5,
  /** Resume reading. */
  Receive: 6,
  /** Deliver what is in the send ring, then close. */
  Close: 7,
  /** Make the descriptor blocking, and leave the connection to the caller. */
  Block: 8,
  /** Make the descriptor non-blocking again. */
  Unblock: 9,
  /** Reset all connections that still have bytes in their send rings. The backend ends. */
  Abandon: 10,
  /** Increment {@link Board.Heartbeat} after the event loop has polled the network. */
  Poll: 11,
} as const;

/** The board: memory that both threads have from the start. */
export interface SharedBoard {
  readonly words: Int32Array;
  readonly reason: Uint8Array;
  readonly commands: Int32Array;
}

/** Size of the board, in bytes. */
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

/** Appends a command to the queue, on the calling thread only. Returns whether there was room. */
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

/** Reads the queued commands and passes each to `take`, on the worker thread only. */
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

/** Indexes of the 32-bit words of a control block. All words are 0 when a socket gets the block. */
export const Control = {
  /** Outcome of the connection attempt, or of the last command that has an answer: one of {@link Outcome}. */
  Outcome: 0,
  /** Length of the text of the error that broke the connection, or of a failed outcome; 0 if there is none. */
  ErrorLength: 1,
  /** 1 if an error must be reported by the next call that reads or writes. */
  Failed: 2,
  /** 1 once the peer has ended its side and all bytes that the worker read are in the ring. */
  Ended: 3,
  /** Whether the worker has closed the socket: one of {@link Closed}. */
  Closed: 4,
  ReceiveHead: 5,
  ReceiveTail: 6,
  /**
   * 1 while the worker has stopped reading. It resumes on {@link Command.Receive}; until then the caller may read from the
   * descriptor.
   */
  ReceivePaused: 7,
  SendHead: 8,
  SendTail: 9,
  /** 1 while the worker has nothing to send. It looks again on {@link Command.Send}. */
  SendIdle: 10,
  /** Number of connections that have arrived at the listener so far, including those that the caller has accepted. */
  Connections: 11,
  LocalPort: 12,
  LocalLength: 13,
  PeerPort: 14,
  PeerLength: 15,
  ArgumentPort: 16,
  ArgumentLength: 17,
  /** Number of datagrams that the worker has written into the receive ring (in), and that the caller has removed (out). */
  DatagramsIn: 18,
  DatagramsOut: 19,
  /** The file descriptor that the caller may use, plus 1; 0 if there is none. */
  Descriptor: 20,
  /** The lower 32 bits of its inode number. */
  Inode: 21,
  /** Whether system calls on the descriptor block: one of {@link Blocking}. */
  Blocking: 22,
} as const;

/**
 * `Yes`: the worker has delivered what the caller sent, and ends the connection. `RingsReleased`: it no longer touches the
 * rings, which may be used for another socket. `Released`: nor the control block.
 */
export const Closed = { No: 0, Yes: 1, RingsReleased: 2, Released: 3 } as const;
export const Outcome = { Pending: 0, Done: 1, Failed: 2 } as const;
/** `Asked`: requested, and the worker has not answered yet. `Impossible`: the descriptor cannot be made blocking. */
export const Blocking = { No: 0, Asked: 1, Yes: 2, Impossible: 3 } as const;

const CONTROL_WORDS = 32;
const ADDRESS_LENGTH = 96;
const ERROR_LENGTH = 224;
const LOCAL_AT = CONTROL_WORDS * 4;
const PEER_AT = LOCAL_AT + ADDRESS_LENGTH;
const ARGUMENT_AT = PEER_AT + ADDRESS_LENGTH;
const ERROR_AT = ARGUMENT_AT + ADDRESS_LENGTH;
/** Size of one control block, in bytes. */
export const CONTROL_SIZE: number = ERROR_AT + ERROR_LENGTH;
/** Control blocks are allocated this many at a time. */
export const CONTROLS_PER_CHUNK = 64;
/** Maximum length of a numeric address, with its scope, in a control block. */
export const LONGEST_ADDRESS: number = ADDRESS_LENGTH;

/** A view of one control block, used by both threads. */
export class ControlBlock {
  /** Its number, the same in both threads. */
  readonly id: number;
  readonly words: Int32Array;
  readonly #bytes: Uint8Array;

  /** @param memory - the chunk that contains the block. */
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

  /** Sets all words to 0. */
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

  /** Stores the code and the message of an error for the other thread. */
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

  /** The error that {@link setError} stored. */
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

/** Encodes the kind of a socket as an operand of a command. */
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

/** Memory that the caller allocates later and posts to the worker, before the first command that needs it. */
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

/** The result of a lookup, posted back by the worker. */
export interface LookupAnswer {
  readonly id: number;
  readonly addresses?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** The data that the worker is started with. */
export interface WorkerStart {
  readonly board: SharedArrayBuffer;
  readonly limits: DriverLimits;
}

/** The two halves of a ring pair: bytes that the worker has received, and bytes for it to send. */
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
