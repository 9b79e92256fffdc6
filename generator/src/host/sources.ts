import type { SourceFile } from "../syntax/source.js";

/** The files of one package: a directory, or a single file. More packages may be nested in them. */
export interface SourceGroup {
  /** What the group is called in messages: the directory, or the file. */
  readonly path: string;
  /** In the order of their paths, byte by byte. */
  readonly sources: readonly SourceFile[];
  /** Whether some of it could not be read, which has been reported. */
  readonly isBroken?: boolean;
}

/** The text to resolve: what was asked for, and what it may depend on. */
export interface Sources {
  readonly root: SourceGroup;
  readonly dependencies: readonly SourceGroup[];
}
