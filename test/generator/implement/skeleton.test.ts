import { describe, expect, it } from "vitest";
import {
  type SkeletonOptions,
  type Style,
  writeSkeleton,
} from "../../../generator/src/implement/skeleton.js";

const contract = `import type { Result } from "@wit2ts/runtime/codegen/v1";
import type { Clock } from "./clock.js";

/** A place. */
export interface Address {
  host: string;
}

/** An open file. */
export interface File {
  /** Reads. */
  read(length: number): Promise<Result<Uint8Array, string>>;
  [Symbol.dispose]?(): void;
}

/** The class of files. */
export interface FileConstructor {
  new (path: string): File;
  /** Makes one that is gone at the end. */
  temporary(clock: Clock): File;
}

/** The network. */
export interface AsyncNet {
  /**
   * Connects.
   *
   * @param address - where to
   */
  connect(
    address: Address,
    timeout?: bigint,
  ): Promise<Result<void, string>>;
  close(): void;
  readonly File: FileConstructor;
}
`;

function write(text?: string, style: Style = "class", contractText = contract) {
  const options: SkeletonOptions = {
    contract: {
      name: "AsyncNet",
      path: "/project/generated/ns/net.ts",
      text: contractText,
    },
    target: {
      path: "/project/src/net.ts",
      name: "Net",
      style,
      ...(text === undefined ? {} : { text }),
    },
  };
  return writeSkeleton(options);
}

const withoutConnect = `import { connect } from "node:net";
import type { AsyncNet } from "../generated/ns/net.js";

// Mine.
export class Net implements AsyncNet {
    #open = 1;   // odd spacing is kept

    close() { this.#open--; }

    readonly File = class implements File {
        constructor(readonly path: string) {}
        static temporary() { return new this("x"); }
    };
}

export const other = connect;
`;

describe("a new implementation", () => {
  it("as a class has every member, with documentation, a body that throws, and the required imports", () => {
    const { text, created, added } = write();
    expect({ created, added }).toEqual({
      created: true,
      added: ["connect", "close", "File"],
    });
    expect(text).toBe(`import type { Result } from "@wit2ts/runtime";
import type { Clock } from "../generated/ns/clock.js";
import type { Address, AsyncNet, File } from "../generated/ns/net.js";

/** The network. */
export class Net implements AsyncNet {
  /**
   * Connects.
   *
   * @param address - where to
   */
  async connect(
    address: Address,
    timeout?: bigint,
  ): Promise<Result<void, string>> {
    throw new Error("connect is not implemented", { cause: { address, timeout } });
  }

  close(): void {
    throw new Error("close is not implemented");
  }

  readonly File: AsyncNet["File"] = class implements File {
    constructor(path: string) {
      throw new Error("File.constructor is not implemented", { cause: { path } });
    }

    /** Makes one that is gone at the end. */
    static temporary(clock: Clock): File {
      throw new Error("File.temporary is not implemented", { cause: { clock } });
    }

    /** Reads. */
    async read(length: number): Promise<Result<Uint8Array, string>> {
      throw new Error("File.read is not implemented", { cause: { length } });
    }
  };
}
`);
  });

  it("as an object has the same members", () => {
    const { text } = write(undefined, "object");
    expect(text).toContain("export const Net: AsyncNet = {\n");
    expect(text).toContain(
      '  close(): void {\n    throw new Error("close is not implemented");\n  },\n',
    );
    expect(text).toContain("  File: class implements File {\n");
    expect(text.endsWith("  },\n};\n")).toBe(true);
  });

  it("is appended to the existing contents of the file", () => {
    const { text } = write(
      '#!/usr/bin/env node\nimport "x";\n\nexport const mine = 1;',
    );
    expect(
      text.startsWith(
        '#!/usr/bin/env node\nimport "x";\nimport type { Result }',
      ),
    ).toBe(true);
    expect(text).toContain(
      "export const mine = 1;\n\n/** The network. */\nexport class Net",
    );
  });
});

describe("an existing implementation", () => {
  it.each<Style>(["class", "object"])(
    "is not changed if it is complete, as a %s",
    (style) => {
      const first = write(undefined, style).text;
      expect(write(first, style)).toEqual({
        text: first,
        added: [],
        created: false,
      });
    },
  );

  it("gets missing members in its own indentation, and keeps all existing code", () => {
    const { text, added } = write(withoutConnect);
    expect(added).toEqual(["File.read", "connect"]);
    const lines = text.split("\n");
    for (const line of withoutConnect.split("\n").slice(2))
      expect(lines).toContain(line);
    expect(lines[1]).toBe(
      'import type { AsyncNet, Address } from "../generated/ns/net.js";',
    );
    expect(text).toContain(
      "      async read(length: number): Promise<Result<Uint8Array, string>> {\n",
    );
    expect(write(text).added).toEqual([]);
  });

  it.each([
    ["class", 'export class Net {\n  "File" = class {};\n}\n'],
    ["object", 'export const Net = {\n  ["File"]: class {},\n};\n'],
  ] as const)(
    "gets the members of a resource whose name is a string in a %s",
    (style, text) => {
      expect(write(text, style).added).toContain("File.read");
    },
  );

  it("gets a comma after the last property of an object", () => {
    const { text, added } = write(
      "export const Net = {\n  close() {},\n  File: FileImpl\n} satisfies AsyncNet;\n",
    );
    expect(added).toEqual(["connect"]);
    expect(text).toContain("  File: FileImpl,\n\n  /**\n   * Connects.");
    expect(text.endsWith("  },\n} satisfies AsyncNet;\n")).toBe(true);
  });

  it("is completed if it is an empty class on one line", () => {
    const { text } = write("class Net {}\n");
    expect(text).toContain("class Net {\n  /**\n");
    expect(text.endsWith("  };\n}\n")).toBe(true);
  });

  it("keeps CRLF line endings", () => {
    const { text } = write(withoutConnect.replaceAll("\n", "\r\n"));
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("may have members that are fields, getters, quoted or parameter properties", () => {
    const text = `class Net {
  connect = async () => {};
  get "File"() { return 1 as never; }
  constructor(readonly close: () => void) {}
}
`;
    expect(write(text)).toEqual({ text, added: [], created: false });
  });

  it("may have members whose names are strings in brackets", () => {
    const { added } = writeSkeleton({
      contract: {
        name: "C",
        path: "/c.ts",
        text: "export interface C {\n  a(): void;\n  b(): void;\n  c(): void;\n  d(): void;\n}\n",
      },
      target: {
        path: "/t.ts",
        name: "t",
        style: "object",
        text: "const t = { [\"a\"]() {}, [ 'b' ]: 1, [`c`]: 1 };\n",
      },
    });
    expect(added).toEqual(["d"]);
  });

  it.each([
    ["x = 1", "x = 1;\n\n  [Symbol.dispose]"],
    ["x: 1", "x: 1;\n\n  [Symbol.dispose]"],
    ["x = 1;", "x = 1;\n\n  [Symbol.dispose]"],
    ["x() {}", "x() {}\n\n  [Symbol.dispose]"],
    ["get", "get;\n\n  [Symbol.dispose]"],
  ])("gets a semicolon after %j if it needs one", (member, expected) => {
    const { text } = writeSkeleton({
      contract: {
        name: "C",
        path: "/c.ts",
        text: "export interface C {\n  [Symbol.dispose](): void;\n}\n",
      },
      target: {
        path: "/t.ts",
        name: "T",
        style: "class",
        text: `export class T {\n  ${member}\n}\n`,
      },
    });
    expect(text).toContain(expected);
  });

  it("may inherit members from a class or spread an object of the same file", () => {
    const base = "class Base { async connect() { } File = class {}; }\n";
    expect(
      write(`${base}class Net extends Base { close() {} }\n`).added,
    ).toEqual([]);
    expect(write(`${base}class Net extends Base { }\n`).added).toEqual([
      "close",
    ]);
    const shared = "const shared = { close() {}, ...({ File: class {} }) };\n";
    expect(
      write(`${shared}const Net = { ...shared };\n`, "object").added,
    ).toEqual(["connect"]);
  });

  it("gets a constructor that calls that of its base class", () => {
    const { text, added } = write(`class Base { read() { } }
class Net {
  connect() {} close() {}
  File = class extends Base { static temporary() {} };
}
`);
    expect(added).toEqual(["File.constructor"]);
    expect(text).toContain(`(path: string) {
      super();
      throw new Error("File.constructor is not implemented"`);
  });

  it("is not completed if missing members may come from another file", () => {
    const whole = "connect() {} close() {} File = Other;";
    expect(write(`class Net extends Base { ${whole} }\n`).added).toEqual([]);
    expect(() => write("class Net extends Base { close() {} }\n")).toThrow(
      "/project/src/net.ts:1: members come from `Base` and may include those that are missing here; add the missing members by hand: the compiler lists them",
    );
    expect(() =>
      write("\nconst Net = {\n  ...create({ a: 1 }),\n};\n", "object"),
    ).toThrow(
      "/project/src/net.ts:3: members come from `create({ a: 1 })` and may",
    );
  });

  it("gets an instance member even if it has a static one of the same name", () => {
    const { added } = write(
      "class Net { static close() {} connect() {} File = 1 }\n",
    );
    expect(added).toEqual(["close"]);
  });

  it("is created if the file only has an interface of its name", () => {
    const { created, added } = write("interface Net {}\n");
    expect({ created, added }).toEqual({
      created: true,
      added: ["connect", "close", "File"],
    });
  });

  it("keeps its byte order mark", () => {
    const { text } = write(`\uFEFF${withoutConnect}`);
    expect(text).toBe(`\uFEFF${write(withoutConnect).text}`);
  });

  it("extends existing imports", () => {
    const { text } = write(
      'import type { Address } from "../generated/ns/net.js";\nclass Net {}\n',
    );
    expect(text).toMatch(
      /^import type \{ Address, AsyncNet, File \} from "\.\.\/generated\/ns\/net\.js";\n/,
    );
  });
});

describe("imports in a file without imports", () => {
  const imports = `import type { Result } from "@wit2ts/runtime";
import type { Clock } from "../generated/ns/clock.js";
import type { Address, AsyncNet, File } from "../generated/ns/net.js";
`;
  const net = "class Net { close() {} }\n";

  it.each([
    ["", ""],
    ["#!/usr/bin/env node\n", ""],
    ['"use client";\n', ""],
    ["// Copyright\n\n", ""],
    ["/* Copyright\n\n   of somebody */\n\n/* eslint-disable */\n\n", ""],
    ["// @ts-nocheck\n", ""],
    ['/// <reference types="node" />\n', "// Mine.\n"],
    [
      "#!/usr/bin/env node\n// Copyright\n\n'use strict';\n\n",
      "/** Mine. */\n",
    ],
    ["", "/** Mine.\n\n * Really. */\n"],
  ])("are inserted after %j and before %j", (head, comment) => {
    const { text } = write(head + comment + net);
    expect(text.slice(0, text.indexOf("class Net {"))).toBe(
      `${head}${imports}\n${comment}`,
    );
  });
});

describe("writeSkeleton throws an error", () => {
  it.each([
    [
      "function Net() {}",
      "/project/src/net.ts:1: `Net` is neither a class nor an object literal",
    ],
    ["const Net = make();", "`Net` is neither a class nor an object literal"],
    ["type Net = 1;", "`Net` is neither a class nor an object literal"],
    ["const { Net } = all;", "`Net` is neither a class nor an object literal"],
    [
      'import { Net } from "./all.js";',
      "`Net` is neither a class nor an object literal",
    ],
    ["class Net {", "/project/src/net.ts:1:12: this is not TypeScript"],
  ])("for %j", (text, message) => {
    expect(() => write(text)).toThrow(message);
  });

  it("for a contract that does not exist", () => {
    expect(() => write(undefined, "class", "export {};\n")).toThrow(
      "there is no contract `AsyncNet`",
    );
  });

  it("for the name Symbol, if a member is called [Symbol.dispose]", () => {
    const text = "export interface C {\n  [Symbol.dispose](): void;\n}\n";
    expect(() =>
      writeSkeleton({
        contract: { name: "C", path: "/c.ts", text },
        target: { path: "/symbol.ts", name: "Symbol", style: "class" },
      }),
    ).toThrow("`Symbol` is the name of a type that the contract mentions");
  });

  it.each(["Address", "Result", "Promise"])(
    "for the name %s, which the contract uses for a type",
    (name) => {
      expect(() =>
        writeSkeleton({
          contract: { name: "AsyncNet", path: "/p/net.ts", text: contract },
          target: { path: "/p/mine.ts", name, style: "class" },
        }),
      ).toThrow(
        `\`${name}\` is the name of a type that the contract mentions; give the implementation another one`,
      );
    },
  );
});
