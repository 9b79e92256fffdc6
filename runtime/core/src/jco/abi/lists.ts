import type { TypeDescriptor } from "../../descriptor.js";
import type { TypeScope } from "../../resolve-type.js";
import { showValue } from "../../show-value.js";
import {
  asTypedArray,
  typedArrayOf,
  type TypedArrayClass,
} from "../../typed-array.js";
import type { ValueAbi } from "./abi.js";
import type { GuestMemory } from "./guest-memory.js";
import { unreachable } from "./primitives.js";

/** Reads and writes consecutive elements in memory. */
interface Elements {
  readonly load: (memory: GuestMemory, at: number, length: number) => unknown;
  /** Allocates memory, writes the elements, and returns their pointer and number. */
  readonly store: (
    memory: GuestMemory,
    value: unknown,
  ) => readonly [number, number];
}

/** Creates the ABI of a value that is passed as a pointer and a length. */
function pointerAbi({ load, store }: Elements): ValueAbi {
  return {
    size: 8,
    align: 4,
    flat: ["i32", "i32"],
    load(memory, at) {
      const { view } = memory;
      return load(
        memory,
        view.getUint32(at, true),
        view.getUint32(at + 4, true),
      );
    },
    store(memory, at, value) {
      const [pointer, length] = store(memory, value);
      const { view } = memory;
      view.setUint32(at, pointer, true);
      view.setUint32(at + 4, length, true);
    },
    lift: (memory, flat, at) =>
      load(memory, (flat[at] as number) >>> 0, (flat[at + 1] as number) >>> 0),
    lower: unreachable,
  };
}

/** Creates the ABI of a list. A list of numbers is a typed array. */
export function listAbi(
  scope: TypeScope,
  type: TypeDescriptor,
  element: ValueAbi,
): ValueAbi {
  const TypedArray = typedArrayOf(scope, type);
  return pointerAbi(
    TypedArray === undefined
      ? arrayElements(element)
      : typedElements(TypedArray),
  );
}

function arrayElements(element: ValueAbi): Elements {
  return {
    load(memory, at, length) {
      memory.check(at, length * element.size, element.align);
      const values: unknown[] = [];
      for (let index = 0; index < length; index++)
        values.push(element.load(memory, at + index * element.size));
      return values;
    },
    store(memory, value) {
      if (!Array.isArray(value))
        throw new TypeError(`expected a list, got ${showValue(value)}`);
      const elements: readonly unknown[] = value;
      // Not read again, because a getter may change it meanwhile.
      const { length } = elements;
      const at = memory.allocate(element.align, length * element.size);
      for (let index = 0; index < length; index++)
        element.store(memory, at + index * element.size, elements[index]);
      return [at, length];
    },
  };
}

function typedElements(TypedArray: TypedArrayClass): Elements {
  const { BYTES_PER_ELEMENT: size } = TypedArray;
  return {
    load(memory, at, length) {
      memory.check(at, length * size, size);
      const view = new TypedArray(memory.bytes.buffer, at, length);
      return memory.borrow ? view : view.slice();
    },
    store(memory, value) {
      const list = asTypedArray(TypedArray, value);
      if (list === undefined)
        throw new TypeError(
          `expected a ${TypedArray.name}, got ${showValue(value)}`,
        );
      const { buffer, byteOffset, byteLength, length } = list;
      const isLent = buffer === memory.bytes.buffer;
      const at = memory.allocate(size, byteLength);
      memory.bytes.set(
        list instanceof Uint8Array && !isLent
          ? list
          : // A borrowed view: `allocate` may have grown the memory and so replaced its buffer, but the offset is the same.
            new Uint8Array(
              isLent ? memory.bytes.buffer : buffer,
              byteOffset,
              byteLength,
            ),
        at,
      );
      return [at, length];
    },
  };
}

/** Creates the ABI of a `Map`, which is passed as a list of pairs. */
export function mapAbi(pair: ValueAbi): ValueAbi {
  const elements = arrayElements(pair);
  return pointerAbi({
    load: (memory, at, length) =>
      new Map(elements.load(memory, at, length) as [unknown, unknown][]),
    store(memory, value) {
      if (!(value instanceof Map))
        throw new TypeError(`expected a Map, got ${showValue(value)}`);
      return elements.store(memory, [...value]);
    },
  });
}
