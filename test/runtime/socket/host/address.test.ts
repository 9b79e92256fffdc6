import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatAddress,
  isBroadcast,
  isIpv4Mapped,
  isMulticast,
  isPossibleHost,
  isWildcard,
  parseAddress,
} from "../../../../runtime/socket/src/host/address.js";

const canonical = (host: string): string | undefined => {
  const address = parseAddress(host);
  return address && formatAddress(address);
};

describe("numeric addresses", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
    ["::ffff:102:304", "::ffff:1.2.3.4"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["FEBF::1%2", "febf::1%2"],
    ["ff02::1%eth0", "ff02::1%eth0"],
    ["::1%lo", "::1"],
    ["::%1", "::"],
    ["fd00::1%eth0", "fd00::1"],
    ["fec0::1%eth0", "fec0::1"],
  ])("are formatted canonically: %s as %s", (host, expected) => {
    expect(canonical(host)).toBe(expected);
  });

  it.each([
    "",
    "localhost",
    "127.1",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "01.2.3.4",
    "1.2.3.4 ",
    "0x7f.0.0.1",
    "1.2.3.4%eth0",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "::1.2.3",
    "1.2.3.4::",
    "1:2:3:4:5:6:7::8",
    "fe80::1%",
    "[::1]",
  ])("do not include %j", (host) => {
    expect(parseAddress(host)).toBeUndefined();
  });

  it("are exactly those that Node's `isIP` accepts", () => {
    const group = fc.oneof(
      fc.stringMatching(/^[0-9a-f]{0,5}$/),
      fc.constantFrom("", "0", "ffff", "1.2.3.4", "999"),
    );
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(group, { maxLength: 10 }).map((groups) => groups.join(":")),
      fc
        .array(fc.stringMatching(/^[0-9]{0,4}$/), { maxLength: 5 })
        .map((parts) => parts.join(".")),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (host) => {
        // Node accepts any text as a scope ID.
        fc.pre(!host.includes("%"));
        // `1:2:3:4:5:6:7::`, seven groups and a `::`, is valid for Node, for RFC 4291 and for `parseAddress`.
        const address = parseAddress(host);
        const family =
          address === undefined ? 0 : { ipv4: 4, ipv6: 6 }[address.family];
        expect(family).toBe(isIP(host));
      }),
      { numRuns: 3_000 },
    );
  });

  it("are parsed back from their formatted text", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.array(fc.constantFrom(0, 0, 0, 1, 255), {
        minLength: 16,
        maxLength: 16,
      }),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const address = {
          family: value.length === 4 ? ("ipv4" as const) : ("ipv6" as const),
          bytes: [...value],
        };
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });
});

describe("kinds of addresses", () => {
  const kinds = (host: string): string[] => {
    const address = parseAddress(host);
    if (address === undefined) throw new Error(`${host} is no address`);
    return [
      ...(isWildcard(address) ? ["wildcard"] : []),
      ...(isMulticast(address) ? ["multicast"] : []),
      ...(isBroadcast(address) ? ["broadcast"] : []),
      ...(isIpv4Mapped(address) ? ["mapped"] : []),
    ];
  };
  it.each([
    ["0.0.0.0", ["wildcard"]],
    ["::", ["wildcard"]],
    ["223.255.255.255", []],
    ["224.0.0.1", ["multicast"]],
    ["239.255.255.255", ["multicast"]],
    ["240.0.0.0", []],
    ["255.255.255.255", ["broadcast"]],
    ["ff02::1", ["multicast"]],
    ["fe80::1", []],
    ["::ffff:127.0.0.1", ["mapped"]],
    ["::ffff:0:0", ["mapped"]],
    ["::fffe:1.2.3.4", []],
  ])("%s", (host, expected) => {
    expect(kinds(host)).toEqual(expected);
  });
});

it("isPossibleHost rejects texts that cannot be a host", () => {
  expect(isPossibleHost("")).toBe(false);
  expect(isPossibleHost("a\0b")).toBe(false);
  expect(isPossibleHost("a".repeat(253))).toBe(true);
  expect(isPossibleHost("a".repeat(254))).toBe(false);
});
