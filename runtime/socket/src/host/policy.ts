/** What a host allows its guests to reach. The policy is applied after resolution, to the address that is used. */
import type { Family, Protocol } from "../driver.js";
import { parseAddress, type ParsedAddress } from "./address.js";

/** A request that a policy decides on: what a guest is about to do. */
export interface PolicyRequest {
  readonly family: Family;
  readonly protocol: Protocol;
  /** The address that is used: numeric, in canonical form, with its scope id if it has one. */
  readonly host: string;
  /** The port that is used; 0 if the guest asked for a free local port. */
  readonly port: number;
  /** The name that the guest asked for; absent if it passed a numeric address. */
  readonly name?: string;
}

/**
 * A rule of a policy: a predicate, or a list of patterns.
 *
 * A pattern is `HOST` or `HOST:PORTS`:
 *
 * - `HOST` is an address, a network in CIDR notation, or `*`. An IPv6 host followed by ports is written in brackets.
 * - `PORTS` is a port or a range of ports.
 * - A leading `!` denies what the pattern matches.
 *
 * The first pattern that matches decides. A request that no pattern matches is denied. Examples:
 * `["!10.0.0.0/8", "*:443"]`, `["127.0.0.1:8000-8999", "[fd00::/8]:443"]`.
 */
export type PolicyRule =
  ((request: PolicyRequest) => boolean) | readonly string[];

/** What a guest may do with the network. Actions without a rule are allowed. */
export interface SocketPolicy {
  /** TCP connections and peers of UDP sockets. A denied call fails with `network-unreachable`. */
  readonly connect?: PolicyRule;
  /** Destinations of single datagrams. A denied call fails with `network-unreachable`. */
  readonly sendTo?: PolicyRule;
  /** Local addresses that `bind` asks for. A denied call fails with `address-not-available`. */
  readonly bind?: PolicyRule;
  /** Local addresses of listeners, including the port. A denied call fails with `address-not-available`. */
  readonly listen?: PolicyRule;
}

/** A compiled rule. */
export type PolicyPredicate = (request: PolicyRequest) => boolean;

/** A compiled policy. */
export type PolicyPredicates = {
  readonly [Action in keyof SocketPolicy]-?: PolicyPredicate;
};

/**
 * Compiles a policy.
 *
 * @throws SyntaxError - if a pattern cannot be parsed, or a rule is invalid or has an unknown name. Without the check
 * of names, a typing error would allow everything.
 */
export function compilePolicy(
  policy: SocketPolicy | undefined,
): PolicyPredicates {
  if (policy !== undefined) requireRuleNames(policy);
  return {
    connect: compileRule("connect", policy?.connect),
    sendTo: compileRule("sendTo", policy?.sendTo),
    bind: compileRule("bind", policy?.bind),
    listen: compileRule("listen", policy?.listen),
  };
}

const ruleNames: readonly string[] = ["connect", "sendTo", "bind", "listen"];

function requireRuleNames(policy: unknown): void {
  if (typeof policy !== "object" || policy === null)
    throw new SyntaxError("the policy must be an object of rules");
  for (const name of Object.keys(policy)) {
    if (!ruleNames.includes(name))
      throw new SyntaxError(
        `policy: there is no rule ${JSON.stringify(name)}; valid rules are ${ruleNames.join(", ")}`,
      );
  }
}

function compileRule(
  name: keyof SocketPolicy,
  rule: PolicyRule | undefined,
): PolicyPredicate {
  if (rule === undefined) return () => true;
  if (typeof rule === "function") return strict(name, rule);
  if (!Array.isArray(rule))
    throw new SyntaxError(
      `policy rule ${name}: must be a predicate or a list of patterns`,
    );
  const patterns = (rule as readonly string[]).map(parsePattern);
  return (request) => {
    const address = parseAddress(request.host);
    if (address === undefined) return false;
    for (const pattern of patterns) {
      if (matches(pattern, address, request.port)) return pattern.allow;
    }
    return false;
  };
}

/** Makes a predicate throw unless it returns a boolean: the promise of an `async` predicate would count as true. */
function strict(
  name: keyof SocketPolicy,
  predicate: PolicyPredicate,
): PolicyPredicate {
  return (request) => {
    const answer: unknown = predicate(request);
    if (typeof answer === "boolean") return answer;
    // The promise is not awaited: without a handler, its rejection would be reported as unhandled.
    if (answer instanceof Promise) answer.catch(() => undefined);
    throw new TypeError(
      `policy rule ${name}: the predicate must return true or false at once`,
    );
  };
}

interface Pattern {
  readonly allow: boolean;
  /** Absent for `*`. */
  readonly network?: {
    readonly address: ParsedAddress;
    readonly prefix: number;
  };
  readonly firstPort: number;
  readonly lastPort: number;
}

function matches(
  pattern: Pattern,
  address: ParsedAddress,
  port: number,
): boolean {
  if (port < pattern.firstPort || port > pattern.lastPort) return false;
  if (pattern.network === undefined) return true;
  const { address: network, prefix } = pattern.network;
  if (network.family !== address.family) return false;
  for (let bit = 0; bit < prefix; bit += 8) {
    const mask = prefix - bit >= 8 ? 0xff : (0xff00 >> (prefix - bit)) & 0xff;
    const index = bit >> 3;
    const difference =
      (network.bytes[index] ?? 0) ^ (address.bytes[index] ?? 0);
    if ((difference & mask) !== 0) return false;
  }
  return true;
}

function parsePattern(text: string): Pattern {
  const wrong = (reason: string): SyntaxError =>
    new SyntaxError(`policy pattern ${JSON.stringify(text)}: ${reason}`);
  if (typeof text !== "string") throw wrong("not a string");
  const allow = !text.startsWith("!");
  const body = allow ? text : text.slice(1);

  let host = body;
  let ports: string | undefined;
  if (body.startsWith("[")) {
    const end = body.indexOf("]");
    if (end < 0) throw wrong("`]` is missing");
    host = body.slice(1, end);
    const rest = body.slice(end + 1);
    if (rest !== "" && !rest.startsWith(":"))
      throw wrong("`:` and ports must follow `]`");
    ports = rest === "" ? undefined : rest.slice(1);
  } else if (body.indexOf(":") === body.lastIndexOf(":")) {
    const colon = body.indexOf(":");
    host = colon < 0 ? body : body.slice(0, colon);
    ports = colon < 0 ? undefined : body.slice(colon + 1);
  }

  const range = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(ports ?? "0-65535");
  if (range === null)
    throw wrong("ports are a number or a range such as 8000-8999");
  const firstPort = Number(range[1]);
  const lastPort = Number(range[2] ?? range[1]);
  if (firstPort > lastPort || lastPort > 65535)
    throw wrong("the ports are not within 0-65535, or the range is reversed");
  if (host === "*") return { allow, firstPort, lastPort };

  const slash = host.indexOf("/");
  const address = parseAddress(slash < 0 ? host : host.slice(0, slash));
  if (address === undefined)
    throw wrong("the host must be a numeric address, a network or `*`");
  if (address.scope !== undefined)
    throw wrong("a scope id is not allowed here");
  const bits = address.bytes.length * 8;
  const prefixText = slash < 0 ? String(bits) : host.slice(slash + 1);
  const prefix = Number(prefixText);
  if (!/^[0-9]{1,3}$/.test(prefixText) || prefix > bits)
    throw wrong(`the prefix length is not within 0-${String(bits)}`);
  return { allow, network: { address, prefix }, firstPort, lastPort };
}
