/**
 * The WASI backend inside a component. The component's world must import what `wasi-sockets.wit` lists;
 * componentize-js resolves the module names below.
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
 * Creates a blocking backend over the `wasi:sockets` that the component imports. It calls none of it before the first
 * socket is created. It can therefore be created while the module is loaded, which happens when the component is
 * built.
 *
 * @param options - policy, limits, and how long a closed connection may take to deliver.
 * @returns the backend. Dispose of it to release what the host holds for it.
 * @throws SyntaxError - if the policy has an unknown or invalid rule, or a pattern that cannot be parsed.
 * @throws RangeError - if an option or limit is unknown, a limit is not a number or less than 1, or `deliveryTimeout`
 * is not a number or less than 0.
 * @throws TypeError - if the options are not an object.
 */
export function createWasiSocket(
  options: WasiSocketOptions = {},
): BlockingSocketBackend {
  return createBlockingSocket(createWasiDriver(bindings, options), options);
}
