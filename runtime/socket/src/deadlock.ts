/**
 * Thrown out of a blocking call that would block for ever: the thread that waits is the only one there is, and nothing
 * is scheduled that could end the wait. It is a mistake of the program, not an error of the network, and so it is
 * thrown rather than returned.
 */
export class DeadlockError extends Error {
  /** @param waitingFor - what the call waits for, such as `TCP socket 10.0.0.1:80 to have something to receive`. */
  constructor(waitingFor: string, advice: string) {
    super(
      `deadlock: the call waits for ${waitingFor}, and nothing is scheduled that could bring it about. ${advice}`,
    );
    this.name = "DeadlockError";
  }
}
