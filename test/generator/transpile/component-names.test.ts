import { describe, expect, it } from "vitest";
import {
  renameInterfaces,
  restoreInterfaces,
} from "../../../generator/src/transpile/component-names.js";
import { ComponentFormatError } from "../../../generator/src/transpile/section-reader.js";

/** The preamble of a component. */
const preamble = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [0x00, bytes.length, ...bytes];
}

function section(id: number, ...content: number[]): number[] {
  return [id, content.length, ...content];
}

describe("renameInterfaces", () => {
  const custom = section(0, 1, 0x78, 7, 7);
  const parts = [
    preamble,
    custom,
    section(
      10,
      2,
      ...[...name("a:b/c@1.0.0"), 0x05, 0],
      ...[...name("log"), 0x01, 1],
    ),
    section(
      11,
      2,
      ...[...name("a:b/c@1.0.0"), 0x05, 1, 0x00],
      ...[...name("d:e/f"), 0x05, 2, 0x01, 0x05, 3],
    ),
  ];
  const bytes = Uint8Array.from(parts.flat());

  it("gives each interface one new name, and changes nothing else", () => {
    const { bytes: renamed, names } = renameInterfaces(bytes);
    expect(Object.fromEntries(names)).toEqual({
      "wit-to-ts-a": "a:b/c@1.0.0",
      "wit-to-ts-b": "d:e/f",
    });
    expect(renamed).toEqual(
      Uint8Array.from([
        ...preamble,
        ...custom,
        ...section(
          10,
          2,
          ...[...name("root:component/wit-to-ts-a"), 0x05, 0],
          ...[...name("log"), 0x01, 1],
        ),
        ...section(
          11,
          2,
          ...[...name("root:component/wit-to-ts-a"), 0x05, 1, 0x00],
          ...[...name("root:component/wit-to-ts-b"), 0x05, 2, 0x01, 0x05, 3],
        ),
      ]),
    );
  });

  it("rejects a component that is truncated within a section", () => {
    // A file that ends after a section may be complete.
    let end = 0;
    const ends = parts.map((part) => (end += part.length));
    for (let length = preamble.length; length < bytes.length; length++) {
      if (ends.includes(length)) continue;
      expect(() => renameInterfaces(bytes.subarray(0, length))).toThrow(
        ComponentFormatError,
      );
    }
  });

  it("rejects an unknown kind of item", () => {
    const odd = [...preamble, ...section(10, 1, ...name("a:b/c"), 0x09, 0)];
    expect(() => renameInterfaces(Uint8Array.from(odd))).toThrow(
      "of an unknown kind (9)",
    );
  });
});

describe("restoreInterfaces", () => {
  const names = new Map([
    ["wit-to-ts-a", "wasi:io/streams@0.2.3"],
    ["wit-to-ts-b", "wasi:io/error@0.2.3"],
    ["wit-to-ts-c", "interface:use/type"],
  ]);
  const printed = `package root:component;

interface wit-to-ts-b {
  resource error;
}

/// Bytes.
interface wit-to-ts-a {
  use wit-to-ts-b.{error};

  read: func() -> own<error>;
}

interface wit-to-ts-c {
  use wit-to-ts-a.{error};
}

world root {
  use wit-to-ts-b.{error};
  import wit-to-ts-a;
  import own: interface {
    f: func();
  }

  export wit-to-ts-c;
}
`;

  it("moves interfaces to their packages, and adapts all references to them", () => {
    expect(restoreInterfaces(printed, names)).toBe(`package root:component;

world root {
  use %wasi:%io/%error@0.2.3.{error};
  import %wasi:%io/%streams@0.2.3;
  import own: interface {
    f: func();
  }

  export %interface:%use/%type;
}

package %wasi:%io@0.2.3 {
interface %error {
  resource error;
}
/// Bytes.
interface %streams {
  use %error.{error};

  read: func() -> own<error>;
}
}

package %interface:%use {
interface %type {
  use %wasi:%io/%streams@0.2.3.{error};
}
}
`);
  });
});
