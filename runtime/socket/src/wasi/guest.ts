/**
 * The WASI backend within a component: its world imports what `wasi-sockets.wit` lists, and the module names below are resolved by
 * componentize-js.
 */
import {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "../host/blocking.js";
import * as bindings from "./generated/scheduler/socket-backends/wasi-sockets.guest.js";
import { createWasiDriver, type WasiSocketOptions } from "./options.js";

export type { BlockingSocketBackend } from "../host/blocking.js";
export type { OpenHandle, SocketOptions } from "../host/host.js";
export { wasiSupports } from "./driver.js";
export type { WasiSocketOptions } from "./options.js";

/**
 * Makes a blocking backend over the `wasi:sockets` that the component imports. Make it in a call, not while the module is loaded:
 * componentize-js runs the module when it builds the component, and then nothing can be imported.
 *
 * @param options - policy and limits.
 * @throws SyntaxError, RangeError for options that make no sense.
 */
export function createWasiSocket(
  options: WasiSocketOptions = {},
): BlockingSocketBackend {
  return createBlockingSocket(createWasiDriver(bindings, options), options);
}
