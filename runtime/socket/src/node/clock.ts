import type { Clock } from "../driver.js";

// As they are when this module is loaded: what takes no time happens also while a test has stopped the timers that programs see.
const { setImmediate, clearImmediate } = globalThis;

/** The time of the process. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  schedule(delay, callback) {
    if (delay <= 0) {
      // Runs after the next poll for events, so that a guest that polls with a timeout of zero does not starve the
      // very events it asks for.
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
