import type { SocketLimits } from "./limits.js";

/**
 * Networks that can be reached from the machine of the host but not from the public internet, and the IPv6 ranges that
 * embed IPv4 addresses: the special-purpose registries of IANA (RFC 6890), except for their ordinary public ranges.
 */
const privateNetworks = [
  "!0.0.0.0/8", // this network
  "!10.0.0.0/8", // private
  "!100.64.0.0/10", // shared address space of carrier-grade NAT
  "!127.0.0.0/8", // loopback
  "!169.254.0.0/16", // link-local, including the metadata services of clouds
  "!172.16.0.0/12", // private
  "!192.0.0.0/24", // protocol assignments
  "!192.0.2.0/24", // documentation
  "!192.88.99.0/24", // 6to4 relays
  "!192.168.0.0/16", // private
  "!198.18.0.0/15", // benchmarking
  "!198.51.100.0/24", // documentation
  "!203.0.113.0/24", // documentation
  "!224.0.0.0/4", // multicast
  "!240.0.0.0/4", // reserved, including broadcast
  "!::/96", // unspecified, loopback, IPv4-compatible
  "!::ffff:0:0/96", // IPv4-mapped
  "!64:ff9b::/96", // IPv4/IPv6 translation
  "!64:ff9b:1::/48", // IPv4/IPv6 translation, local use
  "!100::/64", // discard-only
  "!100:0:0:1::/64", // dummy prefix (RFC 9780)
  "!2001::/23", // protocol assignments, including Teredo
  "!2001:db8::/32", // documentation
  "!2002::/16", // 6to4
  "!3fff::/20", // documentation
  "!5f00::/16", // segment routing (SRv6)
  "!fc00::/7", // unique local
  "!fe80::/10", // link-local
  "!fec0::/10", // site-local
  "!ff00::/8", // multicast
] as const;

/**
 * The type of {@link untrusted}. Its rules are lists of patterns, so that a host can prepend exceptions.
 */
export interface UntrustedPreset {
  readonly policy: {
    readonly connect: readonly string[];
    readonly sendTo: readonly string[];
    readonly bind: readonly string[];
    readonly listen: readonly string[];
  };
  readonly limits: SocketLimits;
}

/**
 * A policy and limits for untrusted guests. They allow public destinations only (no loopback, link-local or private
 * addresses), binding to a free local port only, and no listening. All limits are low.
 *
 * The first pattern that matches decides, so put exceptions in front:
 *
 * ```ts
 * createNodeSocket({
 *   ...untrusted,
 *   policy: { ...untrusted.policy, connect: ["127.0.0.1:5432", ...untrusted.policy.connect] },
 * });
 * ```
 */
export const untrusted: UntrustedPreset = {
  policy: {
    connect: [...privateNetworks, "*"],
    sendTo: [...privateNetworks, "*"],
    bind: ["0.0.0.0:0", "[::]:0"],
    listen: [],
  },
  limits: {
    openSockets: 64,
    bufferedBytes: 65_536,
    queuedDatagrams: 64,
    acceptQueue: 16,
    longestWait: 60_000,
    receiveBytes: 65_536,
  },
};
