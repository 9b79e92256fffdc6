/**
 * The canonical options that jco passes for an import that is bound directly. Options that it does not need are absent.
 */
export interface CanonicalOptions {
  readonly memory?: { readonly buffer: ArrayBuffer };
  /** The component's `cabi_realloc`. */
  readonly realloc?: (
    old: number,
    oldSize: number,
    align: number,
    size: number,
  ) => number;
  /** Default: `utf8`. jco also supports `utf16`. */
  readonly stringEncoding?: string;
}

/**
 * Creates the error for a component that violates the canonical ABI, or whose allocator returns an invalid pointer. It
 * has the class of the engine's own traps. jco treats it as a trap, after which the instance cannot be entered.
 */
export function trap(message: string): Error {
  const { RuntimeError } = Reflect.get(globalThis, "WebAssembly") as {
    RuntimeError: ErrorConstructor;
  };
  return new RuntimeError(message);
}

type Decoder = InstanceType<typeof TextDecoder>;
type Encoder = InstanceType<typeof TextEncoder>;

interface Coders {
  readonly utf8: Decoder;
  readonly utf16: Decoder;
  readonly encoder: Encoder;
}

let coders: Coders | undefined;

/**
 * Created lazily, with the first {@link GuestMemory}. Guests never create one, and the JavaScript engines inside
 * components may lack these classes.
 */
function sharedCoders(): Coders {
  return (coders ??= {
    utf8: new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }),
    utf16: new TextDecoder("utf-16le", { ignoreBOM: true, fatal: true }),
    encoder: new TextEncoder(),
  });
}

/** Reads and writes the memory of a component according to the canonical ABI. Pointers are unsigned. */
export class GuestMemory {
  readonly #options: CanonicalOptions;
  readonly #isUtf16: boolean;
  readonly #decoder: Decoder;
  readonly #encoder: Encoder;
  /** Whether lists of numbers are lifted as views of the memory instead of copies. */
  readonly borrow: boolean;
  #view = new DataView<ArrayBuffer>(new ArrayBuffer(0));
  #bytes = new Uint8Array(new ArrayBuffer(0));

  /** @param borrow - see {@link borrow}. */
  constructor(options: CanonicalOptions, borrow: boolean) {
    this.#options = options;
    this.#isUtf16 = options.stringEncoding === "utf16";
    const { utf8, utf16, encoder } = sharedCoders();
    this.#decoder = this.#isUtf16 ? utf16 : utf8;
    this.#encoder = encoder;
    this.borrow = borrow;
    this.refresh();
  }

  /** The whole memory. Valid until the component runs again, because growing the memory replaces its buffer. */
  get view(): DataView {
    return this.#view;
  }

  /** The whole memory. Valid as long as {@link view}. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /**
   * Must be called whenever the component has run. Not part of the getters, because reading `memory.buffer` is slow.
   */
  refresh(): void {
    const buffer = this.#options.memory?.buffer;
    // If there is no memory, neither arguments nor results are passed in memory.
    if (buffer === undefined || this.#view.buffer === buffer) return;
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  /**
   * Checks that a range lies within the memory and is aligned.
   *
   * @throws WebAssembly.RuntimeError - if it is out of bounds or misaligned.
   */
  check(at: number, length: number, align: number): void {
    if (at % align !== 0)
      throw trap(`pointer ${at} is not aligned to ${align}`);
    if (at + length > this.bytes.length) {
      throw trap(`${length} bytes at ${at} are out of bounds of memory`);
    }
  }

  /** Allocates memory with the component's `cabi_realloc`. */
  allocate(align: number, size: number): number {
    const { realloc } = this.#options;
    if (realloc === undefined) {
      throw new TypeError(
        "the component provides no allocator for a function that needs one",
      );
    }
    const at = realloc(0, 0, align, size) >>> 0;
    this.refresh();
    this.check(at, size, align);
    return at;
  }

  /**
   * Reads a string.
   *
   * @param units - the length in code units: bytes, or units of 16 bits if the component uses UTF-16.
   */
  loadString(at: number, units: number): string {
    const length = this.#isUtf16 ? units * 2 : units;
    this.check(at, length, this.#isUtf16 ? 2 : 1);
    const bytes = this.bytes.subarray(at, at + length);
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw trap("a string of the component is not well-formed");
    }
  }

  /** Writes a string to newly allocated memory, and its pointer and length to `target`. */
  storeString(target: number, text: string): void {
    const bytes = this.#isUtf16
      ? encodeUtf16(text)
      : this.#encoder.encode(text);
    const at = this.allocate(this.#isUtf16 ? 2 : 1, bytes.length);
    this.bytes.set(bytes, at);
    const { view } = this;
    view.setUint32(target, at, true);
    view.setUint32(
      target + 4,
      this.#isUtf16 ? bytes.length / 2 : bytes.length,
      true,
    );
  }
}

/** Encodes a string as little-endian UTF-16. Lone surrogates become U+FFFD, as with `TextEncoder`. */
function encodeUtf16(text: string): Uint8Array {
  const wellFormed = text.replace(/[\ud800-\udfff]/gu, "\ufffd");
  const bytes = new Uint8Array(wellFormed.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < wellFormed.length; index++)
    view.setUint16(index * 2, wellFormed.charCodeAt(index), true);
  return bytes;
}
