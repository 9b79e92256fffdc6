// The worker, which comes to a bad end a moment after it has started. How, the environment says.
import { isMainThread } from "node:worker_threads";
import "../../../../../runtime/socket/dist/node-sync/worker.js";

const ends = {
  throw: () => {
    throw new Error("thrown on purpose");
  },
  reject: () => {
    void Promise.reject(new Error("rejected on purpose"));
  },
  exit: () => process.exit(3),
  hang: () => {
    for (;;);
  },
  heap: () => {
    const kept = [];
    for (;;) kept.push(new Array(10_000).fill(Math.random()));
  },
};
if (isMainThread) throw new Error("this module runs in a worker only");
setTimeout(ends[process.env.WIT2TS_TEST_WORKER_END], 300);
