import type {
  Case,
  EnumCase,
  Field,
  Stability,
  TypeKind,
  TypeReference,
} from "../model/model.js";
import type { Identifier, TypeDefinition } from "../syntax/ast.js";
import { docsOf } from "../syntax/docs.js";
import type { PackageContext } from "./context.js";
import { checkHasCases } from "./rules/has-cases.js";
import { checkResourceMembers } from "./rules/resource-members.js";
import type { Scope } from "./scope.js";
import { Form } from "./type-structure.js";
import { isClosed, type Owner, TypeFlag, unresolved } from "./type-table.js";

/**
 * Resolves the definition of a type, the parts of which are in the scope by now, and puts it into the scope: as a type of the
 * model, as one whose gate is closed, or as unresolved, which has been reported.
 */
export function defineType(
  definition: TypeDefinition,
  scope: Scope,
  owner: Owner,
  context: PackageContext,
): void {
  const { types, table, gates, diagnostics } = context;
  const { source } = scope;
  const stability = gates.stability(definition.attributes, source);
  const docs = docsOf(definition, source);
  const externalId = gates.externalId(definition.attributes, source);
  let kind: TypeKind;
  let flags: number = TypeFlag.none;
  let ok: TypeReference | null | undefined;
  // The parts are looked up before the gate is asked: what is wrong with them is wrong behind a gate, too.
  switch (definition.kind) {
    case "type": {
      const { type } = definition;
      if (
        type.kind === "primitive" ||
        type.kind === "named" ||
        type.kind === "own" ||
        type.kind === "missing"
      ) {
        const reference = types.type(type, scope, stability);
        if (reference === unresolved)
          return scope.define(definition.name, unresolved);
        if (type.kind !== "own") flags = table.flags(reference);
        if (!gates.isOpen(stability)) {
          return scope.define(
            definition.name,
            table.addClosed(stability, flags),
          );
        }
        if (isClosed(reference)) {
          types.checkOpen(reference, scope, definition.name);
          return scope.define(definition.name, unresolved);
        }
        kind =
          type.kind === "own" && typeof reference === "number"
            ? { handle: { own: reference } }
            : { type: reference };
      } else {
        types.takeApart(type, scope, stability);
        if (types.structure.form === Form.result) ok = types.structure.first;
        if (!gates.isOpen(stability))
          return defineClosed(definition.name, scope, stability, ok, context);
        kind = types.linkStructure(definition.name, scope);
        flags = types.structure.flagsOfParts(kind);
      }
      break;
    }
    case "record": {
      const parts = definition.fields.map((field) =>
        types.type(field.type, scope, stability),
      );
      if (!gates.isOpen(stability))
        return defineClosed(
          definition.name,
          scope,
          stability,
          undefined,
          context,
        );
      const fields = definition.fields.map((field, index): Field => {
        const type = types.link(parts[index] ?? unresolved, scope, field.name);
        flags |= table.flags(type) & TypeFlag.borrow;
        const { name } = field.name;
        const docs = docsOf(field, source);
        return docs === undefined ? { name, type } : { name, type, docs };
      });
      kind = { record: { fields } };
      break;
    }
    case "variant": {
      checkHasCases(definition, source, diagnostics);
      const parts = definition.cases.map(({ type }) =>
        type === undefined ? null : types.type(type, scope, stability),
      );
      if (!gates.isOpen(stability))
        return defineClosed(
          definition.name,
          scope,
          stability,
          undefined,
          context,
        );
      const cases = definition.cases.map((item, index): Case => {
        const reference = parts[index] ?? null;
        const type =
          reference === null
            ? null
            : types.link(reference, scope, definition.name);
        if (type !== null) flags |= table.flags(type) & TypeFlag.borrow;
        const { name } = item.name;
        const docs = docsOf(item, source);
        return docs === undefined ? { name, type } : { name, type, docs };
      });
      kind = { variant: { cases } };
      break;
    }
    case "flags":
    case "enum": {
      if (definition.kind === "enum")
        checkHasCases(definition, source, diagnostics);
      if (!gates.isOpen(stability))
        return defineClosed(
          definition.name,
          scope,
          stability,
          undefined,
          context,
        );
      const items = (
        definition.kind === "enum" ? definition.cases : definition.flags
      ).map((item): EnumCase => {
        const { name } = item.name;
        const docs = docsOf(item, source);
        return docs === undefined ? { name } : { name, docs };
      });
      kind =
        definition.kind === "enum"
          ? { enum: { cases: items } }
          : { flags: { flags: items } };
      break;
    }
    case "resource":
      checkResourceMembers(definition, source, diagnostics);
      if (!gates.isOpen(stability)) {
        return scope.define(
          definition.name,
          table.addClosed(stability, TypeFlag.resource),
        );
      }
      kind = "resource";
      flags = TypeFlag.resource;
      break;
  }
  gates.check(stability, context.owner, definition.name, source);
  const id = table.add(
    definition.name.name,
    kind,
    owner,
    docs,
    stability,
    externalId,
    flags,
    definition.name,
    source,
  );
  if (ok !== undefined) types.noteResult(id, ok);
  scope.define(definition.name, id);
}

/** Defines what has no place in the model, for its gate is closed. */
function defineClosed(
  name: Identifier,
  scope: Scope,
  stability: Stability | undefined,
  ok: TypeReference | null | undefined,
  { types, table }: PackageContext,
): void {
  const reference = table.addClosed(stability, TypeFlag.none);
  if (ok !== undefined) types.noteResult(reference, ok);
  scope.define(name, reference);
}
