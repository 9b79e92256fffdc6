/**
 * Keeps the process alive while a call waits. An open socket alone does not: what comes in reaches the program only
 * through a call, so without one nothing could ever happen that anybody would see.
 */

/** The longest period that timers take. */
const longest = 0x7fff_ffff;

/**
 * How long the process is kept alive after the last call, in milliseconds. Most often there is another one soon, and to
 * let go of the process and take hold of it again each time would cost more than all the rest of waiting.
 */
const patience = 10;

// As they are when this module is loaded: a timer that a test has put in their place (`vi.useFakeTimers()`, jest's) keeps nothing alive, and would
// stay here when the test is over.
const { setInterval, setTimeout } = globalThis;

let count = 0;
/** Its period says nothing: it is there because the process does not end while a timer is referenced. */
let timer: NodeJS.Timeout | undefined;
let isReferenced = false;
let check: NodeJS.Timeout | undefined;
let isCheckDue = false;

/** A call begins to wait. */
export function callWaits(): void {
  if (count++ > 0 || isReferenced) return;
  isReferenced = true;
  timer ??= setInterval(() => undefined, longest);
  timer.ref();
}

/** A call does not wait any longer. */
export function callGoesOn(): void {
  if (--count > 0 || isCheckDue) return;
  isCheckDue = true;
  if (check === undefined) check = setTimeout(letGo, patience).unref();
  else check.refresh();
}

function letGo(): void {
  isCheckDue = false;
  if (count > 0) return;
  isReferenced = false;
  timer?.unref();
}
