/** What can wait for several things at once. */
export interface Poller {
  /** Waits until one is ready, or seems so. */
  poll(pollables: readonly Pollable[]): unknown;
}

/** Something to wait for. */
export class Pollable {
  readonly #host: Poller;
  readonly isReady: () => boolean;
  /** When it becomes ready by itself, in milliseconds. */
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
