/**
 * A condition that prevents the command from continuing and is neither a problem in the WIT nor a bug in this program:
 * a missing file, a directory that cannot be written, an invalid option. The message is for the user and says what to
 * do.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  /** 1: a problem with the input or with files on disk. 2: incorrect use of the command. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/**
 * Converts a system error to a {@link Failure} that describes it in words.
 *
 * @param doing - the operation that failed, as in `cannot <doing>`.
 * @param error - the value that was thrown.
 * @returns a {@link Failure} if the error comes from a syscall, else the error itself, which indicates a bug in this
 * program.
 */
export function explainSystemError(doing: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  const why = reasons.get(code) ?? (error as Error).message;
  return new Failure(`cannot ${doing}: ${why}`, 1, { cause: error });
}

/** Returns the code of a system error, such as `ENOENT`; `undefined` for any other value. */
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
