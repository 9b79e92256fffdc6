/** A UDP socket in the worker: transfers datagrams between the asynchronous driver and the two rings. */
import { PENDING } from "../../driver.js";
import type { Attempt, DriverLimits, NumericAddress } from "../../driver.js";
import type { NodeSocket } from "../../node/node-socket.js";
import { UdpSocket } from "../../node/udp-socket.js";
import { DatagramReader, writeDatagram } from "../datagrams.js";
import { Control, Outcome, type ControlBlock, type Rings } from "../layout.js";
import { RingReader, RingWriter } from "../ring.js";
import type { WorkerContext } from "./context.js";
import { shareDescriptor } from "./descriptor.js";

export class DatagramSocket {
  readonly #context: WorkerContext;
  readonly #control: ControlBlock;
  readonly #socket: NodeSocket;
  readonly #received: RingWriter;
  readonly #toSend: DatagramReader;
  readonly #limits: DriverLimits;
  #isWaitingToSend = false;
  #isWaitingToReceive = false;
  #awaitsOutcome = false;
  #isClosing = false;
  /** The next peer, while datagrams to the previous one are still being sent. */
  #nextPeer: NumericAddress | undefined;
  #retry:
    | {
        readonly data: Uint8Array;
        readonly address: NumericAddress | undefined;
      }
    | undefined;

  constructor(
    context: WorkerContext,
    control: ControlBlock,
    rings: Rings,
    socket: NodeSocket,
    limits: DriverLimits,
  ) {
    const { words } = control;
    this.#context = context;
    this.#control = control;
    this.#socket = socket;
    this.#limits = limits;
    this.#received = new RingWriter(rings.receive, {
      words,
      head: Control.ReceiveHead,
      tail: Control.ReceiveTail,
    });
    this.#toSend = new DatagramReader(
      new RingReader(rings.send, {
        words,
        head: Control.SendHead,
        tail: Control.SendTail,
      }),
    );
  }

  /** Binds, and reports the outcome to the caller. */
  bind(address: NumericAddress, reuseAddress: boolean): void {
    this.#settle("bind", () =>
      this.#context.driver.tryBind(this.#socket, address, reuseAddress),
    );
  }

  /** Sets the peer, and reports the outcome to the caller. Datagrams that are still in the ring go to the previous peer. */
  connect(address: NumericAddress): void {
    if (this.#isWaitingToSend) {
      this.#nextPeer = address;
      return;
    }
    this.#nextPeer = undefined;
    this.#settle("connect", () =>
      this.#context.driver.tryConnect(this.#socket, address),
    );
  }

  #settle(readiness: "bind" | "connect", attempt: () => Attempt<void>): void {
    const { driver } = this.#context;
    try {
      if (attempt() === PENDING) {
        driver.wait(this.#socket, readiness, () => {
          this.#settle(readiness, attempt);
        });
        return;
      }
      const local = driver.localAddress(this.#socket);
      this.#control.setLocal(local.host, local.port);
      if (readiness === "connect") {
        const peer = driver.peerAddress(this.#socket);
        this.#control.setPeer(peer.host, peer.port);
        this.#share();
      }
      this.#answer(undefined);
      this.receive();
    } catch (error) {
      // The socket keeps its previous peer, but may have another descriptor.
      if (readiness === "connect") this.#share();
      this.#answer(error);
    }
  }

  /** Shares the descriptor, so that the caller can write to the peer directly. */
  #share(): void {
    if (this.#socket instanceof UdpSocket)
      shareDescriptor(this.#context.board, this.#control, this.#socket.handle);
  }

  /** Sends what is in the ring. With `awaitsOutcome`, the caller waits for the outcome. */
  send(awaitsOutcome: boolean): void {
    if (awaitsOutcome) this.#awaitsOutcome = true;
    if (!this.#isWaitingToSend) this.#sendAll();
  }

  #sendAll(): void {
    this.#isWaitingToSend = false;
    for (;;) {
      let next = this.#retry;
      if (next === undefined) {
        const found = this.#toSend.peek();
        if (found === undefined) {
          if (this.#awaitsOutcome) this.#answer(undefined);
          this.#control.store(Control.SendIdle, 1);
          // The caller may have written before it could see `SendIdle`, and then has sent no command. So check again.
          if (
            this.#toSend.peek() !== undefined &&
            Atomics.exchange(this.#control.words, Control.SendIdle, 0) === 1
          ) {
            continue;
          }
          if (this.#isClosing) this.#finish();
          else if (this.#nextPeer !== undefined) this.connect(this.#nextPeer);
          return;
        }
        next = {
          data: found.data,
          address:
            found.host === ""
              ? undefined
              : { host: found.host, port: found.port },
        };
      }
      try {
        if (
          this.#context.driver.trySendTo(
            this.#socket,
            next.data,
            next.address,
            true,
          ) === PENDING
        ) {
          this.#retry = next;
          this.#isWaitingToSend = true;
          this.#context.driver.wait(this.#socket, "write", () => {
            this.#sendAll();
          });
          return;
        }
      } catch (error) {
        this.#report(error);
      }
      this.#retry = undefined;
      this.#toSend.release();
      this.#context.signal.roomMade(this.#control.id);
    }
  }

  /** Moves received datagrams into the ring. Drops those that do not fit: UDP has no back-pressure. */
  receive(): void {
    if (this.#isClosing || this.#isWaitingToReceive) return;
    for (;;) {
      try {
        const datagram = this.#context.driver.tryReceiveFrom(
          this.#socket,
          65_536,
        );
        if (datagram === PENDING) {
          this.#waitToReceive();
          return;
        }
        const { data, sender } = datagram;
        if (
          this.#isFull(data.length) ||
          !writeDatagram(this.#received, data, sender.host, sender.port)
        )
          continue;
        this.#control.store(
          Control.DatagramsIn,
          (this.#control.load(Control.DatagramsIn) + 1) | 0,
        );
        this.#context.signal.changed(this.#control.id);
      } catch (error) {
        this.#report(error);
        this.#waitToReceive();
        return;
      }
    }
  }

  /** Sends what is in the ring, then closes. */
  close(): void {
    this.#isClosing = true;
    if (this.#isWaitingToReceive)
      this.#context.driver.unwait(this.#socket, "read");
    this.send(false);
  }

  #finish(): void {
    this.#context.driver.close(this.#socket);
    this.#context.released(this.#control);
  }

  /** Whether the limits leave no room for a datagram of this length. One datagram of any length may always wait. */
  #isFull(length: number): boolean {
    const { size, free } = this.#received;
    const { bufferedBytes, queuedDatagrams } = this.#limits;
    if (free < size && size - free + length > bufferedBytes) return true;
    const queued =
      (this.#control.load(Control.DatagramsIn) -
        this.#control.load(Control.DatagramsOut)) |
      0;
    return queued >= queuedDatagrams;
  }

  #waitToReceive(): void {
    this.#isWaitingToReceive = true;
    this.#context.driver.wait(this.#socket, "read", () => {
      this.#isWaitingToReceive = false;
      this.receive();
    });
  }

  /** Reports the outcome of a command to the caller. */
  #answer(error: unknown): void {
    this.#awaitsOutcome = false;
    if (error !== undefined) this.#control.setError(toError(error));
    this.#control.store(
      Control.Outcome,
      error === undefined ? Outcome.Done : Outcome.Failed,
    );
    this.#context.signal.changed(this.#control.id);
  }

  /** Reports an error: as the outcome of a send that the caller waits for, otherwise with the caller's next call. */
  #report(error: unknown): void {
    if (this.#awaitsOutcome) {
      this.#answer(error);
      return;
    }
    if (this.#control.load(Control.Failed) === 1) return;
    this.#control.setError(toError(error));
    this.#control.store(Control.Failed, 1);
    this.#context.signal.changed(this.#control.id);
  }
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
