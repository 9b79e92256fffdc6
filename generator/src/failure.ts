/**
 * Why the command cannot go on, where that is neither a problem in the WIT nor a bug of ours: a missing file, a directory
 * that cannot be written, an option that makes no sense. The message is for the user and says what to do.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  /** 1: the input, or what is on disk, is not as it must be. 2: the command was used wrongly. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/**
 * What a system error means, in words.
 *
 * @param doing - what was tried, as in `cannot <doing>`.
 * @returns a {@link Failure} for an error with the code of a system call, else the error itself, which is a bug of ours.
 */
export function explainSystemError(doing: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  const why = reasons.get(code) ?? (error as Error).message;
  return new Failure(`cannot ${doing}: ${why}`, 1, { cause: error });
}

/** The code of a system error, such as `ENOENT`; nothing for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error))
    return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "no space left on the device"],
  ["EDQUOT", "the disk quota is used up"],
  ["ENOENT", "no such file or directory"],
  ["ENOTDIR", "a part of the path is a file, not a directory"],
  ["EISDIR", "it is a directory"],
  ["EEXIST", "a file of that name exists"],
  ["ENAMETOOLONG", "the path is too long"],
  ["ELOOP", "too many symbolic links"],
  ["EMFILE", "too many open files"],
]);
