import type { AddressFamily, SocketAddress } from "@wit2ts/core-libs/socket";

/**
 * What a peer is told to do. A script runs on one connection or one UDP socket, step after step; a step that fails is
 * recorded with its error, and the next one runs.
 *
 * The first step may be one that prepares: the peer does it before {@link Peer.run} returns, and tells its address.
 */
export type PeerStep =
  /** Prepares: listens for TCP connections, and leaves them waiting until a step accepts them. */
  | { readonly step: "listen"; readonly family: AddressFamily }
  /** Prepares: makes a UDP socket. */
  | { readonly step: "bind"; readonly family: AddressFamily }
  /** Prepares: finds an address of its own that nobody uses. */
  | {
      readonly step: "vacate";
      readonly family: AddressFamily;
      readonly protocol: "tcp" | "udp";
    }
  /** Prepares: a TCP address that neither takes nor refuses connections, such as a listener whose queue is full. */
  | { readonly step: "stall"; readonly family: AddressFamily }
  /** Takes the next connection of the listener; from now on it is the one that the steps work on. */
  | { readonly step: "accept" }
  /** Connects to the socket under test by TCP. */
  | { readonly step: "connect"; readonly address: SocketAddress }
  /** Sends bytes, all of them. */
  | { readonly step: "send"; readonly data: Uint8Array }
  /** Sends the bytes of `pattern(length, seed)`. */
  | {
      readonly step: "send-pattern";
      readonly length: number;
      readonly seed: number;
    }
  /** Receives so many bytes or, without `length`, all up to the end, and records them. */
  | { readonly step: "receive"; readonly length?: number }
  /** Sends an end, and still receives. */
  | { readonly step: "finish" }
  /** Closes the connection in order. */
  | { readonly step: "close" }
  /** Breaks the connection off. */
  | { readonly step: "reset" }
  /** Stops to listen. */
  | { readonly step: "unlisten" }
  /** Lets time pass. */
  | { readonly step: "pause"; readonly milliseconds: number }
  /** Sends one datagram; without an address, to where the last one came from. */
  | {
      readonly step: "send-to";
      readonly data: Uint8Array;
      readonly address?: SocketAddress;
    }
  /** Waits for one datagram, and records it. */
  | { readonly step: "receive-from" };

/** What came of one step. */
export interface PeerObservation {
  readonly step: PeerStep["step"];
  /** The name of the error it failed with, such as `connection-refused`; of others the code of the system. */
  readonly error?: string;
  /** `accept`, `connect` and `receive-from`: the other end, as the peer sees it. */
  readonly address?: SocketAddress;
  /** `receive`: length and digest of what came, as {@link Digest} writes them. */
  readonly digest?: string;
  /** `receive` and `receive-from`: the bytes, where they are not more than {@link keptBytes}. */
  readonly data?: Uint8Array;
  /** `receive`: whether the end was reached. */
  readonly ended?: boolean;
}

/** The most bytes that an observation keeps; of more it has the digest only. */
export const keptBytes = 70_000;

/** A script under way. */
export interface PeerRun {
  /** The address that the preparing step gave. */
  readonly address: SocketAddress;
  /** What came of each step, once all are done. Connections stay open until a step closes them or the peer is disposed of. */
  readonly finished: Promise<readonly PeerObservation[]>;
}

/**
 * The other end, remote-controlled. It is told everything before the call under test, since that call may block the only
 * thread there is; and so it must live in a worker, in a process, or in a network that runs while a call blocks.
 */
export interface Peer {
  /** Starts a script. Any number may run at a time. */
  run(script: readonly PeerStep[]): Promise<PeerRun>;
  /** Ends all scripts and closes all that they have opened. */
  [Symbol.asyncDispose](): Promise<void>;
}
