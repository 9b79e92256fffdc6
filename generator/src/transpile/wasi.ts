import { camelCase } from "../emit/case.js";

/**
 * The WASI 0.2 interfaces that `@bytecodealliance/preview2-shim` implements, by package. It has no
 * `wasi:http/incoming-handler`, through which a component passes requests on to another one.
 */
const shimmed: Readonly<Record<string, readonly string[]>> = {
  cli: [
    "environment",
    "exit",
    "stderr",
    "stdin",
    "stdout",
    "terminal-input",
    "terminal-output",
    "terminal-stderr",
    "terminal-stdin",
    "terminal-stdout",
  ],
  clocks: ["monotonic-clock", "wall-clock"],
  filesystem: ["preopens", "types"],
  http: ["outgoing-handler", "types"],
  io: ["error", "poll", "streams"],
  random: ["insecure", "insecure-seed", "random"],
  sockets: [
    "instance-network",
    "ip-name-lookup",
    "network",
    "tcp",
    "tcp-create-socket",
    "udp",
    "udp-create-socket",
  ],
};

/** Whether jco's shim implements an interface, given its full name. */
export function hasShim(name: string): boolean {
  const [, packageName = "", interfaceName = ""] =
    /^wasi:([^/]+)\/([^@]+)@0\.2\.[^@]*$/.exec(name) ?? [];
  return (
    Object.hasOwn(shimmed, packageName) &&
    (shimmed[packageName]?.includes(interfaceName) ?? false)
  );
}

/**
 * The text of a module that exports the shim's interfaces under the names that jco's code imports.
 *
 * @param names - the names of the interfaces, without a version.
 */
export function wasiModule(header: string, names: readonly string[]): string {
  const parts = names.map((name) => {
    const [, packageName = "", interfaceName = ""] =
      /^wasi:([^/]+)\/(.+)$/.exec(name) ?? [];
    return { name, packageName, property: camelCase(interfaceName) };
  });
  const packages = [...new Set(parts.map(({ packageName }) => packageName))];
  return [
    header,
    ...packages.map(
      (one) =>
        `import * as ${one} from "@bytecodealliance/preview2-shim/${one}";`,
    ),
    "",
    "export const wasi = {",
    ...parts.map(
      ({ name, packageName, property }) =>
        `  "${name}": ${packageName}.${property},`,
    ),
    "};",
    "",
  ].join("\n");
}

/**
 * The declarations of {@link wasiModule}. They do not refer to the shim's own, because those do not compile in all of
 * its versions.
 */
export function wasiDeclarations(header: string): string {
  return `${header}
/** WASI as \`@bytecodealliance/preview2-shim\` implements it, by the names without version. */
export declare const wasi: Readonly<Record<string, unknown>>;
`;
}
