/** A host that can wait for several pollables at once. */
export interface Poller {
  /** Waits until at least one is ready, or wakes up spuriously. */
  poll(pollables: readonly Pollable[]): unknown;
}

/** A pollable of WASI. */
export class Pollable {
  readonly #host: Poller;
  readonly isReady: () => boolean;
  /** The time at which it becomes ready by itself, in milliseconds. */
  readonly at: number | undefined;

  constructor(host: Poller, isReady: () => boolean, at?: number) {
    this.#host = host;
    this.isReady = isReady;
    this.at = at;
  }

  ready(): boolean {
    return this.isReady();
  }

  block(): void {
    this.#host.poll([this]);
  }

  [Symbol.dispose](): void {}
}
