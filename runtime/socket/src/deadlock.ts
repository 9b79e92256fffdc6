/**
 * Thrown by a blocking call that would block forever: the waiting thread is the only one, and nothing is scheduled
 * that could end the wait. This is a mistake in the program, not a network error, so it is thrown rather than
 * returned.
 */
export class DeadlockError extends Error {
  /**
   * @param waitingFor - what the call waits for, such as `TCP socket 10.0.0.1:80 to have something to receive`.
   * @param advice - a sentence that says how to avoid the deadlock.
   */
  constructor(waitingFor: string, advice: string) {
    super(
      `deadlock: the call waits for ${waitingFor}, and nothing is scheduled that could bring it about. ${advice}`,
    );
    this.name = "DeadlockError";
  }
}
