import type { FunctionDescriptor, InterfaceDescriptor } from "../descriptor.js";
import { compileCodec, type Codec } from "../codec/codec.js";

/** A function of an interface, with the codecs of its parameters and its result. */
export interface FunctionCodec {
  /** The property of the contract. */
  readonly key: string;
  /** `interface#function`, for messages. */
  readonly name: string;
  readonly parameters: readonly Codec[];
  readonly result: Codec | undefined;
}

/**
 * Returns the functions of an interface in the order of its descriptor, which is the same in both threads.
 *
 * @throws TypeError - if the interface declares resources, or a function takes or returns values that are not plain data.
 */
export function functionCodecs(
  descriptor: InterfaceDescriptor,
): FunctionCodec[] {
  for (const [name, { kind }] of Object.entries(descriptor.types))
    if (kind === "resource")
      throw new TypeError(
        `${descriptor.name} cannot be bridged: it declares the resource \`${name}\``,
      );
  return Object.entries(descriptor.functions).map(([key, one]) => {
    const name = `${descriptor.name}#${one.name}`;
    try {
      return { key, name, ...codecs(descriptor, one) };
    } catch (cause) {
      throw new TypeError(
        `\`${name}\` cannot be bridged: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  });
}

function codecs(
  descriptor: InterfaceDescriptor,
  { parameters, result }: FunctionDescriptor,
): Pick<FunctionCodec, "parameters" | "result"> {
  return {
    parameters: parameters.map(({ type }) => compileCodec(descriptor, type)),
    result: result === undefined ? undefined : compileCodec(descriptor, result),
  };
}
