/** A system error in the form of Node's. The host maps its `code` to an error of the WIT interface. */
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
