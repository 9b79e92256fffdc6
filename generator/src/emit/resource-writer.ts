import type { Function, InterfaceId, TypeId } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import type { Bindings } from "./bindings.js";
import { keyText } from "./data.js";
import {
  documentationText,
  itsFunctionsWait,
  twinDocumentation,
} from "./documentation.js";
import type { nameType } from "./expression.js";
import type { Names } from "./flat.js";
import type { ResourceFunctions } from "./functions.js";
import type { Module } from "./module.js";
import {
  recordSignature,
  methodText,
  type Signature,
  type Signatures,
} from "./signature.js";
import { globalSymbol } from "./symbols.js";
import type { Flavour } from "./type-mapper.js";

/** A function with its property name and signature, ready to print. */
export interface Member {
  readonly key: string;
  readonly item: Function;
  readonly signature: Signature;
}

/** What is needed to make the signatures of members. */
export interface MemberContext {
  readonly signatures: Signatures;
}

/** Makes the members of one contract from functions, and records the symbols that their signatures mention. */
export function membersOf(
  context: MemberContext,
  module: Module,
  functions: readonly Function[],
  keys: ReadonlyMap<Function, string>,
  flavour: Flavour,
): Member[] {
  return functions.map((item) => {
    const signature = context.signatures.of(item, flavour);
    recordSignature(module, signature);
    return { key: methodKey(keys.get(item) ?? ""), item, signature };
  });
}

/** The key of a method in an interface. Without quotes, `new(…)` would be a construct signature. */
function methodKey(key: string): string {
  return key === "new" ? '"new"' : keyText(key);
}

/** The text of the members of an interface, with their documentation. */
export function membersText(
  context: MemberContext,
  members: readonly Member[],
  names: Names,
  indentation: string,
): string {
  let text = "";
  members.forEach(({ key, item, signature }) => {
    text += documentationText(
      {
        docs: item.docs,
        stability: item.stability,
        notes: context.signatures.notes(item, signature),
      },
      indentation,
    );
    text += methodText(key, signature, names, indentation);
  });
  return text;
}

/** Adds the interfaces of a resource's instances and of its class. Each is added per contract if the contracts differ. */
export function addResource(
  bindings: Bindings,
  module: Module,
  id: TypeId,
  functions: ResourceFunctions,
): void {
  const { asyncAnalysis: waiting, flavours } = bindings;
  module.recordSymbol(globalSymbol("Symbol"), "type");
  for (const flavour of ["sync", "async"] as const) {
    // If both contracts share one form, it is written once, under the synchronous name.
    const isWritten = (hasTwin: boolean): boolean =>
      hasTwin ? flavours.includes(flavour) : flavour === "sync";
    if (isWritten(waiting.types.has(id)))
      addInstance(bindings, module, id, functions, flavour);
    if (isWritten(waiting.classes.has(id)))
      addConstructor(bindings, module, id, functions, flavour);
  }
}

const throwsErrors =
  "An object of jco's, passed through unchanged: its functions throw their errors.";

/** The context of the functions of a resource: those of the interface that declares it. */
function memberContext(bindings: Bindings, id: TypeId): MemberContext {
  return { signatures: bindings.signaturesIn(ownerOf(bindings, id)) };
}

function ownerOf({ model }: Bindings, id: TypeId): InterfaceId | undefined {
  const { owner } = typeOf(model, id);
  return owner !== null && "interface" in owner ? owner.interface : undefined;
}

/** The keys of a resource's static functions. Where errors are thrown, a constructor that can fail is a constructor, too. */
function constructionOf(
  bindings: Bindings,
  id: TypeId,
  functions: ResourceFunctions,
): Pick<ReturnType<Bindings["keys"]["resource"]>, "statics" | "factory"> {
  const { statics, factory } = bindings.keys.resource(functions);
  return {
    statics,
    factory: bindings.isThrown(ownerOf(bindings, id)) ? undefined : factory,
  };
}

function addInstance(
  bindings: Bindings,
  module: Module,
  id: TypeId,
  functions: ResourceFunctions,
  flavour: Flavour,
): void {
  const definition = typeOf(bindings.model, id);
  const declaration = bindings.declared(id)[flavour];
  if (declaration === undefined)
    throw new Error(`the resource ${id} has no ${flavour} declaration`);
  const { methods } = bindings.keys.resource(functions);
  const context = memberContext(bindings, id);
  const members = membersOf(
    context,
    module,
    functions.methods,
    methods,
    flavour,
  );
  module.add((names) => {
    const documentation =
      flavour === "async"
        ? twinDocumentation(
            definition,
            bindings.declared(id).sync?.name,
            itsFunctionsWait,
          )
        : bindings.isThrown(ownerOf(bindings, id))
          ? { ...definition, remark: throwsErrors }
          : definition;
    let text = `${documentationText(documentation, "")}export interface ${declaration.name} {\n`;
    text += membersText(context, members, names, "  ");
    text += "  /** Releases the resource; its owner calls this once. */\n";
    return `${text}  [Symbol.dispose](): void;\n}\n`;
  });
}

function addConstructor(
  bindings: Bindings,
  module: Module,
  id: TypeId,
  functions: ResourceFunctions,
  flavour: Flavour,
): void {
  const { name } = typeOf(bindings.model, id);
  const declaration = bindings.constructorOf(id)[flavour];
  const instance = bindings.types.typeOf(id, flavour);
  const { statics, factory } = constructionOf(bindings, id, functions);
  const context = memberContext(bindings, id);
  const members = membersOf(
    context,
    module,
    functions.statics,
    statics,
    flavour,
  );
  const { constructor } = functions;
  const signature = constructor && context.signatures.of(constructor, flavour);
  if (signature !== undefined) recordSignature(module, signature);
  // The class is needed even if it has no construct signature. `[Symbol.hasInstance]` then requires a class, not a plain
  // object.
  const isOpaque = constructor === undefined || factory !== undefined;
  const says =
    (flavour === "async" ? ", with asynchronous functions" : "") +
    (isOpaque ? "; any class is accepted" : "");
  module.add((names) => {
    let text = `/** The class of \`${name ?? ""}\` resources${says}. */\nexport interface ${declaration.name} {\n`;
    if (constructor !== undefined && signature !== undefined) {
      const { docs, stability } = constructor;
      const notes = context.signatures.notes(constructor, signature);
      text += documentationText({ docs, stability, notes }, "  ");
      const key = factory ?? "new ";
      const made =
        factory === undefined ? { ...signature, result: instance } : signature;
      text += methodText(key, made, names, "  ");
    }
    text += `  readonly prototype: ${names(instanceSymbol(instance))};\n`;
    if (isOpaque) {
      text += "  [Symbol.hasInstance](value: unknown): boolean;\n";
    }
    return `${text}${membersText(context, members, names, "  ")}}\n`;
  });
}

function instanceSymbol(instance: ReturnType<typeof nameType>) {
  if (instance.kind !== "name")
    throw new Error("a resource is declared under a name");
  return instance.symbol;
}
