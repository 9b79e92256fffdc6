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
 * Creates a blocking backend over the given interfaces of WASI 0.2.
 *
 * Names are looked up through `ipNameLookup`, which can be replaced by another implementation.
 *
 * @param imports - `wasi:sockets`, `wasi:io` and `wasi:clocks`.
 * `import * as shim from "@bytecodealliance/preview2-shim"` has them.
 * @param options - policy, limits, and how long a closed connection may take to deliver.
 * @returns the backend. Dispose of it to release what the host holds for it.
 * @throws SyntaxError - if the policy has an unknown or invalid rule, or a pattern that cannot be parsed.
 * @throws RangeError - if an option or limit is unknown, a limit is not a number or less than 1, or `deliveryTimeout`
 * is not a number or less than 0.
 * @throws TypeError - if an interface or one of its functions is missing, or the options are not an object.
 */
export function createWasiSocket(
  imports: WasiImports,
  options: WasiSocketOptions = {},
): BlockingSocketBackend {
  const driver = createWasiDriver(bindingsOf(imports), options, setTimeout);
  return createBlockingSocket(driver, options);
}
