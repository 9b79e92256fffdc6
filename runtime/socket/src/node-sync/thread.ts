/**
 * What Linux tells of a thread while its events reach nobody: whether it is there, and whether it gets to run. Other systems
 * say nothing, and neither does one without `/proc`.
 */
import { existsSync, readFileSync, readlinkSync } from "node:fs";

/** The system's number of the thread that calls this; 0 where the system does not tell. */
export function numberOfThisThread(): number {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return 0;
  }
}

/** Whether a thread of this process has ended. False where the system does not tell, or no longer does. */
export function hasEnded(thread: number): boolean {
  const threads = "/proc/self/task";
  return (
    thread !== 0 &&
    !existsSync(`${threads}/${String(thread)}`) &&
    existsSync(threads)
  );
}

/**
 * How many milliseconds a thread of this process has waited for a processor, so far; 0 where the system does not tell.
 * Second field of `schedstat`, in nanoseconds (sched-stats of the Linux kernel).
 */
export function timeWithoutProcessor(thread: number): number {
  try {
    const path = `/proc/self/task/${String(thread)}/schedstat`;
    const [, waited] = readFileSync(path, "latin1").split(" ");
    return Number(waited) / 1e6;
  } catch {
    return 0;
  }
}
