/** Runs the HTTP action in TypeScript as a component, in both modes of waiting. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Result } from "@wit2ts/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine, Mode } from "../../examples/actions-http/build.js";
import { startServer } from "../../examples/actions-http/server.js";
import { decodeUtf8, encodeUtf8 } from "../../examples/actions-http/utf8.js";
import { hasJspi } from "../support/component/build.js";

const modes: Mode[] = hasJspi ? ["sync", "jspi"] : ["sync"];
const engines: Engine[] = ["StarlingMonkey", "QuickJS"];
const ways = engines.flatMap((engine) =>
  modes.map((mode) => ({ engine, mode })),
);
const root = join(import.meta.dirname, "../..");

async function fetchThroughComponent(
  engine: Engine,
  mode: Mode,
  urls: readonly string[],
): Promise<Result<string, string>[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...["--import", "./scripts/typescript.mjs"],
      ...["test/e2e/programs/fetch.ts", engine, mode, ...urls],
    ],
    { cwd: root },
  );
  return JSON.parse(stdout) as Result<string, string>[];
}

describe("the HTTP action as a component", () => {
  let server: Awaited<ReturnType<typeof startServer>>;

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  // The first run builds the component.
  it.each(ways)(
    "fetches a page and reports errors, on $engine, $mode",
    async ({ engine, mode }) => {
      const [page, refused, wrong] = await fetchThroughComponent(engine, mode, [
        `http://127.0.0.1:${String(server.port)}/news?page=1`,
        "http://127.0.0.1:1/",
        "ftp://127.0.0.1/",
      ]);
      expect(page).toMatchObject({ tag: "ok" });
      expect(page?.val).toContain("HTTP/1.1 200 OK");
      expect(page?.val).toContain("You asked for /news?page=1, grüezi.");
      expect(refused).toEqual({
        tag: "err",
        val: "Failed to connect: connection-refused",
      });
      expect(wrong).toEqual({
        tag: "err",
        val: "Invalid or unsupported URL: ftp://127.0.0.1/",
      });
    },
    180_000,
  );
});

describe("the guest's UTF-8", () => {
  it("is the same as that of TextEncoder and TextDecoder", () => {
    for (const text of [
      "",
      "plain",
      "Grüße",
      "€uro",
      "👋🏽",
      "\u{10ffff}",
      "a\ud800b",
    ]) {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      expect(decodeUtf8(new TextEncoder().encode(text))).toBe(
        text.replace("\ud800", "\ufffd"),
      );
    }
  });

  it("rejects invalid UTF-8", () => {
    for (const bytes of [
      [0x80],
      [0xc1, 0x81],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xff],
    ]) {
      expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
    }
  });
});
