import { describe, expect, it } from "vitest";
import { resolveLimits } from "../../../../runtime/socket/src/host/limits.js";
import {
  compilePolicy,
  type PolicyRule,
} from "../../../../runtime/socket/src/host/policy.js";
import { untrusted } from "../../../../runtime/socket/src/host/untrusted.js";

function allows(rule: PolicyRule, host: string, port: number): boolean {
  return compilePolicy({ connect: rule }).connect({
    family: host.includes(":") ? "ipv6" : "ipv4",
    protocol: "tcp",
    host,
    port,
  });
}

describe("patterns", () => {
  it.each<[string, string, number, boolean]>([
    ["*", "1.2.3.4", 1, true],
    ["*", "::1", 1, true],
    ["*:443", "1.2.3.4", 443, true],
    ["*:443", "1.2.3.4", 80, false],
    ["1.2.3.4", "1.2.3.4", 9, true],
    ["1.2.3.4", "1.2.3.5", 9, false],
    ["1.2.3.4:80", "1.2.3.4", 80, true],
    ["1.2.3.4:80-90", "1.2.3.4", 90, true],
    ["1.2.3.4:80-90", "1.2.3.4", 91, false],
    ["10.0.0.0/8", "10.255.0.1", 1, true],
    ["10.0.0.0/8", "11.0.0.1", 1, false],
    ["192.168.4.0/22", "192.168.7.255", 1, true],
    ["192.168.4.0/22", "192.168.8.0", 1, false],
    ["0.0.0.0/0", "9.9.9.9", 1, true],
    ["0.0.0.0/0", "::1", 1, false],
    ["::1", "::1", 1, true],
    ["fd00::/8", "fdff::1", 1, true],
    ["fd00::/8", "fe00::1", 1, false],
    ["[fd00::/8]:443", "fd00::1", 443, true],
    ["[fd00::/8]:443", "fd00::1", 444, false],
    ["[::1]", "::1", 5, true],
    ["fe80::/10", "fe80::1%eth0", 5, true],
    ["2001:db8:ffe0::/43", "2001:db8:ffff::", 1, true],
    ["2001:db8:ffe0::/43", "2001:db8:ffdf::", 1, false],
  ])("%s on %s port %i: %s", (pattern, host, port, expected) => {
    expect(allows([pattern], host, port)).toBe(expected);
    expect(allows([`!${pattern}`, "*"], host, port)).toBe(!expected);
  });

  it("are tried in order: the first match decides, and without a match the policy forbids", () => {
    expect(allows(["10.0.0.1", "!10.0.0.0/8", "*"], "10.0.0.1", 1)).toBe(true);
    expect(allows(["10.0.0.1", "!10.0.0.0/8", "*"], "10.0.0.2", 1)).toBe(false);
    expect(allows(["10.0.0.1", "!10.0.0.0/8", "*"], "11.0.0.2", 1)).toBe(true);
    expect(allows([], "11.0.0.2", 1)).toBe(false);
  });

  it.each([
    "",
    "example.com",
    "1.2.3.4/33",
    "1.2.3.4/",
    "1.2.3.4/-1",
    "::1/129",
    "1.2.3.4:http",
    "1.2.3.4:90-80",
    "1.2.3.4:65536",
    "[::1",
    "[::1]x",
    "fe80::1%eth0",
    "!",
  ])("%j is rejected when the policy is compiled", (pattern) => {
    expect(() => compilePolicy({ connect: [pattern] })).toThrow(SyntaxError);
    expect(() => compilePolicy({ connect: [pattern] })).toThrow(
      JSON.stringify(pattern),
    );
  });

  it.each<[string, unknown, string]>([
    ["a rule of a name that there is not", { conect: [] }, '"conect"'],
    ["a pattern that stands alone", { connect: "10.0.0.0/8" }, "connect"],
    ["a set of patterns", { bind: new Set(["*"]) }, "bind"],
    ["a rule that is null", { sendTo: null }, "sendTo"],
    ["a policy that is null", null, "must be an object"],
    ["a policy that is a list", ["*"], '"0"'],
  ])("%s is rejected", (_, policy, message) => {
    const compile = (): unknown => compilePolicy(policy as never);
    expect(compile).toThrow(SyntaxError);
    expect(compile).toThrow(message);
  });

  it("are not needed: an operation without a rule is allowed", () => {
    const { bind, listen } = compilePolicy({ connect: [] });
    const request = {
      family: "ipv4",
      protocol: "tcp",
      host: "0.0.0.0",
      port: 80,
    } as const;
    expect(bind(request)).toBe(true);
    expect(listen(request)).toBe(true);
  });
});

describe("untrusted", () => {
  const { connect, sendTo, bind, listen } = untrusted.policy;

  it.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "5f00::1",
    "100::1",
    "100:0:0:1::1",
    "ff02::1",
  ])("forbids %s", (host) => {
    expect(allows(connect, host, 80)).toBe(false);
    expect(allows(sendTo, host, 53)).toBe(false);
  });

  it.each(["8.8.8.8", "172.32.0.1", "172.15.255.255", "2606:4700::1111"])(
    "allows connections to %s",
    (host) => {
      expect(allows(connect, host, 80)).toBe(true);
    },
  );

  it("can be preceded by exceptions", () => {
    expect(allows(["127.0.0.1:5432", ...connect], "127.0.0.1", 5432)).toBe(
      true,
    );
    expect(allows(["127.0.0.1:5432", ...connect], "127.0.0.1", 5433)).toBe(
      false,
    );
  });

  it("allows bind only to port 0 of a wildcard address, and forbids listen", () => {
    expect(allows(bind, "0.0.0.0", 0)).toBe(true);
    expect(allows(bind, "::", 0)).toBe(true);
    expect(allows(bind, "0.0.0.0", 53)).toBe(false);
    expect(allows(bind, "127.0.0.1", 0)).toBe(false);
    expect(allows(listen, "0.0.0.0", 40_000)).toBe(false);
  });

  it("sets a finite value for every limit", () => {
    expect(Object.keys(untrusted.limits)).toEqual(
      Object.keys(resolveLimits(undefined)),
    );
    for (const limit of Object.values(untrusted.limits))
      expect(Number.isFinite(limit)).toBe(true);
  });
});

describe("limits", () => {
  it("are rounded down, and have defaults", () => {
    const limits = resolveLimits({ openSockets: 3.7 });
    expect(limits).toMatchObject({ openSockets: 3, receiveBytes: 1_048_576 });
  });
  it.each([0, -1, NaN, "5"])("cannot be %s", (value) => {
    expect(() => resolveLimits({ longestWait: value as number })).toThrow(
      /longestWait must be a number of at least 1/,
    );
  });
  it("with an unknown name are rejected", () => {
    expect(() => resolveLimits({ openSocket: 5 } as object)).toThrow(
      /there is no limit openSocket;/,
    );
  });
});
