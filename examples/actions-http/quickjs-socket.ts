/**
 * The socket interface for a guest on QuickJS. `componentize-qjs` has the integers of 64 bits as numbers, where componentize-js, and so the
 * types, have bigints; given a bigint, it traps.
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

/** A number, whatever the types say. */
function asNumber(value: bigint): bigint {
  return Number(value) as unknown as bigint;
}
