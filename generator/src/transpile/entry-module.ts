import type { ImportSources } from "./imports.js";

/** How calls of a component wait: by blocking the thread, or by suspending WebAssembly (JSPI). */
export type AsyncMode = "sync" | "jspi";

/** The input of {@link entryModule}. */
export interface EntrySubject {
  /** The comment at the top of every file. */
  readonly header: string;
  readonly mode: AsyncMode;
  readonly sources: ImportSources;
  /** The module with the bindings of the component's world. */
  readonly world: WorldModule;
  /** Full names of exported interfaces, by their short names. */
  readonly shortNames: ReadonlyMap<string, string>;
}

/** The names that the emitter chose in the module of a world. */
export interface WorldModule {
  /** Relative to the entry module, ending in `.js`. */
  readonly specifier: string;
  readonly descriptor: string;
  /** Names of contracts by their role: `imports`, `asyncExports` and so on. */
  readonly contracts: ReadonlyMap<string, string>;
}

/** Reads the names that the emitter chose from the text of a world's module. */
export function readWorldModule(specifier: string, text: string): WorldModule {
  const match = /^export const ([\w$]+): WorldDescriptor<\{([^}]*)\}> = /m.exec(
    text,
  );
  if (match === null)
    throw new Error(`the module of the world has no descriptor: ${specifier}`);
  const [, descriptor = "", members = ""] = match;
  const contracts = new Map<string, string>();
  for (const [, key = "", name = ""] of members.matchAll(/(\w+): ([\w$]+)/g))
    contracts.set(key, name);
  return { specifier, descriptor, contracts };
}

/** Returns the text of the entry module, `index.ts`. */
export function entryModule(subject: EntrySubject): string {
  return [
    subject.header,
    ...importLines(subject),
    "",
    ...importsType(subject),
    ...optionsType(subject),
    ...exportsType(subject),
    ...instantiateFunction(subject),
  ].join("\n");
}

function importLines({ mode, sources, world }: EntrySubject): string[] {
  const { contracts, descriptor, specifier } = world;
  const types = ["imports", "exports"]
    .flatMap((side) =>
      mode === "sync"
        ? [contracts.get(side)]
        : [
            side === "imports" ? contracts.get(side) : undefined,
            contracts.get(side === "imports" ? "asyncImports" : "asyncExports"),
          ],
    )
    .filter((name) => name !== undefined)
    .sort();
  return [
    `import { instantiate as instantiateWorld } from "@wit2ts/runtime/jco";`,
    ...(sources.socket === undefined
      ? []
      : mode === "sync"
        ? [
            `import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";`,
            `import type { NodeSyncSocketOptions } from "@wit2ts/socket/node-sync";`,
          ]
        : [
            `import { createNodeSocket } from "@wit2ts/socket/node";`,
            `import type { NodeSocketOptions } from "@wit2ts/socket/node";`,
          ]),
    `import { ${descriptor} } from "${specifier}";`,
    `import type { ${types.join(", ")} } from "${specifier}";`,
    `import { instantiate as instantiateComponent } from "./component/component.js";`,
    ...(sources.wasi.length === 0
      ? []
      : [`import { wasi } from "./component/wasi.js";`]),
  ];
}

function importsType({ mode, world }: EntrySubject): string[] {
  const imports = world.contracts.get("imports") ?? "object";
  const suspended = world.contracts.get("asyncImports") ?? imports;
  return mode === "sync"
    ? [
        "/** What the component imports, apart from WASI. */",
        `export type Imports = ${imports};`,
        "",
      ]
    : [
        "/** What the component imports, apart from WASI. Implementations may return promises. */",
        "export type Imports = {",
        `  readonly [K in keyof ${imports}]: ${imports}[K] | ${suspended}[K];`,
        "};",
        "",
      ];
}

function optionsType({ mode, sources }: EntrySubject): string[] {
  const { socket, wasi, hasOthers } = sources;
  const base =
    socket === undefined
      ? ""
      : mode === "sync"
        ? 'extends Omit<NodeSyncSocketOptions, "borrow"> '
        : 'extends Omit<NodeSocketOptions, "borrow"> ';
  const members: string[] = [];
  if (socket !== undefined) {
    members.push(
      "  /**",
      ...(hasOthers
        ? [
            "   * Implementations of what the component imports. The default of the socket interface is the Node backend, with the",
            "   * policy and limits of these options.",
          ]
        : [
            "   * An implementation of the socket interface to use instead of the Node backend. The policy and limits of these options do",
            "   * not apply to it.",
          ]),
      "   */",
      hasOthers
        ? "  readonly imports: Omit<Imports, typeof socketName> &"
        : "  readonly imports?: Partial<Imports>;",
      ...(hasOthers ? ["    Partial<Pick<Imports, typeof socketName>>;"] : []),
    );
  } else if (hasOthers) {
    members.push(
      "  /** Implementations of what the component imports. */",
      "  readonly imports: Imports;",
    );
  }
  if (wasi.length > 0) {
    members.push(
      ...(socket !== undefined &&
      wasi.some(({ module }) => module === "sockets")
        ? [
            "  /**",
            "   * Interfaces of WASI to use instead of those of jco's shims, by their names: without version for WASI 0.2. The component",
            "   * also imports sockets of WASI, to which the policy and limits of these options do not apply.",
            "   */",
          ]
        : [
            "  /** Interfaces of WASI to use instead of those of jco's shims, by their names: without version for WASI 0.2. */",
          ]),
      "  readonly wasi?: Readonly<Record<string, unknown>>;",
    );
  }
  return [
    ...(socket === undefined
      ? []
      : [`const socketName = ${JSON.stringify(socket)};`, ""]),
    "/** Options of {@link instantiate}. */",
    `export interface InstantiateOptions ${base}{`,
    ...members,
    "  /** Compiles a core module of the component. Default: core modules are read from the files next to this module. */",
    "  readonly getCoreModule?: (path: string) => unknown;",
    "}",
    "",
  ];
}

function exportsType({
  mode,
  sources,
  world,
  shortNames,
}: EntrySubject): string[] {
  const contract =
    world.contracts.get(mode === "sync" ? "exports" : "asyncExports") ??
    "object";
  const bases = [
    contract,
    ...(sources.socket === undefined
      ? []
      : [mode === "sync" ? "Disposable" : "AsyncDisposable"]),
  ];
  return [
    sources.socket === undefined
      ? "/** What the component exports. */"
      : "/** What the component exports. Disposing of it closes its sockets. */",
    `export interface Exports extends ${bases.join(", ")} {`,
    ...[...shortNames].flatMap(([short, full]) => [
      `  /** \`${full}\`. */`,
      `  readonly ${short}: ${contract}["${full}"];`,
    ]),
    "}",
    "",
  ];
}

function instantiateFunction(subject: EntrySubject): string[] {
  const { mode, sources } = subject;
  const { socket, hasOthers } = sources;
  return [
    "/**",
    " * Instantiates the component.",
    " *",
    ...(socket === undefined
      ? []
      : [
          mode === "jspi"
            ? " * Its sockets are those of the asynchronous Node backend. WebAssembly is suspended (JSPI) while a call waits."
            : " * Its sockets are those of the blocking Node backend. A call that waits blocks the thread.",
          " *",
        ]),
    " * @throws SyntaxError, RangeError or TypeError - if an option is invalid, or an import is missing.",
    " */",
    "export async function instantiate(",
    `  options: InstantiateOptions${hasOthers ? "" : " = {}"},`,
    "): Promise<Exports> {",
    ...takenOptions(sources),
    ...(socket === undefined
      ? bodyWithoutSockets(subject)
      : bodyWithSockets(subject)),
    "}",
    "",
  ];
}

/** Destructures the options. With a socket, all remaining ones are for its backend; without, they are unknown. */
function takenOptions({ socket, wasi, hasOthers }: ImportSources): string[] {
  const taken = [
    ...(socket !== undefined || hasOthers ? ["imports"] : []),
    ...(wasi.length > 0 ? ["wasi: replaced"] : []),
    "getCoreModule",
    socket === undefined ? "...others" : "...socketOptions",
  ];
  // The copy allows JavaScript callers to omit the required options; the runtime then names the missing imports.
  const options = hasOthers ? "{ ...options }" : "options";
  return [`  const { ${taken.join(", ")} } = ${options};`];
}

function bodyWithoutSockets(subject: EntrySubject): string[] {
  const { wasi, hasOthers } = subject.sources;
  const names = [
    ...(hasOthers ? ["imports"] : []),
    ...(wasi.length > 0 ? ["wasi"] : []),
    "getCoreModule",
  ];
  return [
    "  // Reject options such as a policy, which would have no effect.",
    "  const [unknown] = Object.keys(others);",
    "  if (unknown !== undefined)",
    "    throw new RangeError(",
    `      \`there is no option \${unknown}: the component does not import the socket interface, so there are ${names.join(", ")}\`,`,
    "    );",
    ...instanceReturned(subject, hasOthers ? "imports" : "{}", "  "),
  ];
}

function bodyWithSockets(subject: EntrySubject): string[] {
  const suspended = subject.mode === "jspi";
  const promise = suspended ? "Promise<void>" : "void";
  return [
    // `?.` even if `imports` is required: JavaScript callers may omit it, and the runtime then names the first missing
    // import.
    "  let socket = imports?.[socketName];",
    suspended
      ? `  let dispose = (): ${promise} => Promise.resolve();`
      : `  let dispose = (): ${promise} => undefined;`,
    "  const borrow: string[] = [];",
    "  if (socket === undefined) {",
    "    // Received bytes may be borrowed: they are copied into the memory of the component before it can make another call.",
    `    const backend = createNode${suspended ? "" : "Sync"}Socket({ ...socketOptions, borrow: true });`,
    "    // Bytes to send may be borrowed: the backend does not keep them, and no other call runs that could move the memory.",
    "    borrow.push(socketName);",
    suspended
      ? "    dispose = () => backend.dispose();"
      : "    dispose = () => {",
    ...(suspended ? [] : ["      backend.dispose();", "    };"]),
    "    socket = backend;",
    "  }",
    "  try {",
    ...instanceReturned(
      subject,
      "{ ...imports, [socketName]: socket }",
      "    ",
    ),
    "  } catch (error) {",
    suspended ? "    await dispose();" : "    dispose();",
    "    throw error;",
    "  }",
  ];
}

/** Makes the instance and returns its exports, also under their short names. */
function instanceReturned(
  { mode, sources, world, shortNames }: EntrySubject,
  imports: string,
  indentation: string,
): string[] {
  const hasSocket = sources.socket !== undefined;
  const dispose = mode === "jspi" ? "Symbol.asyncDispose" : "Symbol.dispose";
  return [
    "const exports = await instantiateWorld(",
    `  ${world.descriptor},`,
    "  instantiateComponent,",
    `  ${imports},`,
    "  {",
    ...(mode === "jspi" ? ["    async: true,"] : []),
    "    ...(getCoreModule && { getCoreModule }),",
    ...(sources.wasi.length > 0
      ? ["    extraImports: { ...wasi, ...replaced },"]
      : []),
    ...(hasSocket ? ["    borrow,"] : []),
    "  },",
    ");",
    "return {",
    "  ...exports,",
    ...[...shortNames].map(
      ([short, full]) => `  ${short}: exports["${full}"],`,
    ),
    ...(hasSocket ? [`  [${dispose}]: dispose,`] : []),
    "};",
  ].map((line) => indentation + line);
}
