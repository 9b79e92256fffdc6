import type { SourceFile } from "../syntax/source.js";

/** The files of one package: those of a directory, or a single file. Further packages may be nested in them. */
export interface SourceGroup {
  /** The name of the group in messages: the path of the directory or file. */
  readonly path: string;
  /** The files, sorted by path, byte by byte. */
  readonly sources: readonly SourceFile[];
  /** Whether part of the group could not be read. This has already been reported. */
  readonly isBroken?: boolean;
}

/** The files to resolve: those of the requested package, and those of its possible dependencies. */
export interface Sources {
  readonly root: SourceGroup;
  readonly dependencies: readonly SourceGroup[];
}
