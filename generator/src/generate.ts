import { DiagnosticCollector } from "./diagnostics/collector.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import { AmbientWriter, type HiddenModule } from "./emit/ambient-writer.js";
import { Bindings } from "./emit/bindings.js";
import { writeGuest, type GuestModule } from "./emit/guest-writer.js";
import type { Renamed } from "./emit/keys.js";
import { Locator, type Place } from "./emit/locate.js";
import type { Module } from "./emit/module.js";
import { indexText, packageDocumentation } from "./emit/index-module.js";
import { writeInterface } from "./emit/interface-writer.js";
import {
  headerText,
  settingsOf,
  type GenerateOptions,
  type Settings,
} from "./emit/options.js";
import { assignPaths } from "./emit/paths.js";
import { select } from "./emit/selection.js";
import { reportUnmatched } from "./emit/unmatched.js";
import { analyzeAsync } from "./emit/async-analysis.js";
import type { Thrown } from "./emit/signature.js";
import { writeWorld } from "./emit/world-writer.js";
import type { Declaration } from "./emit/symbols.js";
import type { InterfaceId, Model, Origins } from "./model/model.js";
import { interfaceOf, typeOf } from "./model/queries.js";
import { version } from "./version.js";

export type { GenerateOptions } from "./emit/options.js";

/** A file of the output. */
export interface GeneratedFile {
  /** The path relative to the output directory, with `/` as separator. */
  readonly path: string;
  readonly text: string;
}

/** The result of {@link generate}. */
export interface Generated {
  /** The files, sorted by path; empty if there are errors. */
  readonly files: readonly GeneratedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Generates TypeScript from a resolved model. Pure: reads and writes no files, and returns the same bytes for the
 * same model and options on every machine.
 *
 * @param model - the resolved model.
 * @param options - what to generate, and how.
 * @param origins - the source positions of the items of the model, for diagnostics, and the packages that were
 * requested. Default: all packages count as requested.
 * @returns the files, with paths relative to the output directory, and the diagnostics: notes about names that had to
 * be changed, and errors for patterns that match nothing.
 * @throws TypeError - if an option has an invalid value.
 */
export function generate(
  model: Model,
  options: GenerateOptions = {},
  origins?: Origins,
): Generated {
  return generateBindings(model, options, origins);
}

/**
 * Does what {@link generate} does, and can leave interfaces in jco's conventions, for a host that gives jco their
 * implementations as they are.
 *
 * @param thrown - the interfaces whose functions throw their errors, and how. They have no asynchronous form, and names that had to be
 * changed in them are not reported.
 */
export function generateBindings(
  model: Model,
  options: GenerateOptions,
  origins?: Origins,
  thrown: ReadonlyMap<InterfaceId, Thrown> = new Map(),
): Generated {
  const settings = settingsOf(options);
  const diagnostics = new DiagnosticCollector();
  const roots = origins === undefined ? undefined : new Set(origins.roots);
  const selection = select(model, settings, roots);
  const waiting = analyzeAsync(model, settings.async, thrown);
  const unmatched = {
    worlds: selection.unusedWorlds,
    interfaces: selection.unusedInterfaces,
    functions: waiting.unusedPatterns,
  };
  reportUnmatched(diagnostics, model, unmatched, roots);
  if (diagnostics.hasErrors)
    return { files: [], diagnostics: diagnostics.list() };
  const locator = new Locator(model, origins);
  const renamed: Renamed = (what, name, place) => {
    if (isWithin(model, thrown, place)) return;
    const range = locator.rangeOf(place);
    diagnostics.report("name-changed", range, { what, name });
  };
  const paths = assignPaths(model, selection, renamed);
  const bindings = new Bindings(
    model,
    settings,
    waiting,
    selection,
    paths,
    renamed,
    thrown,
  );
  const changed: Declaration[] = [];
  const note = (declaration: Declaration): void => {
    changed.push(declaration);
  };
  const files = bindingFiles(bindings, note);
  const guest =
    settings.target === "guest" ? guestModules(bindings, note) : undefined;
  for (const { module, description: what, name, place } of changed)
    renamed(`${what} in \`${module.path}\``, name, place);
  if (guest !== undefined) {
    reportHidden(guest.hidden, locator, diagnostics);
    files.push(...guestFiles(guest, settings));
  }
  const asked = model.packages.filter((_, id) => roots?.has(id) ?? true);
  const subject = [...new Set(asked.map(({ name }) => name))];
  const index = [
    headerText(settings, version, subject.join(", ")),
    packageDocumentation(asked),
    indexText(bindings, paths, roots, renamed),
  ];
  files.push({
    path: "index.ts",
    text: index.filter((text) => text !== "").join("\n"),
  });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, diagnostics: diagnostics.list() };
}

/** Whether a place is in one of the interfaces. */
function isWithin(
  model: Model,
  interfaces: ReadonlyMap<InterfaceId, unknown>,
  place: Place,
): boolean {
  if ("interface" in place) return interfaces.has(place.interface);
  if ("type" in place) {
    const { owner } = typeOf(model, place.type);
    return (
      owner !== null && "interface" in owner && interfaces.has(owner.interface)
    );
  }
  if (!("item" in place)) return false;
  return [...interfaces.keys()].some((id) =>
    [...interfaceOf(model, id).functions.values()].includes(place.item),
  );
}

/** Called for each declaration that could not get the name it requested. */
type Note = (declaration: Declaration) => void;

/** Fills the modules of interfaces and worlds, and prints them. */
function bindingFiles(bindings: Bindings, note: Note): GeneratedFile[] {
  const { interfaces, worlds, settings } = bindings;
  for (const binding of interfaces.values())
    binding.module.setFiller(() => writeInterface(bindings, binding));
  for (const binding of worlds.values())
    binding.module.setFiller(() => writeWorld(bindings, binding));
  // Print one module at a time and release it afterwards, to limit peak memory: for a large input, the text alone is
  // large.
  return [...interfaces.values(), ...worlds.values()].map(
    ({ module, source }) => {
      module.name(note);
      const header = headerText(settings, version, source);
      const text = module.print(header, settings);
      module.release();
      return { path: `${module.path}.ts`, text };
    },
  );
}

/** The additional modules that are generated for the target `guest`. */
interface GuestModules {
  /** Ambient declarations of the modules that the guest imports. */
  readonly ambient: readonly Module[];
  readonly hidden: readonly HiddenModule[];
  /** One module of adapters for each world. */
  readonly worlds: readonly GuestModule[];
}

function guestModules(bindings: Bindings, note: Note): GuestModules {
  const writer = new AmbientWriter(bindings);
  const worlds = [...bindings.worlds.values()].map((world) =>
    writeGuest(bindings, writer, world),
  );
  const ambient = [...writer.modules];
  const { hidden } = writer;
  for (const module of ambient) module.name(note);
  for (const { module } of [...hidden, ...worlds]) module.name(note);
  return { ambient, hidden, worlds };
}

/**
 * Warns about ambient modules that are not declared because a different module of the same name is declared for another
 * world.
 */
function reportHidden(
  hidden: readonly HiddenModule[],
  locator: Locator,
  diagnostics: DiagnosticCollector,
): void {
  for (const { module, declared, place } of hidden) {
    // `$root` contains the world's own classes, which differ from those of another world even if their text is the
    // same.
    const isSame =
      module.ambient !== "$root" && module.bodyText() === declared.bodyText();
    if (isSame) continue;
    diagnostics.report("ambient-module-clash", locator.rangeOf(place), {
      name: module.ambient ?? "",
      first: `${declared.path}.d.ts`,
      second: module.path.replace(/\.ambient$/, ""),
    });
  }
}

function guestFiles(
  { ambient, worlds }: GuestModules,
  settings: Settings,
): GeneratedFile[] {
  const declarations = ambient.map((module) => {
    const header = headerText(settings, version, module.ambient ?? "");
    return {
      path: `${module.path}.d.ts`,
      text: module.print(header, settings),
    };
  });
  const adapters = worlds.map(({ module, world, references }) => {
    const header = headerText(settings, version, world.fullName) + references;
    return { path: `${module.path}.ts`, text: module.print(header, settings) };
  });
  return [...declarations, ...adapters];
}
