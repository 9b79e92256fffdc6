/** A system error as Node shapes it: `code` is what the host's table reads. */
export class SystemError extends Error {
  readonly code: string;
  readonly syscall: string;

  constructor(code: string, syscall: string, where?: string) {
    super(
      where === undefined
        ? `${syscall} ${code}`
        : `${syscall} ${code} ${where}`,
    );
    this.name = "SystemError";
    this.code = code;
    this.syscall = syscall;
  }
}
