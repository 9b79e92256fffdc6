import type { AddressFamily, SocketAddress } from "@wit2ts/core-libs/socket";

/**
 * An instruction for a peer. A script runs on one connection or one UDP socket, one step after another. If a step
 * fails, its error is recorded and the next step runs.
 *
 * The first step may be one that prepares: the peer runs it before {@link Peer.run} returns, and reports its address.
 */
export type PeerStep =
  /** Prepares: listens for TCP connections. They wait until a step accepts them. */
  | { readonly step: "listen"; readonly family: AddressFamily }
  /** Prepares: creates a UDP socket. */
  | { readonly step: "bind"; readonly family: AddressFamily }
  /** Prepares: finds an address of its own that is not in use. */
  | {
      readonly step: "vacate";
      readonly family: AddressFamily;
      readonly protocol: "tcp" | "udp";
    }
  /** Prepares: a TCP address that neither accepts nor refuses connections, such as a listener whose queue is full. */
  | { readonly step: "stall"; readonly family: AddressFamily }
  /** Accepts the next connection of the listener. The following steps use it. */
  | { readonly step: "accept" }
  /** Connects to the socket under test over TCP. */
  | { readonly step: "connect"; readonly address: SocketAddress }
  /** Sends all the bytes. */
  | { readonly step: "send"; readonly data: Uint8Array }
  /** Sends the bytes of `pattern(length, seed)`. */
  | {
      readonly step: "send-pattern";
      readonly length: number;
      readonly seed: number;
    }
  /** Receives `length` bytes, or everything up to the end without `length`, and records them. */
  | { readonly step: "receive"; readonly length?: number }
  /** Ends its direction of the connection and still receives (half-close). */
  | { readonly step: "finish" }
  /** Closes the connection gracefully. */
  | { readonly step: "close" }
  /** Resets the connection. */
  | { readonly step: "reset" }
  /** Stops listening. */
  | { readonly step: "unlisten" }
  /** Waits. */
  | { readonly step: "pause"; readonly milliseconds: number }
  /** Sends one datagram to `address`, or to the sender of the last one received. */
  | {
      readonly step: "send-to";
      readonly data: Uint8Array;
      readonly address?: SocketAddress;
    }
  /** Waits for one datagram and records it. */
  | { readonly step: "receive-from" };

/** What a peer observed during one step. */
export interface PeerObservation {
  readonly step: PeerStep["step"];
  /** The error of a failed step: its name, such as `connection-refused`, or the system error code if it has no name. */
  readonly error?: string;
  /** `accept`, `connect` and `receive-from`: the other end, as the peer sees it. */
  readonly address?: SocketAddress;
  /** `receive`: the length and digest of the received bytes, in the format of {@link Digest}. */
  readonly digest?: string;
  /** `receive` and `receive-from`: the bytes, if there are at most {@link maxRecordedBytes}. */
  readonly data?: Uint8Array;
  /** `receive`: whether the end of the stream was reached. */
  readonly ended?: boolean;
}

/** The maximum number of bytes that an observation keeps. For more bytes, it has only the digest. */
export const maxRecordedBytes = 70_000;

/** A running script. */
export interface PeerRun {
  /** The address that the preparing step reported. */
  readonly address: SocketAddress;
  /**
   * Resolves with the observations of all steps, once all have run. Connections stay open until a step closes them or
   * the peer is disposed of.
   */
  readonly finished: Promise<readonly PeerObservation[]>;
}

/**
 * The other end of a backend under test, remote-controlled. It receives its whole script before the call under test,
 * because that call may block the only thread. A peer must therefore live in a worker thread, in another process, or
 * in a network that runs while a call blocks.
 */
export interface Peer {
  /** Starts a script. Any number of scripts may run at the same time. */
  run(script: readonly PeerStep[]): Promise<PeerRun>;
  /** Ends all scripts and closes everything that they have opened. */
  [Symbol.asyncDispose](): Promise<void>;
}
