/**
 * The monotonic clock in milliseconds, for blocking waits. It is captured when this module is loaded, because fake
 * timers of tests (`vi.useFakeTimers()`, Jest) replace the clock, and a fake clock cannot advance while the thread is
 * blocked.
 */
export const now: () => number = performance.now.bind(performance);
