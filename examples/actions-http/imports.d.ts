/** The socket interface as a guest sees it: errors are thrown, with the error of the WIT as `payload`. */
declare module "scheduler:core-libs/socket@0.1.0" {
  export interface SocketAddress {
    host: string;
    port: number;
  }
  export function createSocket(
    family: "ipv4" | "ipv6",
    protocol: "tcp" | "udp",
  ): number;
  export function connect(socket: number, address: SocketAddress): void;
  export function send(socket: number, data: Uint8Array): bigint;
  export function receive(socket: number, maxLen: bigint): Uint8Array;
  export function close(socket: number): void;
  export function setReadTimeout(
    socket: number,
    timeoutMs: bigint | undefined,
  ): void;
}
