/**
 * Keeps the process alive while a call waits. An open socket alone does not: input reaches the program only through a
 * call, so without a waiting call no event on the socket would have an observable effect.
 */

/** Maximum delay of Node's timers, in milliseconds. */
const longest = 0x7fff_ffff;

/**
 * How long the process is kept alive after the last wait has ended, in milliseconds. Usually another call waits soon
 * after, and an `unref` and a `ref` of the timer for each call would cost more than the rest of waiting.
 */
const releaseDelay = 10;

// Captured when this module is loaded: a fake timer that a test installs (`vi.useFakeTimers()`, jest's) does not keep the
// process alive, and would remain in use here after the test has ended.
const { setInterval, setTimeout } = globalThis;

let count = 0;
/** Its callback does nothing. Node does not exit while a timer is referenced. */
let timer: NodeJS.Timeout | undefined;
let isReferenced = false;
let check: NodeJS.Timeout | undefined;
let isCheckDue = false;

/** Counts a call that starts to wait. */
export function retainProcess(): void {
  if (count++ > 0 || isReferenced) return;
  isReferenced = true;
  timer ??= setInterval(() => undefined, longest);
  timer.ref();
}

/** Uncounts a call that no longer waits. */
export function releaseProcess(): void {
  if (--count > 0 || isCheckDue) return;
  isCheckDue = true;
  if (check === undefined)
    check = setTimeout(unreferenceTimer, releaseDelay).unref();
  else check.refresh();
}

function unreferenceTimer(): void {
  isCheckDue = false;
  if (count > 0) return;
  isReferenced = false;
  timer?.unref();
}
