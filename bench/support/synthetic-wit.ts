/**
 * A WIT package with many interfaces and a world that imports them all. Each interface has documented types and
 * functions, as real ones do, and uses a type of the previous one.
 *
 * @param interfaces - how many; one is about 1.5 kB.
 */
export function syntheticWit(interfaces: number): string {
  const parts = [
    "/// A package made for measuring.\npackage bench:synthetic@1.0.0;\n",
  ];
  for (let index = 0; index < interfaces; index++)
    parts.push(oneInterface(index));
  const imports = Array.from(
    { length: interfaces },
    (_, index) => `  import part-${index};\n`,
  );
  parts.push(`/// Everything.\nworld all {\n${imports.join("")}}\n`);
  return parts.join("\n");
}

function oneInterface(index: number): string {
  const use =
    index === 0 ? "" : `  use part-${index - 1}.{entry as previous-entry};\n`;
  const previous = index === 0 ? "string" : "previous-entry";
  return `/// Part ${index} of the package: entries, and what can go wrong with them.
interface part-${index} {
${use}
  /// Why an operation on part ${index} failed.
  enum error-code {
    /// There is no such entry.
    not-found,
    /// The caller may not do that.
    not-permitted,
    /// The entry exists already.
    already-exists,
    /// Anything else.
    other,
  }

  /// How an entry is opened.
  flags open-flags {
    read,
    write,
    create,
    truncate,
  }

  /// An entry.
  record entry {
    /// Its name, unique within the part.
    name: string,
    /// Its size, in bytes.
    size: u64,
    /// Labels that were given to it.
    labels: list<tuple<string, string>>,
    /// What it was made from, if anything.
    origin: option<${previous}>,
  }

  /// Something that happened to an entry.
  variant event {
    /// It was made.
    created(entry),
    /// It is gone.
    removed,
  }

  /// An open entry.
  resource handle {
    /// Opens an entry by name.
    constructor(name: string, mode: open-flags);
    /// Reads at most \`length\` bytes from \`offset\` on.
    read: func(offset: u64, length: u32) -> result<list<u8>, error-code>;
    /// Writes all bytes at \`offset\`.
    write: func(offset: u64, bytes: list<u8>) -> result<u64, error-code>;
  }

  /// Finds an entry by name.
  find: func(name: string) -> result<entry, error-code>;
  /// Removes an entry.
  remove: func(name: string, deep: bool) -> result<_, error-code>;
}
`;
}
