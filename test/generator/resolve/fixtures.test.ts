import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DiagnosticCollector } from "../../../generator/src/diagnostics/collector.js";
import { renderDiagnostics } from "../../../generator/src/diagnostics/render.js";
import type { Host } from "../../../generator/src/host/host.js";
import { loadSources } from "../../../generator/src/host/load.js";
import { nodeHost } from "../../../generator/src/host/node-host.js";
import { fromJson } from "../../support/model/from-json.js";
import { toJson } from "../../../generator/src/model/to-json.js";
import {
  type Resolution,
  resolve,
} from "../../../generator/src/resolve/resolve.js";
import { checkInvariants } from "./invariants.js";

const directory = join(import.meta.dirname, "../../fixtures/wit");

/** With UPDATE_FIXTURES=1 in the environment, the expected outputs are rewritten instead of compared. */
const isUpdate = process.env["UPDATE_FIXTURES"] === "1";

/** The file system with paths relative to the fixtures, so that the output does not depend on the machine. */
const fixtureHost: Host = {
  kind: (path) => nodeHost.kind(join(directory, path)),
  list: (path) => nodeHost.list(join(directory, path)),
  read: (path) => nodeHost.read(join(directory, path)),
};

function resolveFixture(path: string, features: readonly string[]): Resolution {
  const diagnostics = new DiagnosticCollector();
  const sources = loadSources(path, fixtureHost, diagnostics);
  return resolve(sources, { features, diagnostics });
}

/** The fixtures of a folder: files `*.wit` and directories. */
function fixturesOf(folder: string): string[] {
  return readdirSync(join(directory, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith(".wit"))
    .map((entry) => `${folder}/${entry.name}`);
}

function expectOutput(path: string, actual: string): void {
  if (isUpdate) writeFileSync(join(directory, path), actual);
  else expect(actual).toBe(readFileSync(join(directory, path), "utf8"));
}

describe("accepted WIT is resolved to the expected model", () => {
  test.each(fixturesOf("accept"))("%s", (path) => {
    const { model, diagnostics } = resolveFixture(path, ["open"]);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual(
      [],
    );
    if (model === undefined) throw new Error("there is no model");
    checkInvariants(model);
    expectOutput(`${path}.json`, `${JSON.stringify(toJson(model), null, 2)}\n`);
    expect(fromJson(JSON.parse(JSON.stringify(toJson(model))))).toEqual(model);
  });
});

describe("rejected WIT gives the expected diagnostics", () => {
  test.each(fixturesOf("reject"))("%s", (path) => {
    const { model, diagnostics } = resolveFixture(path, ["open"]);
    expect(model).toBeUndefined();
    expectOutput(
      `${path}.txt`,
      renderDiagnostics(diagnostics, { format: "text" }),
    );
  });
});

test("accepted WIT gives the expected warnings", () => {
  const { diagnostics } = resolveFixture("accept/odd.wit", []);
  expectOutput(
    "accept/odd.wit.txt",
    renderDiagnostics(diagnostics, { format: "text" }),
  );
});
