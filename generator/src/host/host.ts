/** What there is at a path; `other` is a device, a pipe or the like. */
export type PathKind = "file" | "directory" | "other";

/**
 * The little that loading WIT needs of a file system. Paths are what the caller gave, extended by `/` and names, so they can be
 * shown as they are. A method that fails throws an error whose message says why in a few words, such as "permission denied".
 */
export interface Host {
  /** What is at a path, links followed; `undefined` if there is nothing. */
  kind(path: string): PathKind | undefined;
  /** The names in a directory, in any order. */
  list(path: string): readonly string[];
  /** The bytes of a file. The caller does not change them. */
  read(path: string): Uint8Array;
}
