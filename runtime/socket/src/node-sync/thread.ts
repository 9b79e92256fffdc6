/**
 * What Linux reports about a thread of this process, for a caller that is blocked and receives no events of a worker:
 * whether the thread exists, and whether it gets CPU time. Other operating systems, and systems without `/proc`, report
 * nothing.
 */
import { existsSync, readFileSync, readlinkSync } from "node:fs";

/** Returns the kernel's thread ID of the calling thread; 0 if the platform does not provide it. */
export function numberOfThisThread(): number {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return 0;
  }
}

/** Whether a thread of this process has ended. False if the platform does not report it, or no longer does. */
export function hasEnded(thread: number): boolean {
  const threads = "/proc/self/task";
  return (
    thread !== 0 &&
    !existsSync(`${threads}/${String(thread)}`) &&
    existsSync(threads)
  );
}

/**
 * Returns how many milliseconds a thread of this process has waited on a run queue so far, that is, was able to run but
 * had no CPU; 0 if the platform does not report it. This is the second field of `schedstat`, in nanoseconds (sched-stats
 * of the Linux kernel).
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
