/** The kind of a file system entry. `other` is a device, a pipe or the like. */
export type PathKind = "file" | "directory" | "other";

/**
 * The file system operations that loading WIT requires. Paths are the caller's path extended by `/` and names, so
 * they can be displayed unchanged. A method that fails throws an error whose message states the reason in a few
 * words, such as "permission denied".
 */
export interface Host {
  /** Returns the kind of the entry at a path, following links; `undefined` if there is none. */
  kind(path: string): PathKind | undefined;
  /** Returns the names in a directory, in any order. */
  list(path: string): readonly string[];
  /** Returns the bytes of a file. The caller does not change them. */
  read(path: string): Uint8Array;
}
