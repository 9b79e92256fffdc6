import type { Case, Docs, Model } from "../model/model.js";
import { entryText, stringData } from "./data.js";
import { documentationText } from "./documentation.js";
import { withoutUndefined, type TypeExpression } from "./expression.js";
import type { Names } from "./flat.js";
import { layoutCaseConstructor, printWidth } from "./layout.js";
import { memberOwnership } from "./ownership.js";
import { isOptional } from "./resolve-alias.js";
import { flatParameters } from "./signature.js";

/** A case of a variant, with its property name and payload type in TypeScript. */
export interface KeyedCase extends Case {
  readonly key: string;
  readonly payload: TypeExpression | undefined;
}

/** The constant with the name of a variant: an object with a constructor function for each case. */
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

/** A case of an enum, or a flag, in the constant with the name of the type. */
export interface NamedValue {
  readonly key: string;
  readonly value: string;
  readonly docs?: Docs | undefined;
}

/** The constant with the name of an enum or of flags. */
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

/** The text around the entries of `export const Name = { … } as const;`, and the indentation of each entry. */
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
