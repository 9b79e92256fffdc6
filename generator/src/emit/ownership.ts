import type { Model, TypeReference } from "../model/model.js";
import { definitionOf, eachMention } from "./resolve-alias.js";

/** What a type hands over. */
interface Handles {
  owned: boolean;
  borrowed: boolean;
}

/**
 * Says in TSDoc who owns the resources that a function takes and returns; TypeScript itself cannot tell.
 *
 * @param parameters - with their names in TypeScript
 * @param result - the type of what is returned, if anything
 */
export function ownershipNotes(
  model: Model,
  parameters: readonly {
    readonly name: string;
    readonly type: TypeReference;
  }[],
  result: TypeReference | undefined,
): string[] {
  const notes: string[] = [];
  for (const { name, type } of parameters) {
    const handles = handlesIn(model, type);
    if (handles.owned)
      notes.push(
        `@param ${name} - owned: handed over to the function, which disposes of it`,
      );
    else if (handles.borrowed)
      notes.push(`@param ${name} - borrowed: stays with the caller`);
  }
  if (result !== undefined && handlesIn(model, result).owned) {
    notes.push("@returns owned: the caller disposes of it");
  }
  return notes;
}

type Cache = Map<number, Handles>;

const known = new WeakMap<Model, Cache>();
const none: Handles = { owned: false, borrowed: false };

/** What handles a value of a type holds, however deep. */
function handlesIn(model: Model, reference: TypeReference): Handles {
  if (typeof reference === "string") return none;
  let cache = known.get(model);
  if (cache === undefined) {
    cache = new Map<number, Handles>();
    known.set(model, cache);
  }
  const found = cache.get(reference);
  if (found !== undefined) return found;
  const handles: Handles = { owned: false, borrowed: false };
  cache.set(reference, handles);
  const { kind } = definitionOf(model, reference);
  if (typeof kind === "object" && "handle" in kind) {
    if ("own" in kind.handle) handles.owned = true;
    else handles.borrowed = true;
    return handles;
  }
  eachMention(kind, (mentioned) => {
    const inner = handlesIn(model, mentioned);
    handles.owned ||= inner.owned;
    handles.borrowed ||= inner.borrowed;
  });
  return handles;
}
