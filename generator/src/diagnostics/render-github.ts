import type { Diagnostic, Severity } from "./diagnostic.js";
import { messageOf } from "./render-text.js";
import { visible } from "./visible.js";

/**
 * Formats diagnostics as workflow commands, which GitHub Actions displays at the lines concerned:
 * `::error file=wit/net.wit,line=5,col=15,endLine=5,endColumn=21,title=unknown-type::unknown type…`
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
 *
 * @returns one line for each diagnostic, each with a line terminator.
 */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${command(diagnostic)}\n`).join("");
}

const commands: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  note: "notice",
};

function command(diagnostic: Diagnostic): string {
  const { code, severity, range, related = [] } = diagnostic;
  const properties: [name: string, value: string | number][] = [];
  if (range !== undefined) {
    const start = range.source.positionAt(range.start);
    const end = range.source.positionAt(range.end);
    properties.push(
      ["file", visible(range.source.path)],
      ["line", start.line],
      ["col", start.column],
    );
    // GitHub accepts an end column only if the range ends on the line on which it begins.
    if (end.line === start.line)
      properties.push(["endLine", end.line], ["endColumn", end.column]);
  }
  properties.push(["title", code]);
  const notes = related.map((place) => {
    const { line, column } = place.source.positionAt(place.start);
    return `\n${visible(place.source.path)}:${String(line)}:${String(column)}: ${visible(place.message)}`;
  });
  const list = properties
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(",");
  return `::${commands[severity]} ${list}::${escapeData(`${visible(messageOf(diagnostic))}${notes.join("")}`)}`;
}

function escapeData(text: string): string {
  return text
    .replaceAll("%", "%25")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
