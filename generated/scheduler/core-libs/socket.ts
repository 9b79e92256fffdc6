/** TCP and UDP sockets. */
import type { InterfaceDescriptor, Result } from "@wit2ts/runtime/codegen/v1";

export type AddressFamily = "ipv4" | "ipv6";
export const AddressFamily = { Ipv4: "ipv4", Ipv6: "ipv6" } as const;

export type SocketProtocol = "tcp" | "udp";
export const SocketProtocol = { Tcp: "tcp", Udp: "udp" } as const;

export interface SocketAddress {
  host: string;
  port: number;
}

export type SocketHandle = number;

export type SocketError =
  | "connection-refused"
  | "connection-reset"
  | "connection-aborted"
  | "network-unreachable"
  | "address-in-use"
  | "address-not-available"
  | "timeout"
  | "would-block"
  | "invalid-input"
  | "other";
export const SocketError = {
  ConnectionRefused: "connection-refused",
  ConnectionReset: "connection-reset",
  ConnectionAborted: "connection-aborted",
  NetworkUnreachable: "network-unreachable",
  AddressInUse: "address-in-use",
  AddressNotAvailable: "address-not-available",
  Timeout: "timeout",
  WouldBlock: "would-block",
  InvalidInput: "invalid-input",
  Other: "other",
} as const;

export interface Socket {
  createSocket(
    family: AddressFamily,
    protocol: SocketProtocol,
  ): Result<SocketHandle, SocketError>;
  connect(
    socket: SocketHandle,
    address: SocketAddress,
  ): Result<void, SocketError>;
  bind(socket: SocketHandle, address: SocketAddress): Result<void, SocketError>;
  listen(socket: SocketHandle, backlog: number): Result<void, SocketError>;
  accept(socket: SocketHandle): Result<SocketHandle, SocketError>;
  send(socket: SocketHandle, data: Uint8Array): Result<bigint, SocketError>;
  receive(
    socket: SocketHandle,
    maxLen: bigint,
  ): Result<Uint8Array, SocketError>;
  sendTo(
    socket: SocketHandle,
    data: Uint8Array,
    address: SocketAddress,
  ): Result<bigint, SocketError>;
  receiveFrom(
    socket: SocketHandle,
    maxLen: bigint,
  ): Result<[Uint8Array, SocketAddress], SocketError>;
  close(socket: SocketHandle): Result<void, SocketError>;
  setReadTimeout(
    socket: SocketHandle,
    timeoutMs?: bigint | undefined,
  ): Result<void, SocketError>;
  setWriteTimeout(
    socket: SocketHandle,
    timeoutMs?: bigint | undefined,
  ): Result<void, SocketError>;
  setReuseAddress(
    socket: SocketHandle,
    reuse: boolean,
  ): Result<void, SocketError>;
  getLocalAddress(socket: SocketHandle): Result<SocketAddress, SocketError>;
  getPeerAddress(socket: SocketHandle): Result<SocketAddress, SocketError>;
}

export interface AsyncSocket {
  createSocket(
    family: AddressFamily,
    protocol: SocketProtocol,
  ): Promise<Result<SocketHandle, SocketError>>;
  connect(
    socket: SocketHandle,
    address: SocketAddress,
  ): Promise<Result<void, SocketError>>;
  bind(
    socket: SocketHandle,
    address: SocketAddress,
  ): Promise<Result<void, SocketError>>;
  listen(
    socket: SocketHandle,
    backlog: number,
  ): Promise<Result<void, SocketError>>;
  accept(socket: SocketHandle): Promise<Result<SocketHandle, SocketError>>;
  send(
    socket: SocketHandle,
    data: Uint8Array,
  ): Promise<Result<bigint, SocketError>>;
  receive(
    socket: SocketHandle,
    maxLen: bigint,
  ): Promise<Result<Uint8Array, SocketError>>;
  sendTo(
    socket: SocketHandle,
    data: Uint8Array,
    address: SocketAddress,
  ): Promise<Result<bigint, SocketError>>;
  receiveFrom(
    socket: SocketHandle,
    maxLen: bigint,
  ): Promise<Result<[Uint8Array, SocketAddress], SocketError>>;
  close(socket: SocketHandle): Promise<Result<void, SocketError>>;
  setReadTimeout(
    socket: SocketHandle,
    timeoutMs?: bigint | undefined,
  ): Promise<Result<void, SocketError>>;
  setWriteTimeout(
    socket: SocketHandle,
    timeoutMs?: bigint | undefined,
  ): Promise<Result<void, SocketError>>;
  setReuseAddress(
    socket: SocketHandle,
    reuse: boolean,
  ): Promise<Result<void, SocketError>>;
  getLocalAddress(
    socket: SocketHandle,
  ): Promise<Result<SocketAddress, SocketError>>;
  getPeerAddress(
    socket: SocketHandle,
  ): Promise<Result<SocketAddress, SocketError>>;
}

export const Socket: InterfaceDescriptor<{ sync: Socket; async: AsyncSocket }> =
  {
    kind: "interface",
    name: "scheduler:core-libs/socket@0.1.0",
    types: {
      "address-family": { kind: "enum", cases: ["ipv4", "ipv6"] },
      "socket-protocol": { kind: "enum", cases: ["tcp", "udp"] },
      "socket-address": {
        kind: "record",
        fields: [
          { name: "host", key: "host", type: "string" },
          { name: "port", key: "port", type: "u16" },
        ],
      },
      "socket-handle": { kind: "alias", type: "u32" },
      "socket-error": {
        kind: "enum",
        cases: [
          "connection-refused",
          "connection-reset",
          "connection-aborted",
          "network-unreachable",
          "address-in-use",
          "address-not-available",
          "timeout",
          "would-block",
          "invalid-input",
          "other",
        ],
      },
    },
    functions: {
      createSocket: {
        name: "create-socket",
        parameters: [
          { name: "family", type: { kind: "named", name: "address-family" } },
          {
            name: "protocol",
            type: { kind: "named", name: "socket-protocol" },
          },
        ],
        result: {
          kind: "result",
          ok: { kind: "named", name: "socket-handle" },
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      connect: {
        name: "connect",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "address", type: { kind: "named", name: "socket-address" } },
        ],
        result: {
          kind: "result",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      bind: {
        name: "bind",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "address", type: { kind: "named", name: "socket-address" } },
        ],
        result: {
          kind: "result",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      listen: {
        name: "listen",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "backlog", type: "u32" },
        ],
        result: {
          kind: "result",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      accept: {
        name: "accept",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
        ],
        result: {
          kind: "result",
          ok: { kind: "named", name: "socket-handle" },
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      send: {
        name: "send",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "data", type: { kind: "list", element: "u8" } },
        ],
        result: {
          kind: "result",
          ok: "u64",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      receive: {
        name: "receive",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "max-len", type: "u64" },
        ],
        result: {
          kind: "result",
          ok: { kind: "list", element: "u8" },
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      sendTo: {
        name: "send-to",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "data", type: { kind: "list", element: "u8" } },
          { name: "address", type: { kind: "named", name: "socket-address" } },
        ],
        result: {
          kind: "result",
          ok: "u64",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      receiveFrom: {
        name: "receive-from",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "max-len", type: "u64" },
        ],
        result: {
          kind: "result",
          ok: {
            kind: "tuple",
            elements: [
              { kind: "list", element: "u8" },
              { kind: "named", name: "socket-address" },
            ],
          },
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      close: {
        name: "close",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
        ],
        result: {
          kind: "result",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      setReadTimeout: {
        name: "set-read-timeout",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "timeout-ms", type: { kind: "option", element: "u64" } },
        ],
        result: {
          kind: "result",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      setWriteTimeout: {
        name: "set-write-timeout",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "timeout-ms", type: { kind: "option", element: "u64" } },
        ],
        result: {
          kind: "result",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      setReuseAddress: {
        name: "set-reuse-address",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
          { name: "reuse", type: "bool" },
        ],
        result: {
          kind: "result",
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      getLocalAddress: {
        name: "get-local-address",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
        ],
        result: {
          kind: "result",
          ok: { kind: "named", name: "socket-address" },
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
      getPeerAddress: {
        name: "get-peer-address",
        parameters: [
          { name: "socket", type: { kind: "named", name: "socket-handle" } },
        ],
        result: {
          kind: "result",
          ok: { kind: "named", name: "socket-address" },
          err: { kind: "named", name: "socket-error" },
        },
        errors: "thrown",
      },
    },
  };
