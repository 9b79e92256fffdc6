/** What jco says about a component's function whose import is bound directly; fields that it does not need are absent. */
export interface CanonicalOptions {
  readonly memory?: { readonly buffer: ArrayBuffer };
  /** `cabi_realloc` of the component. */
  readonly realloc?: (
    old: number,
    oldSize: number,
    align: number,
    size: number,
  ) => number;
  /** `utf8` where absent; jco knows `utf16` besides. */
  readonly stringEncoding?: string;
}

/**
 * What a component did that the canonical ABI forbids, or a request of ours that it answered wrongly: an error that the engine would
 * raise. jco takes it for a trap, after which the instance cannot be entered.
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

/** Made with the first memory: in a guest there is none, and engines that guests run in may have no such classes. */
function sharedCoders(): Coders {
  return (coders ??= {
    utf8: new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }),
    utf16: new TextDecoder("utf-16le", { ignoreBOM: true, fatal: true }),
    encoder: new TextEncoder(),
  });
}

/** The memory of a component, read and written as the canonical ABI says. Pointers are unsigned. */
export class GuestMemory {
  readonly #options: CanonicalOptions;
  readonly #isUtf16: boolean;
  readonly #decoder: Decoder;
  readonly #encoder: Encoder;
  /** Whether lists of numbers are views of the memory rather than copies. */
  readonly borrow: boolean;
  #view = new DataView<ArrayBuffer>(new ArrayBuffer(0));
  #bytes = new Uint8Array(new ArrayBuffer(0));

  /** @param borrow - whether lists of numbers are lifted as views of the memory. */
  constructor(options: CanonicalOptions, borrow: boolean) {
    this.#options = options;
    this.#isUtf16 = options.stringEncoding === "utf16";
    const { utf8, utf16, encoder } = sharedCoders();
    this.#decoder = this.#isUtf16 ? utf16 : utf8;
    this.#encoder = encoder;
    this.borrow = borrow;
    this.refresh();
  }

  /** The whole memory. Good until the component runs again: its memory may grow, and is another buffer then. */
  get view(): DataView {
    return this.#view;
  }

  /** The whole memory; as long-lived as {@link view}. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** To be called whenever the component has run. Not part of the above, because asking for the buffer takes its time. */
  refresh(): void {
    const buffer = this.#options.memory?.buffer;
    // Where it is absent, nothing is in memory, neither arguments nor results.
    if (buffer === undefined || this.#view.buffer === buffer) return;
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  /**
   * Makes sure that a range lies within the memory.
   *
   * @throws WebAssembly.RuntimeError if it does not, or begins where values of that alignment cannot.
   */
  check(at: number, length: number, align: number): void {
    if (at % align !== 0)
      throw trap(`pointer ${at} is not aligned to ${align}`);
    if (at + length > this.bytes.length) {
      throw trap(`${length} bytes at ${at} are out of bounds of memory`);
    }
  }

  /** Has the component make room. */
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
   * @param units - its length: in bytes, or in units of 16 bits if the component has its strings in UTF-16.
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

  /** Writes a string to a place of its own, and to `target` where that is and how long. */
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

/** Lone surrogates become U+FFFD, as they do in UTF-8. */
function encodeUtf16(text: string): Uint8Array {
  const wellFormed = text.replace(/[\ud800-\udfff]/gu, "\ufffd");
  const bytes = new Uint8Array(wellFormed.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < wellFormed.length; index++)
    view.setUint16(index * 2, wellFormed.charCodeAt(index), true);
  return bytes;
}
