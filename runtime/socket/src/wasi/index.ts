/** Blocking TCP and UDP sockets over `wasi:sockets` 0.2. */
import {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "../host/blocking.js";
import { bindingsOf, type WasiImports } from "./bindings.js";
import { createWasiDriver, type WasiSocketOptions } from "./options.js";

export type { BlockingSocketBackend } from "../host/blocking.js";
export type { OpenHandle, SocketOptions } from "../host/host.js";
export type { WasiImports } from "./bindings.js";
export { wasiSupports } from "./driver.js";
export type { WasiSocketOptions } from "./options.js";

/**
 * Makes a blocking backend over the interfaces of WASI that it is given.
 *
 * Names are looked up by the `ipNameLookup` among them, so that another one can stand in its place.
 *
 * @param imports - `wasi:sockets`, `wasi:io` and `wasi:clocks`; `import * as shim from "@bytecodealliance/preview2-shim"` fits.
 * @param options - policy and limits of the guest.
 * @returns the backend; dispose of it to give back what the host keeps for it.
 * @throws TypeError if an interface or a function of one is missing; SyntaxError, RangeError, TypeError for options that make no sense, or
 * that there are not.
 */
export function createWasiSocket(
  imports: WasiImports,
  options: WasiSocketOptions = {},
): BlockingSocketBackend {
  const driver = createWasiDriver(bindingsOf(imports), options, setTimeout);
  return createBlockingSocket(driver, options);
}
