import type { Clock } from "../driver.js";

// Captured when this module is loaded, so that callbacks with a delay of 0 run even while a test has replaced the global
// timers.
const { setImmediate, clearImmediate } = globalThis;

/** The clock and the timers of the process. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  schedule(delay, callback) {
    if (delay <= 0) {
      // Runs after the event loop has polled for I/O, so that a guest that polls with a timeout of 0 does not starve the
      // events it polls for.
      const immediate = setImmediate(callback);
      return () => {
        clearImmediate(immediate);
      };
    }
    const timer = setTimeout(callback, Math.ceil(delay));
    return () => {
      clearTimeout(timer);
    };
  },
};
