import type { Worker } from "node:worker_threads";
import type { NodePeerAnswer, NodePeerRequest } from "./node-peer-worker.js";
import type { Peer, PeerObservation, PeerRun, PeerStep } from "./peer.js";

interface Waiting {
  readonly prepared: (run: PeerRun) => void;
  readonly finished: (observations: readonly PeerObservation[]) => void;
  readonly failed: (error: Error) => void;
}

/** Idle workers for reuse by later tests: starting a worker takes longer than running most tests. */
const idle: PeerWorker[] = [];

/**
 * Creates a peer on the loopback addresses of this machine, for backends that use the real network.
 *
 * The peer runs in a worker thread, so it continues while the thread under test blocks. Disposing of it closes
 * everything that it has open. The worker thread is kept for the next peer and does not keep the process alive.
 *
 * @returns a promise of a peer for one test. The caller owns it and disposes of it.
 */
export async function createNodePeer(): Promise<Peer> {
  let worker = idle.pop();
  if (worker === undefined) {
    // Imported dynamically, because the suite itself also runs in environments without Node.
    const { Worker } = await import("node:worker_threads");
    worker = new PeerWorker(
      new Worker(new URL("./node-peer-worker.js", import.meta.url)),
    );
  }
  return new NodePeer(worker);
}

/** Ends the worker threads of all peers that were disposed of. */
export async function closeNodePeers(): Promise<void> {
  await Promise.all(idle.splice(0).map((peer) => peer.terminate()));
}

/** A peer for one test, which has a worker until it is disposed of. */
class NodePeer implements Peer {
  #worker: PeerWorker | undefined;

  constructor(worker: PeerWorker) {
    this.#worker = worker;
  }

  run(script: readonly PeerStep[]): Promise<PeerRun> {
    if (this.#worker === undefined)
      return Promise.reject(new Error("the peer was disposed of"));
    return this.#worker.run(script);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    // Return the worker only once, even if the peer is disposed of repeatedly.
    this.#worker = undefined;
    if (worker === undefined) return;
    await worker.reset();
    idle.push(worker);
  }
}

class PeerWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  /** The error that ended the worker. */
  #crash: unknown;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on("message", (message: NodePeerAnswer) => {
      this.#take(message);
    });
    worker.on("error", (error) => {
      this.#crash = error;
      for (const { failed } of this.#waiting.values()) failed(error);
    });
  }

  run(script: readonly PeerStep[]): Promise<PeerRun> {
    return this.#ask((id) => ({ kind: "run", id, script }));
  }

  /** Ends all scripts and closes everything that they have opened. */
  async reset(): Promise<void> {
    // The promises of scripts that are still running never settle.
    this.#waiting.clear();
    this.#finished.clear();
    const { finished } = await this.#ask((id) => ({ kind: "reset", id }), true);
    await finished;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(
    request: (id: number) => NodePeerRequest,
    prepared = false,
  ): Promise<PeerRun> {
    if (this.#crash !== undefined)
      return Promise.reject(
        new Error("the worker of the peer has crashed", { cause: this.#crash }),
      );
    const id = this.#nextId++;
    // The worker keeps the process alive only while a response is pending.
    this.#worker.ref();
    return new Promise<PeerRun>((resolve, reject) => {
      const finished = new Promise<readonly PeerObservation[]>(
        (finish, fail) => {
          this.#waiting.set(id, {
            prepared: resolve,
            finished: finish,
            failed: (error) => {
              reject(error);
              fail(error);
            },
          });
        },
      );
      // If the caller does not await the promise, a failure must not be reported as an unhandled rejection.
      finished.catch(() => undefined);
      this.#finished.set(id, finished);
      if (prepared) resolve({ address: { host: "", port: 0 }, finished });
      this.#worker.postMessage(request(id));
    });
  }

  readonly #finished = new Map<number, Promise<readonly PeerObservation[]>>();

  #take(message: NodePeerAnswer): void {
    const { id } = message;
    const waiting = this.#waiting.get(id);
    const finished = this.#finished.get(id);
    if (waiting === undefined || finished === undefined) return;
    switch (message.kind) {
      case "prepared":
        waiting.prepared({ address: message.address, finished });
        return;
      case "finished":
        waiting.finished(message.observations);
        break;
      case "failed":
        waiting.failed(
          new Error(`the peer could not prepare: ${message.message}`),
        );
        break;
    }
    this.#waiting.delete(id);
    this.#finished.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
  }
}
