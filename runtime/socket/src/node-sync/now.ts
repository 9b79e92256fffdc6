/**
 * Milliseconds that have passed, of the process, for the waits that block. Tests stop the clocks that programs see (`vi.useFakeTimers()`, jest's), and
 * while a thread is blocked nothing could move them on: so it is the clock that was there when this module was loaded.
 */
export const now: () => number = performance.now.bind(performance);
