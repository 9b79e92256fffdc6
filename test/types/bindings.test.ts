// The type checks of the socket interface's bindings that users rely on. The types are checked when this file is
// compiled, which `npm run build` does. `consumer.test.ts` checks other types with every supported compiler.
import { describe, expect, expectTypeOf, it } from "vitest";
import type { InterfaceDescriptor, Result } from "@wit2ts/runtime/codegen/v1";
import {
  AddressFamily,
  Socket,
  SocketError,
  type AsyncSocket,
  type SocketAddress,
  type SocketHandle,
} from "@wit2ts/core-libs/socket";
import {
  ActionsHttp,
  type ActionsHttpExports,
  type ActionsHttpImports,
} from "@wit2ts/core-libs/actions-http";
import type { Http } from "@wit2ts/core-libs/http";

describe("enums", () => {
  it("are unions of their names, with a constant for each", () => {
    expectTypeOf<AddressFamily>().toEqualTypeOf<"ipv4" | "ipv6">();
    expectTypeOf(
      SocketError.ConnectionRefused,
    ).toEqualTypeOf<"connection-refused">();
    expect(SocketError.ConnectionRefused).toBe("connection-refused");
  });

  it("can be matched exhaustively", () => {
    function describeFamily(family: AddressFamily): string {
      switch (family) {
        case AddressFamily.Ipv4:
          return "version 4";
        case AddressFamily.Ipv6:
          return "version 6";
      }
    }
    function forgetful(family: AddressFamily): string {
      switch (family) {
        case "ipv4":
          return "version 4";
        default:
          expectTypeOf(family).toEqualTypeOf<"ipv6">();
          // @ts-expect-error one case is not handled, so this is not `never`
          family satisfies never;
          return "";
      }
    }
    expect(describeFamily("ipv6")).toBe("version 6");
    expect(forgetful("ipv6")).toBe("");
  });

  it("reject names that WIT does not declare", () => {
    // @ts-expect-error no such case
    const family: AddressFamily = "ipv5";
    expect(family).toBe("ipv5");
  });
});

describe("results", () => {
  it("are narrowed by their tag", () => {
    const result = { tag: "ok", val: 7 } as Result<SocketHandle, SocketError>;
    if (result.tag === "ok") expectTypeOf(result.val).toEqualTypeOf<number>();
    else expectTypeOf(result.val).toEqualTypeOf<SocketError>();
    expectTypeOf<ReturnType<Socket["connect"]>>().toEqualTypeOf<
      Result<void, SocketError>
    >();
    expectTypeOf<ReturnType<Socket["receiveFrom"]>>().toEqualTypeOf<
      Result<[Uint8Array, SocketAddress], SocketError>
    >();
    expect(result.val).toBe(7);
  });
});

describe("contracts", () => {
  it("have the parameters of WIT, of which a last option may be omitted", () => {
    expectTypeOf<Parameters<Socket["send"]>>().toEqualTypeOf<
      [socket: number, data: Uint8Array]
    >();
    expectTypeOf<Parameters<Socket["setReadTimeout"]>>().toEqualTypeOf<
      [socket: number, timeoutMs?: bigint | undefined]
    >();
    expectTypeOf<keyof AsyncSocket>().toEqualTypeOf<keyof Socket>();
    expectTypeOf<ReturnType<AsyncSocket["send"]>>().toEqualTypeOf<
      Promise<Result<bigint, SocketError>>
    >();
  });

  it("reject a backend that lacks a function", () => {
    const { close: _, ...incomplete } = {} as AsyncSocket;
    // @ts-expect-error `close` is missing
    incomplete satisfies AsyncSocket;
    expectTypeOf(incomplete).not.toExtend<AsyncSocket>();
    expect(incomplete).toEqual({});
  });

  it("reject a backend that returns an undeclared error or a bare value", () => {
    const wrong = {
      ...({} as Socket),
      close: () => ({ tag: "err", val: "no-such-error" }) as const,
    };
    // @ts-expect-error no such error
    wrong satisfies Socket;
    expectTypeOf(wrong).not.toExtend<Socket>();
    expectTypeOf<{ accept(socket: number): number }>().not.toExtend<
      Pick<Socket, "accept">
    >();
    expect(wrong.close().tag).toBe("err");
  });

  it("reject a synchronous backend in place of an asynchronous one, and the reverse", () => {
    expectTypeOf<Socket>().not.toExtend<AsyncSocket>();
    expectTypeOf<AsyncSocket>().not.toExtend<Socket>();
  });
});

describe("descriptors", () => {
  it("have the generated contracts in their type", () => {
    expectTypeOf(Socket).toEqualTypeOf<
      InterfaceDescriptor<{ sync: Socket; async: AsyncSocket }>
    >();
    expect(Socket.functions["createSocket"]?.result).toBe(
      "result<socket-handle, socket-error>",
    );
  });

  it("of worlds use full names of imports and exports", () => {
    expectTypeOf<ActionsHttpImports>().toEqualTypeOf<{
      readonly "scheduler:core-libs/socket@0.1.0": Socket;
    }>();
    expectTypeOf<
      ActionsHttpExports["scheduler:core-libs/http@0.1.0"]
    >().toEqualTypeOf<Http>();
    expect(ActionsHttp.imports["scheduler:core-libs/socket@0.1.0"]).toBe(
      Socket,
    );
  });
});
