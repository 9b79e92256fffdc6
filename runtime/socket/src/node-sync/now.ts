/**
 * Returns the monotonic time in milliseconds, for waits that block. Captured when this module is loaded: tests replace the
 * global clock (`vi.useFakeTimers()`, jest's), and while a thread is blocked, nothing can advance a fake one.
 */
export const now: () => number = performance.now.bind(performance);
