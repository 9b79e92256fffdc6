import type {
  FlagDescriptor,
  PrimitiveDescriptor,
  TypeDescriptor,
} from "../descriptor.js";
import { isBareOption, resolveType, type TypeScope } from "../resolve-type.js";
import { showValue } from "../show-value.js";
import {
  asTypedArray,
  typedArrayOf,
  type TypedArrayClass,
} from "../typed-array.js";
import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";

/** Encodes values of a WIT type as bytes, and decodes them. */
export interface Codec {
  /** Throws a `TypeError` if the value has the wrong JavaScript type. Integers that are out of range wrap. */
  write(writer: ByteWriter, value: unknown): void;
  /** Decodes what `write` has encoded. Every part of the returned value is newly allocated. */
  read(reader: ByteReader): unknown;
}

/**
 * Compiles the codec of a type from its descriptor. The encoding is compact and private: only the same version of the
 * package can decode it.
 *
 * @throws TypeError - if values of the type are not plain data: resources, streams, futures, error contexts.
 */
export function compileCodec(scope: TypeScope, type: TypeDescriptor): Codec {
  const { type: structure, scope: inner } = resolveType(scope, type);
  if (typeof structure === "string") return primitiveCodec(structure);
  const compile = (part: TypeDescriptor): Codec => compileCodec(inner, part);
  const optional = (part: TypeDescriptor | undefined): Codec =>
    part === undefined ? nothing : compile(part);
  switch (structure.kind) {
    case "list":
      return structure.length === undefined
        ? listCodec(inner, structure.element)
        : fixedListCodec(compile(structure.element), structure.length);
    case "map":
      return mapCodec(compile(structure.key), compile(structure.value));
    case "tuple":
      return tupleCodec(structure.elements.map(compile));
    case "record":
      return recordCodec(
        structure.fields.map(({ key, type: field }) => [key, compile(field)]),
      );
    case "option": {
      const element = compile(structure.element);
      return isBareOption(inner, structure.element)
        ? bareOptionCodec(element)
        : casesCodec([
            ["none", undefined],
            ["some", element],
          ]);
    }
    case "result":
      return casesCodec([
        ["ok", optional(structure.ok)],
        ["err", optional(structure.err)],
      ]);
    case "variant":
      return casesCodec(
        structure.cases.map(({ name, type: payload }) => [
          name,
          payload === undefined ? undefined : compile(payload),
        ]),
      );
    case "enum":
      return enumCodec(structure.cases);
    case "flags":
      return flagsCodec(structure.flags);
    default:
      throw new TypeError(
        `a ${structure.kind === "own" || structure.kind === "borrow" ? "resource" : structure.kind} is not plain data and cannot be encoded`,
      );
  }
}

const nothing: Codec = { write: () => {}, read: () => undefined };

function primitiveCodec(type: PrimitiveDescriptor): Codec {
  const codec = primitives[type];
  if (codec === undefined) {
    throw new TypeError(`an ${type} is not plain data and cannot be encoded`);
  }
  return codec;
}

function number(
  write: (writer: ByteWriter, value: number) => void,
  read: (reader: ByteReader) => number,
): Codec {
  return {
    write(writer, value) {
      if (typeof value !== "number") throw mismatch("a number", value);
      write(writer, value);
    },
    read,
  };
}

const writeU8 = (writer: ByteWriter, value: number): void => {
  writer.u8(value);
};
const writeU16 = (writer: ByteWriter, value: number): void => {
  writer.u16(value);
};
const writeU32 = (writer: ByteWriter, value: number): void => {
  writer.u32(value);
};

function bigint(read: (value: bigint) => bigint): Codec {
  return {
    write(writer, value) {
      if (typeof value !== "bigint") throw mismatch("a bigint", value);
      writer.u64(BigInt.asUintN(64, value));
    },
    read: (reader) => read(reader.u64()),
  };
}

const text: Codec = {
  write(writer, value) {
    if (typeof value !== "string") throw mismatch("a string", value);
    writer.string(value);
  },
  read: (reader) => reader.string(),
};

const primitives: Partial<Record<PrimitiveDescriptor, Codec>> = {
  bool: {
    write(writer, value) {
      if (typeof value !== "boolean") throw mismatch("a boolean", value);
      writer.u8(value ? 1 : 0);
    },
    read: (reader) => reader.u8() !== 0,
  },
  u8: number(writeU8, (reader) => reader.u8()),
  s8: number(writeU8, (reader) => (reader.u8() << 24) >> 24),
  u16: number(writeU16, (reader) => reader.u16()),
  s16: number(writeU16, (reader) => (reader.u16() << 16) >> 16),
  u32: number(writeU32, (reader) => reader.u32()),
  s32: number(writeU32, (reader) => reader.u32() | 0),
  u64: bigint((value) => value),
  s64: bigint((value) => BigInt.asIntN(64, value)),
  f32: number(
    (writer, value) => {
      writer.f32(value);
    },
    (reader) => reader.f32(),
  ),
  f64: number(
    (writer, value) => {
      writer.f64(value);
    },
    (reader) => reader.f64(),
  ),
  char: text,
  string: text,
};

function listCodec(scope: TypeScope, element: TypeDescriptor): Codec {
  const TypedArray = typedArrayOf(scope, element);
  if (TypedArray !== undefined) return typedArrayCodec(TypedArray);
  const codec = compileCodec(scope, element);
  return {
    write(writer, value) {
      if (!Array.isArray(value)) throw mismatch("a list", value);
      const elements: readonly unknown[] = value;
      const { length } = elements;
      writer.u32(length);
      writeElements(writer, codec, elements, length);
    },
    read(reader) {
      const length = reader.u32();
      const elements: unknown[] = [];
      for (let at = 0; at < length; at++) elements.push(codec.read(reader));
      return elements;
    },
  };
}

/** Writes as many elements as announced, even if a getter changes the number meanwhile. */
function writeElements(
  writer: ByteWriter,
  codec: Codec,
  elements: ArrayLike<unknown>,
  length: number,
): void {
  for (let at = 0; at < length; at++) codec.write(writer, elements[at]);
}

function typedArrayCodec(TypedArray: TypedArrayClass): Codec {
  return {
    write(writer, value) {
      const list = asTypedArray(TypedArray, value);
      if (list === undefined) throw mismatch(`a ${TypedArray.name}`, value);
      writer.u32(list.length);
      writer.raw(new Uint8Array(list.buffer, list.byteOffset, list.byteLength));
    },
    read(reader) {
      const length = reader.u32();
      const { buffer } = reader.raw(length * TypedArray.BYTES_PER_ELEMENT);
      return new TypedArray(buffer);
    },
  };
}

function fixedListCodec(codec: Codec, length: number): Codec {
  return {
    write(writer, value) {
      writeElements(writer, codec, arrayOf(value, length), length);
    },
    read: (reader) => Array.from({ length }, () => codec.read(reader)),
  };
}

function tupleCodec(codecs: readonly Codec[]): Codec {
  return {
    write(writer, value) {
      const elements = arrayOf(value, codecs.length);
      for (const [index, codec] of codecs.entries()) {
        codec.write(writer, elements[index]);
      }
    },
    read: (reader) => codecs.map((codec) => codec.read(reader)),
  };
}

function arrayOf(value: unknown, length: number): ArrayLike<unknown> {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const list = value as ArrayLike<unknown>;
  if (isList && list.length === length) return list;
  throw mismatch(`a list of ${length} elements`, value);
}

function mapCodec(key: Codec, entry: Codec): Codec {
  return {
    write(writer, value) {
      if (!(value instanceof Map)) throw mismatch("a Map", value);
      // A copy, because a getter may change the map meanwhile.
      const entries = [...(value as ReadonlyMap<unknown, unknown>)];
      writer.u32(entries.length);
      for (const [one, other] of entries) {
        key.write(writer, one);
        entry.write(writer, other);
      }
    },
    read(reader) {
      const size = reader.u32();
      const entries = new Map<unknown, unknown>();
      for (let at = 0; at < size; at++) {
        entries.set(key.read(reader), entry.read(reader));
      }
      return entries;
    },
  };
}

function recordCodec(fields: readonly (readonly [string, Codec])[]): Codec {
  return {
    write(writer, value) {
      const record = objectOf(value);
      for (const [key, codec] of fields) codec.write(writer, record[key]);
    },
    read(reader) {
      const record: Record<string, unknown> = {};
      for (const [key, codec] of fields) record[key] = codec.read(reader);
      return record;
    },
  };
}

function bareOptionCodec(element: Codec): Codec {
  return {
    write(writer, value) {
      // jco accepts `null` as well.
      const isNone = value === undefined || value === null;
      writer.u8(isNone ? 0 : 1);
      if (!isNone) element.write(writer, value);
    },
    read: (reader) => (reader.u8() === 0 ? undefined : element.read(reader)),
  };
}

/** Encodes objects with a `tag` and, if the case has a codec, a `val`. */
function casesCodec(
  cases: readonly (readonly [string, Codec | undefined])[],
): Codec {
  const indexes = new Map(cases.map(([tag], index) => [tag, index]));
  return {
    write(writer, value) {
      const { tag, val } = objectOf(value);
      const index = indexes.get(tag as string);
      if (index === undefined) {
        throw mismatch(
          `an object with one of the tags ${list(indexes)}`,
          value,
        );
      }
      writeIndex(writer, index, cases.length);
      cases[index]?.[1]?.write(writer, val);
    },
    read(reader) {
      const one = cases[readIndex(reader, cases.length)];
      if (one === undefined) throw new RangeError("no such case");
      const [tag, codec] = one;
      return codec === undefined ? { tag } : { tag, val: codec.read(reader) };
    },
  };
}

function enumCodec(cases: readonly string[]): Codec {
  const indexes = new Map(cases.map((name, index) => [name, index]));
  return {
    write(writer, value) {
      const index = indexes.get(value as string);
      if (index === undefined) throw mismatch(`one of ${list(indexes)}`, value);
      writeIndex(writer, index, cases.length);
    },
    read(reader) {
      const name = cases[readIndex(reader, cases.length)];
      if (name === undefined) throw new RangeError("no such case");
      return name;
    },
  };
}

function list(indexes: ReadonlyMap<string, number>): string {
  return [...indexes.keys()].map((name) => `"${name}"`).join(", ");
}

function writeIndex(writer: ByteWriter, index: number, count: number): void {
  if (count <= 256) writer.u8(index);
  else writer.u32(index);
}

function readIndex(reader: ByteReader, count: number): number {
  return count <= 256 ? reader.u8() : reader.u32();
}

function flagsCodec(flags: readonly FlagDescriptor[]): Codec {
  return {
    write(writer, value) {
      const set = objectOf(value);
      for (let at = 0; at < flags.length; at += 8) {
        let byte = 0;
        for (const [bit, { key }] of flags.slice(at, at + 8).entries()) {
          if (set[key] === true) byte |= 1 << bit;
        }
        writer.u8(byte);
      }
    },
    read(reader) {
      const set: Record<string, boolean> = {};
      for (let at = 0; at < flags.length; at += 8) {
        const byte = reader.u8();
        for (const [bit, { key }] of flags.slice(at, at + 8).entries()) {
          set[key] = (byte & (1 << bit)) !== 0;
        }
      }
      return set;
    },
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object") {
    throw mismatch("an object", value);
  }
  return value as Readonly<Record<string, unknown>>;
}

function mismatch(expected: string, value: unknown): TypeError {
  return new TypeError(`expected ${expected}, got ${showValue(value)}`);
}
