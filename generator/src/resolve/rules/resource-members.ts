import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type {
  NodeBase,
  ResourceDefinition,
  ResourceMethod,
} from "../../syntax/ast.js";
import type { SourceFile } from "../../syntax/source.js";

/** A resource has one constructor at most, and its methods and static functions share one set of names. */
export function checkResourceMembers(
  definition: ResourceDefinition,
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): void {
  if (!mayRepeat(definition.methods)) return;
  const seen = new Map<string, NodeBase>();
  for (const member of definition.methods) {
    // No member can be named like a keyword without being meant so, hence `constructor()` is apart from a method's name.
    const isConstructor = member.kind === "constructor";
    const key = isConstructor ? "constructor()" : member.name.name;
    const at = isConstructor
      ? { start: member.start, end: member.start + "constructor".length }
      : member.name;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, isConstructor ? member : member.name);
      continue;
    }
    const name = isConstructor ? "constructor" : member.name.name;
    const firstEnd = isConstructor
      ? first.start + "constructor".length
      : first.end;
    diagnostics.report(
      "duplicate-name",
      { source, start: at.start, end: at.end },
      { name },
      {
        related: [
          {
            source,
            start: first.start,
            end: firstEnd,
            message: "first defined here",
          },
        ],
      },
    );
  }
}

/** A quick look before the proper one: whether two of a few members could be the same. Of many, always. */
function mayRepeat(members: readonly ResourceMethod[]): boolean {
  if (members.length > 12) return true;
  for (let index = 1; index < members.length; index++) {
    const member = members[index];
    const name = nameOf(member);
    for (let other = 0; other < index; other++)
      if (nameOf(members[other]) === name) return true;
  }
  return false;
}

/** The name of a member; `undefined` for a constructor. */
function nameOf(member: ResourceMethod | undefined): string | undefined {
  return member === undefined || member.kind === "constructor"
    ? undefined
    : member.name.name;
}
