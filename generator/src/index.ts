/**
 * The library API: parses and resolves WIT, and generates TypeScript from it. Problems in the input are returned as
 * diagnostics, not thrown. No module here requires Node.
 */

export { parse, type ParseResult } from "./syntax/parse.js";
export { SourceFile, type Position } from "./syntax/source.js";
export { docsOf } from "./syntax/docs.js";
export {
  childrenOf,
  findNodes,
  visit,
  type Node,
  type NodeKind,
  type NodeOf,
  type VisitAnswer,
  type Visitor,
} from "./syntax/visitor.js";
/** The nodes of the syntax tree. */
export type * as syntax from "./syntax/ast.js";

export {
  catalogue,
  type DiagnosticArguments,
  type DiagnosticCode,
} from "./diagnostics/catalogue.js";
export type {
  Diagnostic,
  RelatedRange,
  Severity,
  SourceRange,
} from "./diagnostics/diagnostic.js";
export {
  DiagnosticCollector,
  type CollectorOptions,
  type ReportDetails,
} from "./diagnostics/collector.js";
export {
  renderDiagnostics,
  type DiagnosticFormat,
  type RenderOptions,
} from "./diagnostics/render.js";
export {
  toJsonDiagnostic,
  type JsonDiagnostic,
  type JsonPosition,
  type JsonRange,
} from "./diagnostics/render-json.js";

export {
  resolve,
  type Resolution,
  type ResolveOptions,
  type SourceGroup,
  type Sources,
} from "./resolve/resolve.js";
/** The resolved model of WIT. */
export type * as model from "./model/model.js";

export {
  generate,
  type Generated,
  type GeneratedFile,
  type GenerateOptions,
} from "./generate.js";

export type { Host, PathKind } from "./host/host.js";
export { loadSources } from "./host/load.js";
export { memoryHost } from "./host/memory-host.js";

/** The configuration file of the command. */
export {
  defineConfig,
  type Config,
  type ConfigEntry,
} from "./config/schema.js";
