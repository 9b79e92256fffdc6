/**
 * The WASI backend within a component: its world imports what `wasi-sockets.wit` lists, and the module names below are resolved by
 * componentize-js.
 */
import {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "../host/blocking.js";
import type { WasiBindings } from "./bindings.js";
import * as wasi from "./generated/scheduler/socket-backends/wasi-sockets.guest.js";
import { withMissingClass } from "./missing-class.js";
import { createWasiDriver, type WasiSocketOptions } from "./options.js";

export type { BlockingSocketBackend } from "../host/blocking.js";
export type { OpenHandle, SocketOptions } from "../host/host.js";
export { wasiSupports } from "./driver.js";
export type { WasiSocketOptions } from "./options.js";

const bindings: WasiBindings = {
  ...wasi,
  instanceNetwork: {
    instanceNetwork: () =>
      withMissingClass(() => wasi.instanceNetwork.instanceNetwork()),
  },
};

/**
 * Makes a blocking backend over the `wasi:sockets` that the component imports. It calls nothing of it before its first socket is made, so
 * it may be made while the module is loaded, which is when the component is built.
 *
 * @param options - policy and limits.
 * @returns the backend; dispose of it to give back what the host keeps for it.
 * @throws SyntaxError, RangeError, TypeError for options that make no sense, or that there are not.
 */
export function createWasiSocket(
  options: WasiSocketOptions = {},
): BlockingSocketBackend {
  return createBlockingSocket(createWasiDriver(bindings, options), options);
}
