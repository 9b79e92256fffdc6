/** A guest that only uses generated code. Errors are values, both of imports and of exports. */
import { err, ok } from "@wit2ts/runtime";
import {
  Bell,
  exportFunctions,
  exportHandler,
  logIt,
  seal,
  store,
} from "./generated/wit2ts-test/guest/guest.guest.js";

export const handler = exportHandler({
  handle(bucket, key) {
    const got = bucket.get(key);
    if (got.tag === "err") return got;
    const count = store.count(bucket);
    const removed = bucket.delete(key);
    if (removed.tag === "err") return removed;
    bucket[Symbol.dispose]();
    return ok(`${got.val} of ${count}`);
  },
});

const functions = exportFunctions({
  sum(name, keys) {
    const opened = store.Bucket.open(name);
    if (opened.tag === "err") return err(`no bucket: ${opened.val.tag}`);
    let sum = 0;
    for (const key of keys) {
      const got = opened.val.get(key);
      if (got.tag === "err")
        return err(
          got.val.tag === "missing" ? `no ${got.val.val}` : got.val.tag,
        );
      sum += got.val;
    }
    const logged = logIt(`sum ${sum}`);
    return logged.tag === "err" ? logged : ok(sum + logged.val);
  },
  delete(name) {
    seal();
    return store.Bucket.open(name).tag === "ok" ? ok() : err();
  },
  ring: (times) => new Bell(7).ring(times),
});

export const { sum, ring } = functions;
const remove = functions["delete"];
export { remove as delete };
