import { camelCase } from "../emit/case.js";
import type { Thrown } from "../emit/signature.js";

/** A package of jco's that implements a version of WASI, and the interfaces that it implements, by the package of WASI. */
interface Shim {
  readonly package: string;
  readonly thrown: Thrown;
  readonly interfaces: Readonly<Record<string, readonly string[]>>;
  /**
   * Interfaces that contain only types. The shim has no module for them, but the world of a component lists them among its
   * imports.
   */
  readonly types: Readonly<Record<string, readonly string[]>>;
}

const terminals = [
  "terminal-input",
  "terminal-output",
  "terminal-stderr",
  "terminal-stdin",
  "terminal-stdout",
];
const cli = ["environment", "exit", "stderr", "stdin", "stdout", ...terminals];
const random = ["insecure", "insecure-seed", "random"];

const preview2: Shim = {
  package: "@bytecodealliance/preview2-shim",
  thrown: "bare",
  interfaces: {
    cli,
    clocks: ["monotonic-clock", "wall-clock"],
    filesystem: ["preopens", "types"],
    // Not `incoming-handler`, through which a component passes requests on to another one.
    http: ["outgoing-handler", "types"],
    io: ["error", "poll", "streams"],
    random,
    sockets: [
      "instance-network",
      "ip-name-lookup",
      "network",
      "tcp",
      "tcp-create-socket",
      "udp",
      "udp-create-socket",
    ],
  },
  types: {},
};

const preview3: Shim = {
  package: "@bytecodealliance/preview3-shim",
  thrown: "as-payload",
  interfaces: {
    cli,
    clocks: ["monotonic-clock", "system-clock"],
    filesystem: ["preopens", "types"],
    // Not `handler`, as above.
    http: ["client", "types"],
    random,
    sockets: ["ip-name-lookup", "types"],
  },
  types: { cli: ["types"], clocks: ["types"] },
};

/** An interface of WASI that one of jco's shims implements. */
export interface ShimmedInterface {
  /** The name under which jco's output asks for it: without version for WASI 0.2, with version for WASI 0.3. */
  readonly key: string;
  /** The package of the shim. */
  readonly shim: string;
  /** The module of the shim: the package of WASI. */
  readonly module: string;
  /** The export of the module; `undefined` for an interface that contains only types. */
  readonly property: string | undefined;
  /** How the shim throws errors. */
  readonly thrown: Thrown;
}

/** The shim of an interface, by its full name; `undefined` if no shim implements it. */
export function shimOf(name: string): ShimmedInterface | undefined {
  const [, module = "", interfaceName = "", minor] =
    /^wasi:([^/@]+)\/([^@]+)@0\.([23])\.[^@]*$/.exec(name) ?? [];
  const shim = minor === "3" ? preview3 : preview2;
  const isIn = (list: Shim["interfaces"]): boolean =>
    Object.hasOwn(list, module) &&
    (list[module]?.includes(interfaceName) ?? false);
  const hasFunctions = isIn(shim.interfaces);
  if (!hasFunctions && !isIn(shim.types)) return undefined;
  return {
    // A component may import both versions of an interface.
    key: minor === "3" ? name : name.replace(/@.*$/, ""),
    shim: shim.package,
    module,
    property: hasFunctions ? camelCase(interfaceName) : undefined,
    thrown: shim.thrown,
  };
}

/** Whether one of jco's shims implements an interface, given by its full name. */
export function hasShim(name: string): boolean {
  return shimOf(name) !== undefined;
}

/** Generates a module that exports the shims of interfaces under the names that jco's output asks for. */
export function wasiModule(
  header: string,
  interfaces: readonly ShimmedInterface[],
): string {
  const modules = new Map<string, string>();
  const values = interfaces.map(({ key, shim, module, property }) => {
    if (property === undefined) return `  "${key}": {},`;
    const specifier = `${shim}/${module}`;
    const name = shim === preview3.package ? `${module}3` : module;
    modules.set(specifier, name);
    return `  "${key}": ${name}.${property},`;
  });
  return [
    header,
    ...[...modules].map(
      ([specifier, name]) => `import * as ${name} from "${specifier}";`,
    ),
    "",
    "export const wasi = {",
    ...values,
    "};",
    "",
  ].join("\n");
}

/**
 * Generates the declarations of {@link wasiModule}. They do not use the declarations of the shims, because those of some
 * versions do not compile.
 */
export function wasiDeclarations(header: string): string {
  return `${header}
/** WASI as implemented by jco's shims, by the names that jco's output asks for. */
export declare const wasi: Readonly<Record<string, unknown>>;
`;
}
