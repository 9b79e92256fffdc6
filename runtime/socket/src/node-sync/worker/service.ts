/** The worker's side of the link: reads the caller's commands and executes them with the asynchronous driver. */
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { PENDING, type Attempt, type DriverLimits } from "../../driver.js";
import { createNodeDriver } from "../../node/driver.js";
import { TcpSocket } from "../../node/tcp-socket.js";
import {
  Board,
  boardOf,
  Command,
  Control,
  ControlBlock,
  CONTROLS_PER_CHUNK,
  Outcome,
  ringsOf,
  socketOfBits,
  takeCommands,
  Waiting,
  type LookupAnswer,
  type LookupRequest,
  type Memory,
  type Rings,
  type WorkerStart,
} from "../layout.js";
import { WorkerContext } from "./context.js";
import { DatagramSocket, toError } from "./datagram-socket.js";
import { Signal } from "./signal.js";
import { Stream } from "./stream.js";

/** The worker's state of one socket. */
interface Entry {
  readonly control: ControlBlock;
  /** A TCP socket that was bound, listens or connects. */
  tcp?: TcpSocket;
  /** A TCP connection. */
  stream?: Stream;
  udp?: DatagramSocket;
}

/** Messages of the caller. 0 is the wake-up message: there are commands. */
type Message = Memory | LookupRequest | 0;

export class Service {
  readonly #context: WorkerContext;
  readonly #limits: DriverLimits;
  readonly #port: MessagePort;
  readonly #chunks: SharedArrayBuffer[] = [];
  readonly #rings: SharedArrayBuffer[] = [];
  readonly #entries = new Map<number, Entry>();
  /** The sink for the connection that the driver is about to create. */
  #nextStream: Stream | undefined;

  /** @param port - receives memory, lookup requests and wake-up messages, and sends the results of lookups. */
  constructor({ board: memory, limits }: WorkerStart, port: MessagePort) {
    const board = boardOf(memory);
    this.#limits = limits;
    const driver = createNodeDriver({
      // The driver passes each datagram on immediately. The queue is the ring.
      limits: { ...limits, queuedDatagrams: 1 },
      createSink: () => {
        const stream = this.#nextStream;
        if (stream === undefined)
          throw new Error("nobody asked for this connection");
        return stream;
      },
    });
    this.#context = new WorkerContext(board, new Signal(board), driver);
    this.#port = port;
    port.on("message", (message: Message) => {
      this.#onMessage(message);
    });
  }

  #onMessage(message: Message): void {
    if (message === 0) {
      const { board, signal } = this.#context;
      // Reset before the commands are read, so that the caller posts another message for a command that comes meanwhile.
      Atomics.store(board.words, Board.WakePending, 0);
      takeCommands(board, (code, control, first, second) => {
        this.#take(code, control, first, second);
      });
      // The caller may wait for room in the command queue.
      if (Atomics.load(board.words, Board.Waiting) === Waiting.Anything)
        signal.changedAll();
      return;
    }
    switch (message.kind) {
      case "controls":
        this.#chunks[message.chunk] = message.memory;
        break;
      case "rings":
        this.#rings[message.id] = message.memory;
        break;
      case "lookup":
        this.#lookup(message);
        break;
    }
  }

  #ringsOf(id: number): Rings {
    return ringsOf(this.#memory(this.#rings, id));
  }

  /** Returns memory that was posted before the command that needs it, but whose message may not have been handled yet. */
  #memory(
    list: readonly SharedArrayBuffer[],
    index: number,
  ): SharedArrayBuffer {
    for (;;) {
      const known = list[index];
      if (known !== undefined) return known;
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined)
        throw new Error("a command speaks of memory that was never posted");
      const message = received.message as Message;
      // This consumes a wake-up message, so reset the bell; otherwise the caller would never post another one. The commands
      // that it announces are read by the loop that is running.
      if (message === 0)
        Atomics.store(this.#context.board.words, Board.WakePending, 0);
      else this.#onMessage(message);
    }
  }

  #entry(id: number): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const memory = this.#memory(
      this.#chunks,
      Math.floor(id / CONTROLS_PER_CHUNK),
    );
    const entry: Entry = { control: new ControlBlock(id, memory) };
    this.#entries.set(id, entry);
    return entry;
  }

  #take(code: number, id: number, first: number, second: number): void {
    if (code === Command.Ping) {
      this.#beat();
      return;
    }
    if (code === Command.Poll) {
      // The first one runs in this turn of the event loop, and the second one after the poll of the next turn.
      setImmediate(() => setImmediate(() => this.#beat()));
      return;
    }
    if (code === Command.Abandon) {
      for (const { stream } of this.#entries.values()) stream?.abandon();
      for (const stream of this.#context.delivering) stream.abandon();
      return;
    }
    const entry = this.#entry(id);
    switch (code) {
      case Command.Bind:
        this.#bind(entry, first, second);
        break;
      case Command.Connect:
        this.#connect(entry, first, second);
        break;
      case Command.Listen:
        this.#listen(entry, first);
        break;
      case Command.Adopt:
        this.#adopt(entry, first, second);
        break;
      case Command.Send:
        entry.stream?.send();
        entry.udp?.send(first === 1);
        break;
      case Command.Receive:
        entry.stream?.resume();
        break;
      case Command.Block:
        entry.stream?.block();
        break;
      case Command.Unblock:
        entry.stream?.unblock();
        break;
      case Command.Close:
        this.#close(entry);
        break;
    }
  }

  #beat(): void {
    Atomics.add(this.#context.board.words, Board.Heartbeat, 1);
    this.#context.signal.changedAll();
  }

  #bind(entry: Entry, bits: number, rings: number): void {
    const { protocol, reuseAddress } = socketOfBits(bits);
    const { argument } = entry.control;
    const { driver } = this.#context;
    if (protocol === "udp") {
      this.#udp(entry, bits, rings).bind(argument, reuseAddress);
      return;
    }
    const tcp = this.#tcp(entry, bits);
    this.#answer(entry, () => {
      const bound = driver.tryBind(tcp, argument, reuseAddress);
      const { host, port } = driver.localAddress(tcp);
      entry.control.setLocal(host, port);
      return bound;
    });
  }

  #connect(entry: Entry, bits: number, rings: number): void {
    const { protocol } = socketOfBits(bits);
    const { argument } = entry.control;
    const { driver } = this.#context;
    if (protocol === "udp") {
      this.#udp(entry, bits, rings).connect(argument);
      return;
    }
    const tcp = this.#tcp(entry, bits);
    const stream = new Stream(
      this.#context,
      entry.control,
      this.#ringsOf(rings),
      () => {
        if (this.#entries.get(entry.control.id) === entry) attempt();
      },
    );
    const attempt = (): void => {
      try {
        this.#nextStream = stream;
        if (driver.tryConnect(tcp, argument) === PENDING) return;
        entry.stream = stream;
        stream.connected(tcp);
      } catch (error) {
        this.#fail(entry, error);
      } finally {
        this.#nextStream = undefined;
      }
    };
    attempt();
  }

  #listen(entry: Entry, backlog: number): void {
    const { driver, signal } = this.#context;
    const { control, tcp } = entry;
    if (tcp === undefined) {
      this.#fail(
        entry,
        Object.assign(new Error("the socket is not bound"), { code: "EINVAL" }),
      );
      return;
    }
    // Each connection ends one wait. So connections are counted here, and accepted from the driver when the caller does.
    const onConnection = (): void => {
      driver.wait(tcp, "accept", onConnection);
      control.store(
        Control.Connections,
        (control.load(Control.Connections) + 1) | 0,
      );
      signal.changed(control.id);
    };
    driver.wait(tcp, "accept", onConnection);
    const attempt = (): void => {
      this.#answer(entry, () => {
        const listening = driver.tryListen(tcp, backlog);
        if (listening === PENDING) driver.wait(tcp, "listen", attempt);
        return listening;
      });
    };
    attempt();
  }

  #adopt(entry: Entry, listener: number, rings: number): void {
    const { driver } = this.#context;
    const { tcp } = this.#entry(listener);
    const stream = new Stream(
      this.#context,
      entry.control,
      this.#ringsOf(rings),
    );
    entry.stream = stream;
    try {
      this.#nextStream = stream;
      const accepted = tcp === undefined ? PENDING : driver.tryAccept(tcp);
      if (!(accepted instanceof TcpSocket))
        throw new Error("there is no connection to accept");
      stream.connected(accepted);
    } catch (error) {
      stream.fail(toError(error));
    } finally {
      this.#nextStream = undefined;
    }
  }

  #tcp(entry: Entry, bits: number): TcpSocket {
    if (entry.tcp !== undefined) return entry.tcp;
    const { family } = socketOfBits(bits);
    const socket = this.#context.driver.open(family, "tcp");
    if (!(socket instanceof TcpSocket))
      throw new Error("the driver has other TCP sockets than its own");
    entry.tcp = socket;
    return socket;
  }

  #udp(entry: Entry, bits: number, rings: number): DatagramSocket {
    if (entry.udp !== undefined) return entry.udp;
    const { family } = socketOfBits(bits);
    const socket = this.#context.driver.open(family, "udp");
    entry.udp = new DatagramSocket(
      this.#context,
      entry.control,
      this.#ringsOf(rings),
      socket,
      this.#limits,
    );
    return entry.udp;
  }

  #close(entry: Entry): void {
    this.#entries.delete(entry.control.id);
    if (entry.stream !== undefined) {
      entry.stream.close();
    } else if (entry.udp !== undefined) {
      entry.udp.close();
    } else {
      if (entry.tcp !== undefined) this.#context.driver.close(entry.tcp);
      this.#context.released(entry.control);
    }
  }

  /** Reports the outcome of a command to the caller, unless it is still pending. */
  #answer(entry: Entry, attempt: () => Attempt<void>): void {
    try {
      if (attempt() === PENDING) return;
      entry.control.store(Control.Outcome, Outcome.Done);
      this.#context.signal.changed(entry.control.id);
    } catch (error) {
      this.#fail(entry, error);
    }
  }

  #fail(entry: Entry, error: unknown): void {
    entry.control.setError(toError(error));
    entry.control.store(Control.Outcome, Outcome.Failed);
    this.#context.signal.changed(entry.control.id);
  }

  #lookup({ id, name, family }: LookupRequest): void {
    const { driver, signal } = this.#context;
    const reply = (answer: LookupAnswer): void => {
      this.#port.postMessage(answer);
      signal.changedAll();
    };
    const fail = (error: unknown): void => {
      const { code, message }: Error & { code?: unknown } = toError(error);
      reply({
        id,
        error: { code: typeof code === "string" ? code : "", message },
      });
    };
    try {
      const lookup = driver.lookup(name, family);
      const attempt = (): void => {
        try {
          const addresses = driver.tryLookup(lookup);
          if (addresses === PENDING) driver.wait(lookup, "lookup", attempt);
          else reply({ id, addresses });
        } catch (error) {
          fail(error);
        }
      };
      attempt();
    } catch (error) {
      fail(error);
    }
  }
}
