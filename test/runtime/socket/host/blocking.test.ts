import { describe, expect, it, vi } from "vitest";
import { causeOf, unwrap } from "@wit2ts/runtime";
import {
  createBlockingSocket,
  DeadlockError,
  PENDING,
  systemError,
} from "@wit2ts/socket";
import { ScriptedDriver } from "./scripted-driver.js";
import { address, bytes, fails } from "./support.js";

describe("the blocking runner", () => {
  it("blocks until the network is ready", () => {
    let input: Uint8Array | undefined;
    const driver = new ScriptedDriver({ receive: () => input ?? PENDING });
    const socket = createBlockingSocket(driver);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, address));
    const ready = vi.fn(() => {
      if (ready.mock.calls.length === 3) input = bytes(1);
    });
    driver.onBlock = ready;
    expect(socket.receive(handle, 1n)).toEqual({ tag: "ok", val: bytes(1) });
    expect(ready).toHaveBeenCalledTimes(3);
    socket[Symbol.dispose]();
    expect(driver.log.at(-1)).toBe("dispose");
  });

  it("times out at the deadline, and polls once with a timeout of zero", () => {
    const driver = new ScriptedDriver({ receive: () => PENDING });
    const socket = createBlockingSocket(driver);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, address));
    unwrap(socket.setReadTimeout(handle, 500n));
    expect(socket.receive(handle, 1n)).toEqual(fails("timeout"));
    expect(driver.time).toBe(500);
    unwrap(socket.setReadTimeout(handle, 0n));
    expect(socket.receive(handle, 1n)).toEqual(fails("would-block"));
    expect(driver.time).toBe(500);
  });

  it("rethrows a deadlock, in which no call could ever end, but no other error", () => {
    const driver = new ScriptedDriver({ receive: () => PENDING });
    const socket = createBlockingSocket(driver);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, address));
    const deadlock = new DeadlockError("a byte", "Send one.");
    const broken = systemError("EIO", "the driver is broken");
    driver.onBlock = () => {
      throw deadlock;
    };
    expect(() => socket.receive(handle, 1n)).toThrow(deadlock);
    driver.onBlock = () => {
      throw broken;
    };
    const failed = socket.receive(handle, 1n);
    expect(failed).toEqual(fails("other"));
    expect(causeOf(failed)).toBe(broken);
  });

  it("leaves the socket in the failed state if a connect ends in a deadlock", () => {
    const driver = new ScriptedDriver({ connect: () => PENDING });
    const socket = createBlockingSocket(driver);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    const deadlock = new DeadlockError("a peer", "Make one.");
    driver.onBlock = () => {
      throw deadlock;
    };
    expect(() => socket.connect(handle, address)).toThrow(deadlock);
    expect(socket.openHandles()[0]?.state).toBe("failed");
  });
});
