/**
 * The socket interface for a guest on QuickJS. `componentize-qjs` represents 64-bit integers as numbers and traps if it
 * is given a bigint. componentize-js and the generated types use bigints.
 */
import * as socket from "scheduler:core-libs/socket@0.1.0";

export {
  close,
  connect,
  createSocket,
  send,
} from "scheduler:core-libs/socket@0.1.0";

export const receive: typeof socket.receive = (handle, maxLength) =>
  socket.receive(handle, asNumber(maxLength));

export const setReadTimeout: typeof socket.setReadTimeout = (
  handle,
  milliseconds,
) => {
  socket.setReadTimeout(
    handle,
    milliseconds === undefined ? undefined : asNumber(milliseconds),
  );
};

/** Returns a number at run time, although its type is `bigint`. */
function asNumber(value: bigint): bigint {
  return Number(value) as unknown as bigint;
}
