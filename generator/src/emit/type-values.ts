import type { Case, Docs, Model } from "../model/model.js";
import { entryText, stringData } from "./data.js";
import { documentationText } from "./documentation.js";
import { withoutUndefined, type TypeExpression } from "./expression.js";
import type { Names } from "./flat.js";
import { layoutCaseConstructor, printWidth } from "./layout.js";
import { memberOwnership } from "./ownership.js";
import { isOptional } from "./resolve-alias.js";
import { flatParameters } from "./signature.js";

/** A case of a variant, with what it is in TypeScript. */
export interface KeyedCase extends Case {
  readonly key: string;
  readonly payload: TypeExpression | undefined;
}

/** The value beside a variant: a function for each case, which makes one of it. */
export function constructorsText(
  model: Model,
  name: string,
  cases: readonly KeyedCase[],
  names: Names,
): string {
  const { open, inner, close } = constantFrame(name);
  let text = open;
  for (const { key, name: tag, type, payload, docs } of cases) {
    const remark = memberOwnership(model, type);
    text += documentationText({ docs, remark }, inner);
    const parameters =
      payload === undefined || type === null
        ? []
        : [
            {
              name: "val",
              optional: isOptional(model, type),
              type: withoutUndefined(payload),
            },
          ];
    const properties = [
      `tag: ${stringData(tag)}`,
      ...(payload === undefined ? [] : ["val"]),
    ];
    const flat = `${inner}${key}: (${flatParameters(parameters, names)}): ${name} => ({ ${properties.join(", ")} }),`;
    text +=
      flat.length <= printWidth
        ? flat
        : layoutCaseConstructor(
            key,
            parameters,
            name,
            properties,
            names,
            inner,
          );
    text += "\n";
  }
  return text + close;
}

/** What stands for a case of an enum, or for a flag, in the value beside it. */
export interface NamedValue {
  readonly key: string;
  readonly value: string;
  readonly docs?: Docs | undefined;
}

/** The value beside an enum or flags. */
export function valueText(name: string, items: readonly NamedValue[]): string {
  if (items.length === 0) return `export const ${name} = {} as const;\n`;
  const { open, inner, close } = constantFrame(name);
  let text = open;
  for (const { key, value, docs } of items) {
    text += documentationText({ docs }, inner);
    text += entryText({ key, value: stringData(value) }, inner);
  }
  return text + close;
}

/** What stands around the entries of `export const Name = { … } as const;`, and in front of each. */
function constantFrame(name: string): {
  open: string;
  inner: string;
  close: string;
} {
  const head = `export const ${name} =`;
  return head.length + " {".length <= printWidth
    ? { open: `${head} {\n`, inner: "  ", close: "} as const;\n" }
    : { open: `${head}\n  {\n`, inner: "    ", close: "  } as const;\n" };
}
